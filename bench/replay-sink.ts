import { createServer, type AddressInfo } from 'node:net'
import { generate, parser } from 'mqtt-packet'
import { atEnd } from './scratch'

/** A broker that only notes when messages arrive. */
export interface ReplaySink {
  port: number
  /** The arrivals so far: the payload's number, and the time in ms. */
  arrivals: { index: number; at: number }[]
}

/** Accepts clients of MQTT 5, acknowledges what they send, and forwards nothing. */
export async function startReplaySink(): Promise<ReplaySink> {
  const arrivals: ReplaySink['arrivals'] = []
  const server = createServer((socket) => {
    const version = { protocolVersion: 5 }
    const packets = parser(version)
    socket.setNoDelay(true)
    const acknowledge = (messageId: number): void =>
      void socket.write(generate({ cmd: 'puback', messageId, reasonCode: 0 }, version))
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => packets.parse(bytes))
    packets.on('packet', (packet) => {
      if (packet.cmd === 'connect')
        socket.write(generate({ cmd: 'connack', reasonCode: 0, sessionPresent: false }, version))
      if (packet.cmd === 'subscribe') {
        const { messageId = 0, subscriptions } = packet
        const granted = subscriptions.map(({ qos }) => qos)
        socket.write(generate({ cmd: 'suback', messageId, granted }, version))
      }
      if (packet.cmd === 'publish') {
        arrivals.push({ index: Number(packet.payload.toString()), at: performance.now() })
        if (packet.qos === 1) acknowledge(packet.messageId ?? 0)
      }
      if (packet.cmd === 'pingreq') socket.write(generate({ cmd: 'pingresp' }, version))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => void server.close())
  return { port: (server.address() as AddressInfo).port, arrivals }
}
