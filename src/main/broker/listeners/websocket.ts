import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import { patient } from './patient'

/** In order of preference; clients of MQTT 3.1 offer the second. */
const subprotocols = ['mqtt', 'mqttv3.1']
/** Takes a client's bytes; `socket` is below them. */
type Accept = (stream: Duplex, socket: Socket) => void

/** The bytes in the binary frames of a WebSocket. Packets may begin and end anywhere in them [MQTT-6.0.0-2]. */
class FrameStream extends Duplex {
  constructor(private readonly socket: WebSocket) {
    super()
    const take = (data: Buffer, isBinary: boolean): void => {
      if (isBinary) return this.push(data) ? undefined : socket.pause()
      socket.off('message', take)
      // Unsupported data (RFC 6455, 7.4.1).
      socket.close(1003, 'MQTT needs binary frames [MQTT-6.0.0-1].')
      this.push(null)
    }
    socket.on('message', take)
    // After an error, too, `close` follows.
    socket.on('error', () => undefined).on('close', () => this.push(null))
  }

  override _read(): void {
    if (this.socket.isPaused) this.socket.resume()
  }

  /** A frame that can no longer be sent counts as sent, as with a patient socket. */
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.socket.send(chunk, () => done())
  }

  override _final(done: () => void): void {
    if (this.socket.readyState === WebSocket.CLOSED) return done()
    this.socket.once('close', () => done())
    this.socket.close()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.socket.terminate()
    done(error)
  }
}

/** Serves MQTT over WebSocket (MQTT 5.0, 6) on any path of an HTTP server. `largest` is that of a packet, in bytes. */
export function serveWebSockets(server: Server, largest: number, accept: Accept): void {
  const upgrader = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // A frame may hold several packets [MQTT-6.0.0-2].
    maxPayload: 2 * largest,
    // [MQTT-6.0.0-3]
    verifyClient: ({ req }, done) => {
      const offered = (req.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/)
      const isMqtt = subprotocols.some((each) => offered.includes(each))
      done(isMqtt, 400, 'This is an MQTT broker. Offer the WebSocket subprotocol "mqtt".\n')
    },
    // [MQTT-6.0.0-4]
    handleProtocols: (offered) => subprotocols.find((each) => offered.has(each)) ?? false
  })
  server.on('upgrade', (request, stream, head) => {
    const socket = stream as Socket
    const take = (opened: WebSocket): void => accept(new FrameStream(opened), socket)
    upgrader.handleUpgrade(request, patient(socket), head, take)
  })
  server.on('request', (_request, response) => {
    response.writeHead(426, { Upgrade: 'websocket', Connection: 'upgrade, close' })
    response.end('This is an MQTT broker. Connect to it with an MQTT client, over WebSocket.\n')
  })
}
