import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Channel } from '../../shared/rpc/channel'
import { socketChannel } from '../../shared/rpc/socket'
import { contentSecurityPolicy, staticFile } from './static-files'

/** The largest frame from a renderer: MQTT's largest packet and room for its envelope, in bytes. */
const MAX_FRAME = 300 * 1024 * 1024
/** A renderer that reads so slowly that this much waits for it (bytes) is let go; it connects again and starts from a snapshot. */
const MAX_WAITING = 256 * 1024 * 1024
const WAITING_CHECK_EVERY = 1_000
const COOKIE = 'treetop'

export interface WebServerOptions {
  host: string
  /** 0 lets the system choose. */
  port: number
  /** Whoever has it may use Treetop. */
  token: string
  /** The built renderer. */
  root: string
  /** Serves the contract over a renderer's channel. */
  connect(channel: Channel): void
  download(jobId: string): { path: string; name: string } | null
}

export interface WebServer {
  /** With the token, for the person's browser. */
  url: string
  close(): Promise<void>
}

export function newToken(): string {
  return randomBytes(24).toString('base64url')
}

/** Serves `/` (the renderer), `/rpc`, `/download/<job>` and `/healthz`. Throws Node's own errors when it cannot listen. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { host, token, root } = options
  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME, perMessageDeflate: false })

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://treetop')
    if (!fromHere(request, server, host)) return refuse(response, 403)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405)
    if (url.pathname === '/healthz') return void response.writeHead(200, { 'content-type': 'text/plain' }).end('ok')
    const given = url.searchParams.get('token')
    if (given !== null && same(given, token)) {
      // The token leaves the address bar, the history and the Referer, and stays in a cookie that scripts cannot read.
      const cookie = `${cookieName(server)}=${token}; Path=/; HttpOnly; SameSite=Strict`
      return void response.writeHead(303, { location: url.pathname, 'set-cookie': cookie }).end()
    }
    if (!hasCookie(request, server, token)) return refuse(response, 401)
    if (url.pathname.startsWith('/download/')) return download(response, url.pathname.slice('/download/'.length))
    const file = await staticFile(root, url.pathname)
    if (!file) return refuse(response, 404)
    response.writeHead(200, {
      'content-type': file.type,
      'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      'content-security-policy': contentSecurityPolicy("'self'"),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer'
    })
    response.end(request.method === 'HEAD' ? undefined : file.body)
  }

  const download = async (response: ServerResponse, jobId: string): Promise<void> => {
    const found = options.download(jobId)
    if (!found) return refuse(response, 404)
    const { size } = await stat(found.path)
    const plain = found.name.replace(/[^\x20-\x7e]|["\\]/g, '_')
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': size,
      'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(found.name)}`,
      'x-content-type-options': 'nosniff'
    })
    createReadStream(found.path).on('error', () => response.destroy()).pipe(response)
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const { pathname } = new URL(request.url ?? '/', 'http://treetop')
    const allowed = pathname === '/rpc' && fromHere(request, server, host) && sameOrigin(request) && hasCookie(request, server, token)
    if (!allowed) return void socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      watchWaiting(webSocket)
      options.connect(socketChannel(webSocket))
    })
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, host, resolve)
  })
  const shown = host.includes(':') ? `[${host}]` : host
  return {
    url: `http://${shown}:${portOf(server)}/?token=${token}`,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

/** Ports share a host's cookies: two Treetops need two names. */
function cookieName(server: Server): string {
  return `${COOKIE}-${portOf(server)}`
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

function refuse(response: ServerResponse, status: 401 | 403 | 404 | 405): void {
  const text = status === 401 ? 'Open Treetop with the whole address that it printed when it started.' : ''
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text)
}

/** The Host must be this server's own: a name that an attacker points at 127.0.0.1 is not (DNS rebinding). */
function fromHere(request: IncomingMessage, server: Server, host: string): boolean {
  const port = portOf(server)
  const names = host === '127.0.0.1' || host === '::1' || host === 'localhost' ? ['127.0.0.1', 'localhost', '[::1]'] : null
  const given = request.headers.host ?? ''
  // On another address than loopback the person chose to be reached by any of the machine's names.
  return names === null || names.some((name) => given === `${name}:${port}`)
}

function sameOrigin(request: IncomingMessage): boolean {
  return request.headers.origin === `http://${request.headers.host}`
}

function hasCookie(request: IncomingMessage, server: Server, token: string): boolean {
  const name = `${cookieName(server)}=`
  const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim())
  return cookies.some((cookie) => cookie.startsWith(name) && same(cookie.slice(name.length), token))
}

/** Compares in a time that does not tell where the texts differ. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

function watchWaiting(socket: WebSocket): void {
  const timer = setInterval(() => {
    if (socket.bufferedAmount > MAX_WAITING) socket.terminate()
  }, WAITING_CHECK_EVERY)
  socket.on('error', () => socket.terminate())
  socket.on('close', () => clearInterval(timer))
}
