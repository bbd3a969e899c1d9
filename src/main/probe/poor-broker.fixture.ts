import { createServer, type AddressInfo, type Socket } from 'node:net'
import { generate, parser, type IPublishPacket, type ISubscribePacket, type Packet } from 'mqtt-packet'
import { onTestFinished } from 'vitest'
import { filterMatches } from '../../shared/topic'

const SHARED = /^\$share\/[^/]+\//

/**
 * A broker that accepts everything of MQTT 5 and does little of it: it grants QoS 0, knows no options, sessions and wills, never forgets a
 * retained message, and gives a shared subscription's messages to each subscriber. Ends with the test. Returns its port.
 */
export async function startPoorBroker(): Promise<number> {
  const retained = new Map<string, IPublishPacket>()
  const filters = new Map<Socket, string[]>()
  const server = createServer((socket) => {
    const own: string[] = []
    filters.set(socket, own)
    const reader = parser({ protocolVersion: 5 })
    const send = (packet: Packet): void => void socket.write(generate(packet, { protocolVersion: 5 }))
    reader.on('packet', (packet: Packet) => {
      if (packet.cmd === 'connect') {
        if (packet.protocolVersion !== 5) return void socket.destroy()
        const properties = { topicAliasMaximum: 3, sessionExpiryInterval: 0 }
        send({ cmd: 'connack', sessionPresent: false, reasonCode: 0, properties })
      } else if (packet.cmd === 'subscribe') subscribe(packet)
      else if (packet.cmd === 'publish') publish(packet)
      else if (packet.cmd === 'pubrel') send({ cmd: 'pubcomp', messageId: packet.messageId!, reasonCode: 0 })
      else if (packet.cmd === 'pingreq') send({ cmd: 'pingresp' })
      else if (packet.cmd === 'disconnect') socket.end()
    })
    const subscribe = ({ subscriptions, messageId }: ISubscribePacket): void => {
      const { topic } = subscriptions[0]!
      own.push(topic)
      send({ cmd: 'suback', messageId: messageId!, granted: [0] })
      for (const message of retained.values())
        if (topic !== '#' && filterMatches(topic, message.topic)) send(message)
    }
    const publish = ({ topic, payload, qos, retain, messageId }: IPublishPacket): void => {
      if (qos > 0) send({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId: messageId!, reasonCode: 0 })
      const message: IPublishPacket = { cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false }
      if (retain && payload.length > 0) retained.set(topic, { ...message, retain: true })
      if (topic === '') return
      for (const [to, theirs] of filters) {
        const isWanted = theirs.some(
          (filter) =>
            filter !== '#' && !filter.includes('+') && filterMatches(filter.replace(SHARED, ''), topic)
        )
        if (isWanted) to.write(generate(message, { protocolVersion: 5 }))
      }
    }
    socket.on('data', (bytes: Buffer) => void reader.parse(bytes))
    socket.on('error', () => undefined)
    socket.on('close', () => filters.delete(socket))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    for (const socket of filters.keys()) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}
