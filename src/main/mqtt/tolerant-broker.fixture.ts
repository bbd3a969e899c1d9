import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { generate, parser, type Packet } from 'mqtt-packet'

/** A broker that accepts every client and subscription, and sends any topic. Other brokers limit the number of topic levels. */
export class TolerantBroker {
  port = 0
  private server: Server | null = null
  private readonly clients = new Map<Socket, number>()

  async open(): Promise<void> {
    this.server = createServer((socket) => this.take(socket))
    await new Promise<void>((done) => this.server!.listen(0, '127.0.0.1', done))
    this.port = (this.server.address() as AddressInfo).port
  }

  /** Sends a QoS 0 message to all clients. */
  send(topic: string, payload: string): void {
    for (const [socket, protocolVersion] of this.clients)
      socket.write(
        generate({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false }, { protocolVersion })
      )
  }

  /** Ends all MQTT 5 connections with a DISCONNECT, whose code means "not authorized": clients do not come back. */
  dismiss(reasonString: string): void {
    for (const [socket, protocolVersion] of this.clients)
      socket.end(
        generate({ cmd: 'disconnect', reasonCode: 0x87, properties: { reasonString } }, { protocolVersion })
      )
  }

  close(): void {
    for (const socket of this.clients.keys()) socket.destroy()
    this.server?.close()
  }

  private take(socket: Socket): void {
    const reader = parser()
    const answer = (packet: Packet, protocolVersion: number): void =>
      void socket.write(generate(packet, { protocolVersion }))
    let version = 4
    reader.on('packet', (packet) => {
      if (packet.cmd === 'connect') {
        version = packet.protocolVersion ?? 4
        this.clients.set(socket, version)
        answer({ cmd: 'connack', sessionPresent: false, returnCode: 0, reasonCode: 0 }, version)
      } else if (packet.cmd === 'subscribe') {
        const granted = packet.subscriptions.map(({ qos }) => qos)
        answer({ cmd: 'suback', messageId: packet.messageId!, granted }, version)
      } else if (packet.cmd === 'pingreq') answer({ cmd: 'pingresp' }, version)
    })
    socket.on('data', (bytes) => reader.parse(bytes))
    socket.on('error', () => undefined)
    socket.on('close', () => this.clients.delete(socket))
  }
}
