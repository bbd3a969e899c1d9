import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Guesses } from './guesses'

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

/** Whether the address is a loopback address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host)
}

/** Decides which requests are accepted, by token, host name and origin. */
export class Door {
  /** The address with the token, for the user's browser. */
  readonly url: string
  /** The cookie that replaces the token: HttpOnly, SameSite. */
  readonly cookie: string
  /** Cookies are shared between the ports of a host, so each port needs its own cookie name. */
  private readonly cookieName: string
  private readonly pass: string
  private readonly guesses = new Guesses()

  constructor(
    private readonly host: string,
    private readonly port: number,
    private readonly token: string,
    /** The public address of a proxy, or null. */
    private readonly origin: string | null = null
  ) {
    this.cookieName = `treetop-${port}`
    this.pass = createHash('sha256').update(`cookie ${token}`).digest('hex')
    this.cookie = `${this.cookieName}=${this.pass}; Path=/; HttpOnly; SameSite=Strict${origin?.startsWith('https:') ? '; Secure' : ''}`
    this.url = `${origin ?? `http://${shown(host)}:${port}`}/?token=${encodeURIComponent(token)}`
  }

  /**
   * Whether the Host header names this server. On a loopback address this stops DNS rebinding, where an attacker's name resolves to
   * 127.0.0.1. On other addresses any name is accepted, since the machine may have several, and the cookie is bound to one of them.
   * Behind a proxy, the proxy's public name is accepted as well.
   */
  isHere({ headers }: IncomingMessage): boolean {
    if (!isLoopback(this.host)) return headers.host !== undefined
    return this.isProxied(headers) || LOOPBACK.some((name) => headers.host === withPort(name, this.port))
  }

  private isProxied({ host }: IncomingHttpHeaders): boolean {
    return this.origin !== null && host === new URL(this.origin).host
  }

  /** Whether too many wrong tokens came from the request's address; then it is to be refused unseen. */
  isBlocked(request: IncomingMessage): boolean {
    return this.guesses.isBlocked(addressOf(request))
  }

  /** Whether this is the token of the request's address. */
  fits(request: IncomingMessage, token: string | null): boolean {
    return token !== null && this.is(request, token, this.token)
  }

  /** Whether the request has the cookie. */
  admits(request: IncomingMessage): boolean {
    const name = `${this.cookieName}=`
    const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim())
    const own = cookies.find((cookie) => cookie.startsWith(name))
    return own !== undefined && this.is(request, own.slice(name.length), this.pass)
  }

  private is(request: IncomingMessage, given: string, wanted: string): boolean {
    const fits = same(given, wanted)
    if (!fits) this.guesses.add(addressOf(request), given)
    return fits
  }

  /** Checks the Origin header of WebSockets and uploads, which browsers do not restrict to one origin. */
  admitsPage(request: IncomingMessage): boolean {
    const { origin, host } = request.headers
    const own = this.isProxied(request.headers) ? this.origin : `http://${host}`
    return this.isHere(request) && origin === own && this.admits(request)
  }
}

function addressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? ''
}

/** The address to print: a wildcard address is replaced by loopback. */
function shown(host: string): string {
  if (host === '0.0.0.0' || host === '::') return LOOPBACK[0]!
  return host.includes(':') ? `[${host}]` : host
}

/** Formats host and port as browsers do: without http's default port. */
function withPort(name: string, port: number): string {
  const host = name.includes(':') ? `[${name}]` : name
  return port === 80 ? host : `${host}:${port}`
}

/** Compares in constant time. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
