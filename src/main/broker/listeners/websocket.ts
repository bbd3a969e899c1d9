import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import { patient } from './patient'

/** In order of preference; clients of MQTT 3.1 offer the second. */
const subprotocols = ['mqtt', 'mqttv3.1']
/** Bytes that a frame may have beyond the largest packet: it may hold several [MQTT-6.0.0-2]. */
const FRAME_EXTRA = 1_000_000
/** Close code for data of a kind that the broker does not accept (RFC 6455, 7.4.1). */
const UNSUPPORTED_DATA = 1003

/** The bytes in the binary frames of a WebSocket. Packets may begin and end anywhere in them [MQTT-6.0.0-2]. */
class FrameStream extends Duplex {
  constructor(private readonly socket: WebSocket) {
    super()
    const take = (data: Buffer, isBinary: boolean): void => {
      if (isBinary) return this.push(data) ? undefined : socket.pause()
      // [MQTT-6.0.0-1]
      socket.off('message', take)
      socket.close(UNSUPPORTED_DATA, 'MQTT needs binary frames [MQTT-6.0.0-1].')
      this.push(null)
    }
    socket.on('message', take)
    // `close` follows.
    socket.on('error', () => undefined)
    socket.on('close', () => this.push(null))
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
export function serveWebSockets(
  server: Server,
  largest: number,
  accept: (stream: Duplex, socket: Socket) => void
): void {
  const upgrader = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: largest + FRAME_EXTRA,
    // [MQTT-6.0.0-3]
    verifyClient: ({ req }, done) => {
      const offered = (req.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
      const isMqtt = subprotocols.some((each) => offered.includes(each))
      done(isMqtt, 400, 'This is an MQTT broker. Offer the WebSocket subprotocol "mqtt".\n')
    },
    // [MQTT-6.0.0-4]
    handleProtocols: (offered) => subprotocols.find((each) => offered.has(each)) ?? false
  })
  server.on('upgrade', (request, stream, head) => {
    const socket = stream as Socket
    upgrader.handleUpgrade(request, patient(socket), head, (opened) =>
      accept(new FrameStream(opened), socket)
    )
  })
  server.on('request', (_request, response) => {
    response.writeHead(426, {
      Upgrade: 'websocket',
      Connection: 'upgrade, close',
      'Content-Type': 'text/plain'
    })
    response.end('This is an MQTT broker. Connect to it with an MQTT client, over WebSocket.\n')
  })
}
