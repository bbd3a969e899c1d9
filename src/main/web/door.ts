import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

/** Whether an address is this machine's own, for itself only. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host)
}

/** Decides who may come in: by the token, and by the names that the browser came with. */
export class Door {
  /** With the token, for the person's browser. */
  readonly url: string
  /** Given for the token: HttpOnly, and not sent for another site. */
  readonly cookie: string
  /** Ports share a host's cookies: two Treetops need two names. */
  private readonly cookieName: string
  private readonly pass: string

  constructor(
    private readonly host: string,
    private readonly port: number,
    private readonly token: string,
    /** What a proxy before this server is reached by, or null. */
    private readonly origin: string | null = null
  ) {
    this.cookieName = `treetop-${port}`
    this.pass = createHash('sha256').update(`cookie ${token}`).digest('hex')
    this.cookie = `${this.cookieName}=${this.pass}; Path=/; HttpOnly; SameSite=Strict${origin?.startsWith('https:') ? '; Secure' : ''}`
    this.url = `${origin ?? `http://${shown(host)}:${port}`}/?token=${encodeURIComponent(token)}`
  }

  /**
   * Whether the Host header is this server's own name: one that an attacker points at 127.0.0.1 is not (DNS rebinding). On
   * another address than loopback the person chose to be reached by any of the machine's names, and the cookie is bound to one.
   * A proxy passes on the name that it is reached by.
   */
  isHere({ headers }: IncomingMessage): boolean {
    if (!isLoopback(this.host)) return headers.host !== undefined
    return this.isProxied(headers) || LOOPBACK.some((name) => headers.host === withPort(name, this.port))
  }

  private isProxied({ host }: IncomingHttpHeaders): boolean {
    return this.origin !== null && host === new URL(this.origin).host
  }

  fits(token: string | null): boolean {
    return token !== null && same(token, this.token)
  }

  /** Whether the request carries the cookie. */
  admits({ headers }: IncomingMessage): boolean {
    const name = `${this.cookieName}=`
    const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim())
    return cookies.some((cookie) => cookie.startsWith(name) && same(cookie.slice(name.length), this.pass))
  }

  /** What a browser does not hold to one origin, a WebSocket and what is posted: the page must be this server's own. */
  admitsPage(request: IncomingMessage): boolean {
    const { origin, host } = request.headers
    const own = this.isProxied(request.headers) ? this.origin : `http://${host}`
    return this.isHere(request) && origin === own && this.admits(request)
  }
}

/** An address to come by: one that means "all of them" is none. */
function shown(host: string): string {
  if (host === '0.0.0.0' || host === '::') return LOOPBACK[0]!
  return host.includes(':') ? `[${host}]` : host
}

/** As a browser writes it: without the port when it is http's own. */
function withPort(name: string, port: number): string {
  const host = name.includes(':') ? `[${name}]` : name
  return port === 80 ? host : `${host}:${port}`
}

/** Compares in a time that does not tell where the texts differ. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
