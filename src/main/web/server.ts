import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Recording } from '../../shared/contract/recordings'
import type { Channel } from '../../shared/rpc/channel'
import { socketChannel } from '../../shared/rpc/socket'
import { Door } from './door'
import { served } from './policy'
import { staticFile } from './static-files'
import { takeRecording } from './upload'

/** Maximum WebSocket frame from a renderer, in bytes: MQTT's largest packet plus its envelope. */
const MAX_FRAME = 300 * 1024 * 1024
/** When a renderer counts as too slow: with more unsent data than `waiting` (bytes), looked at every so many ms. */
const SLOW = { waiting: 64 * 1024 * 1024, every: 1_000 }
/** For so many looks it did not become less. A large frame needs some of them on a slow line, as it counts until it is sent whole. */
const SLOW_LOOKS = 30
/** With so many times as much, which the largest frame does not reach, a renderer is too slow at once. */
const SLOW_FACTOR = 5

/** ms */
const HEADERS_WITHIN = 30_000

export interface WebServerOptions {
  host: string
  /** 0: the system chooses. */
  port: number
  /** Grants access to Treetop. */
  token: string
  /** Public address of a proxy (`https://treetop.example.org`); null or absent: no proxy. */
  origin?: string | null
  /** Directory of the built renderer. */
  root: string
  /** Serves the contract over a renderer's channel. */
  connect(channel: Channel): void
  download(jobId: string): { path: string; name: string } | null
  /** ms within which the headers of a request must come. */
  headersWithin?: number
  /** Instead of SLOW. */
  slow?: typeof SLOW
  /** Largest recording that a page may upload, in bytes. */
  maxUpload: number
  /** Opens a recording uploaded by a renderer; see App in compose.ts. */
  receiveRecording(this: void, content: Readable, file: string): Promise<Recording>
}

export interface WebServer {
  /** The address with the token, for the user's browser. */
  url: string
  close(): Promise<void>
}

/** 192 random bits as 48 hexadecimal digits: Base64 could begin with "-", which reads as an option after `--token`. */
export function newToken(): string {
  return randomBytes(24).toString('hex')
}

/** Serves `/` (the renderer), `/rpc`, `/download/<job>`, `/recordings` (POST) and `/healthz`. Throws Node's errors if it cannot listen. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { host } = options
  // Uploading a large recording may take long. Without a limit for whole requests, Node has none for their headers either.
  const { headersWithin = HEADERS_WITHIN } = options
  const server = createServer({
    requestTimeout: 0,
    headersTimeout: headersWithin,
    connectionsCheckingInterval: headersWithin / 4
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const door = new Door(host, port, options.token, options.origin)

  server.on('request', (request, response) => {
    answer(request, response, door, options).catch(() => {
      if (response.headersSent) response.destroy()
      else refuse(response, 500)
    })
  })

  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME, perMessageDeflate: false })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    if (door.isBlocked(request))
      return void socket.end('HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\n\r\n')
    if (pathOf(request)?.pathname !== '/rpc' || !door.admitsPage(request)) {
      return void socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      dropWhenSlow(webSocket, options.slow ?? SLOW)
      options.connect(socketChannel(webSocket))
    })
  })

  return {
    url: door.url,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    }
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  door: Door,
  options: WebServerOptions
): Promise<void> {
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('referrer-policy', 'no-referrer')
  // Isolates the page from other sites that open it or embed its files.
  response.setHeader('cross-origin-opener-policy', 'same-origin')
  response.setHeader('cross-origin-resource-policy', 'same-origin')
  response.setHeader('origin-agent-cluster', '?1')
  const url = pathOf(request)
  if (!url) return refuse(response, 400)
  if (!door.isHere(request)) return refuse(response, 403)
  if (url.pathname === '/healthz' && isRead(request))
    return void response.writeHead(200, { 'content-type': 'text/plain' }).end('ok')
  if (door.isBlocked(request)) return refuse(response, 429)
  if (request.method === 'POST' && url.pathname === '/recordings') {
    if (!door.admitsPage(request)) return refuse(response, 403)
    return takeRecording(request, response, url.searchParams.get('file'), options)
  }
  if (!isRead(request)) return refuse(response, 405)
  const { pathname } = url
  if (door.fits(request, url.searchParams.get('token'))) {
    // Moves the token from the address bar and the browser's history to a cookie that scripts cannot read. The redirect
    // stays on this server even if the path begins with two slashes.
    const location = `/${pathname.replace(/^\/+/, '')}`
    return void response
      .writeHead(303, { location, 'set-cookie': door.cookie, 'cache-control': 'no-store' })
      .end()
  }
  if (!door.admits(request)) return refuse(response, 401)
  if (pathname.startsWith('/download/')) {
    return sendDownload(response, options.download(pathname.slice('/download/'.length)))
  }
  const file = await staticFile(options.root, pathname)
  if (!file) return refuse(response, 404)
  const { body, headers } = served(file, "'self'")
  response.writeHead(200, {
    ...headers,
    'content-length': body.length,
    'cache-control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-cache'
  })
  response.end(body)
}

async function sendDownload(
  response: ServerResponse,
  found: { path: string; name: string } | null
): Promise<void> {
  if (!found) return refuse(response, 404)
  const { size } = await stat(found.path)
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': size,
    'content-disposition': disposition(found.name),
    'cache-control': 'no-store'
  })
  await pipeline(createReadStream(found.path), response)
}

/** RFC 6266: an ASCII name for old browsers, and the real name (RFC 5987). */
function disposition(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const real = encodeURIComponent(name).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${real}`
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD'
}

const refusals: Record<400 | 401 | 403 | 404 | 405 | 429 | 500, string> = {
  400: 'Bad request.',
  401: 'Open Treetop with the whole address that it printed when it started.',
  403: 'Treetop does not accept this host name.',
  404: 'There is nothing here.',
  405: 'Only GET.',
  429: 'Too many wrong tokens came from your address. Try again in a minute.',
  500: 'Treetop could not read it.'
}

function refuse(response: ServerResponse, status: keyof typeof refusals): void {
  if (status === 405) response.setHeader('allow', 'GET, HEAD')
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(refusals[status])
}

/** Parses the request's path; null if it is malformed. */
function pathOf({ url }: IncomingMessage): URL | null {
  return url?.startsWith('/') ? URL.parse(`http://treetop${url}`) : null
}

/** Disconnects a renderer that does not keep up. It reconnects, and starts from a snapshot. */
function dropWhenSlow(socket: WebSocket, { waiting: most, every }: typeof SLOW): void {
  let before = 0
  let looks = 0
  const timer = setInterval(() => {
    const waiting = socket.bufferedAmount
    looks = waiting > most && waiting >= before ? looks + 1 : 0
    before = waiting
    if (looks > SLOW_LOOKS || waiting > SLOW_FACTOR * most) socket.terminate()
  }, every)
  socket.on('error', () => socket.terminate())
  socket.on('close', () => clearInterval(timer))
}
