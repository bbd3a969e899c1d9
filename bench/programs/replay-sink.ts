// A separate program: a broker that accepts a client of MQTT 5, acknowledges what it publishes, and notes when that came.
import { createServer, type AddressInfo } from 'node:net'
import { generate, parser } from 'mqtt-packet'
import type { SinkArrival, SinkNews } from '../replay-protocol.ts'

const VERSION = { protocolVersion: 5 }
const arrivals: SinkArrival[] = []
const say = (news: SinkNews): void => void process.send?.(news)

const server = createServer((socket) => {
  const packets = parser(VERSION)
  socket.setNoDelay(true)
  socket.on('error', () => undefined)
  socket.on('data', (bytes) => packets.parse(bytes))
  packets.on('packet', (packet) => {
    if (packet.cmd === 'connect')
      socket.write(generate({ cmd: 'connack', reasonCode: 0, sessionPresent: false }, VERSION))
    if (packet.cmd === 'subscribe') {
      const { messageId = 0, subscriptions } = packet
      const granted = subscriptions.map(({ qos }) => qos)
      socket.write(generate({ cmd: 'suback', messageId, granted }, VERSION))
    }
    if (packet.cmd === 'publish') {
      arrivals.push({ index: Number(packet.payload.toString()), at: performance.now() })
      if (packet.qos === 1)
        socket.write(generate({ cmd: 'puback', messageId: packet.messageId ?? 0, reasonCode: 0 }, VERSION))
    }
    if (packet.cmd === 'pingreq') socket.write(generate({ cmd: 'pingresp' }, VERSION))
  })
})
server.listen(0, '127.0.0.1', () => say({ kind: 'listening', port: (server.address() as AddressInfo).port }))
process.on('message', () => say({ kind: 'arrived', arrivals }))
process.on('disconnect', () => process.exit())
