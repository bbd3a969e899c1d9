import { once } from 'node:events'
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls'
import { InTurn } from '../../../shared/in-turn'
import { REASON_CODE } from '../../../shared/mqtt-codes'
import { checkCertificate } from '../certificate-check'
import type { Broker } from '../core/broker'
import type { Connection } from '../core/connection'
import { open, openPipe, type Place } from './open'
import { patient } from './patient'
import { serveWebSockets } from './websocket'

/** ms after which a closed listener destroys the connections that are left. */
const LINGER = 500

/** Where and how clients connect. `cert` and `key` are PEM; a pipe is a Unix socket or a named pipe of Windows. */
export type Listener =
  | ({ kind: 'tcp' | 'ws' } & Place)
  | ({ kind: 'tls' | 'wss'; cert: string; key: string } & Place)
  | { kind: 'pipe'; path: string }

/** A listener that clients reach over the network. */
export type NetworkListener = Exclude<Listener, { kind: 'pipe' }>

export interface OpenListener {
  readonly kind: Listener['kind']
  /** Empty for a pipe. */
  readonly host: string
  /** The port in use, also if port 0 was asked for; 0 for a pipe. */
  readonly port: number
  readonly isListening: boolean
  /** Clients and others that are connected to it. */
  readonly connectionCount: number
  /** Uses another certificate for new connections, if it has one. Throws CERTIFICATE_INVALID. */
  setCertificate(cert: string, key: string): void
  /**
   * Stops listening and destroys all connections, or listens again. Does nothing to a pipe, which Treetop itself uses. Throws what `open`
   * throws.
   */
  setAway(isAway: boolean): Promise<void>
  /** Stops listening and ends all connections, also those in a handshake; resolves when they have ended. */
  close(): Promise<void>
}

/** Listens for clients of a broker. Throws what `open` throws, and for TLS what checkCertificate throws. */
export async function listen(broker: Broker, listener: Listener): Promise<OpenListener> {
  const server = serverFor(listener, broker.limits.connectTimeout)
  const sockets = new Set<Socket>()
  const clients = new Set<Connection>()
  const isPipe = listener.kind === 'pipe'
  let isClosed = false
  let isAway = false
  let port = 0
  const turns = new InTurn()
  const accept = (stream: Duplex, socket: Socket): void => {
    // A handshake may end while the listener closes.
    if (isClosed || isAway) return void stream.destroy()
    const client = broker.accept(stream, isPipe ? '' : addressOf(socket), isPipe, {
      kind: listener.kind,
      port
    })
    clients.add(client)
    stream.once('close', () => clients.delete(client))
  }
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket))
  })
  const ready = listener.kind === 'tls' ? 'secureConnection' : 'connection'
  if (listener.kind === 'ws' || listener.kind === 'wss')
    serveWebSockets(server as HttpServer, broker.limits.packetSize, accept)
  else server.on(ready, (socket: Socket) => accept(patient(socket), socket))
  if (listener.kind === 'pipe') await openPipe(server, listener.path)
  else {
    await open(server, listener)
    port = (server.address() as AddressInfo).port
  }
  return {
    kind: listener.kind,
    host: listener.kind === 'pipe' ? '' : listener.host,
    port,
    get isListening() {
      return server.listening
    },
    get connectionCount() {
      return sockets.size
    },
    setCertificate(cert, key) {
      if (!('setSecureContext' in server)) return
      checkCertificate(cert, key)
      ;(server as TlsServer).setSecureContext({ cert, key })
    },
    setAway: (away) =>
      turns.run(async () => {
        if (isClosed || listener.kind === 'pipe' || away === isAway) return
        if (away) {
          isAway = true
          server.close()
          for (const socket of sockets) socket.destroy()
        } else {
          await open(server, { host: listener.host, port })
          isAway = false
        }
      }),
    async close() {
      isClosed = true
      for (const client of clients) client.close(REASON_CODE.SERVER_SHUTTING_DOWN, 'The listener closed.')
      const timer = setTimeout(() => sockets.forEach((socket) => socket.destroy()), LINGER)
      await once(server.close(), 'close')
      clearTimeout(timer)
    }
  }
}

/** `within` is the time in ms that a TLS or HTTP handshake may take. */
function serverFor(listener: Listener, within: number): Server {
  const http = { headersTimeout: within, requestTimeout: within, connectionsCheckingInterval: within / 4 }
  // Half-open, because the broker ends its half of a connection itself, after its last answers.
  const options = { noDelay: true, allowHalfOpen: true, handshakeTimeout: within, ...http }
  if (!('cert' in listener)) return listener.kind === 'ws' ? createHttpServer(options) : createServer(options)
  const { kind, cert, key } = listener
  checkCertificate(cert, key)
  if (kind === 'wss') return createHttpsServer({ ...options, cert, key })
  // HTTPS does this itself.
  return createTlsServer({ ...options, cert, key }).on('tlsClientError', (_error, socket) => socket.destroy())
}

/** `address:port` of the far side. It is not known of a connection that was reset at once. */
function addressOf({ remoteAddress, remotePort }: Socket): string {
  if (remoteAddress === undefined) return 'unknown'
  const address = remoteAddress.replace(/^::ffff:/, '')
  return `${address.includes(':') ? `[${address}]` : address}:${remotePort}`
}
