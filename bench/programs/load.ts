// A separate program: publishers that send prepared PUBLISH packets through a broker, and subscribers that count them.
import { connect, type Socket } from 'node:net'
import type { Load, LoadNews } from '../load-protocol.ts'
import { packetReader, publishPacket } from '../packets.ts'
import { payloadAt, topicAt } from '../topics.ts'

/** Maximum number of unacknowledged QoS 1 messages per publisher. */
const IN_FLIGHT = 100
/** Packets per write. */
const AT_ONCE = 100
const TOPICS = { count: 1_000, length: 30, siblings: 100 }
const CONNACK = 2
const PUBLISH = 3
const PUBACK = 4
const SUBACK = 9

const load = JSON.parse(process.argv[2] ?? '') as Load
const { qos, payload } = load

/** A connected MQTT 5 client; `heard` is called with every packet after the CONNACK. */
function client(id: string, heard: (socket: Socket, packet: Buffer) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: load.port, noDelay: true })
    socket.once('error', reject)
    socket.on(
      'data',
      packetReader((packet) => {
        if (packet[0]! >> 4 === CONNACK) resolve(socket)
        else heard(socket, packet)
      })
    )
    const body = Buffer.concat([
      Buffer.from([0, 4]),
      Buffer.from('MQTT'),
      Buffer.from([5, 2, 0, 60, 0, 0, id.length]),
      Buffer.from(id)
    ])
    socket.write(Buffer.concat([Buffer.from([0x10, body.length]), body]))
  })
}

/** Subscribes to everything; `counted` resolves once every message has arrived. */
async function subscriber(id: string): Promise<{ counted: Promise<void> }> {
  let count = 0
  const subscribed = Promise.withResolvers<void>()
  const counted = Promise.withResolvers<void>()
  const socket = await client(id, (own, packet) => {
    const type = packet[0]! >> 4
    if (type === SUBACK) subscribed.resolve()
    if (type !== PUBLISH) return
    if (qos === 1) acknowledge(own, packet)
    if (++count === load.messages) counted.resolve()
  })
  socket.write(Buffer.from([0x82, 7, 0, 1, 0, 0, 1, 0x23, qos]))
  await subscribed.promise
  return { counted: counted.promise }
}

function acknowledge(socket: Socket, packet: Buffer): void {
  // No packet here is longer than 16,383 bytes, so the length field takes one or two bytes.
  const topic = (packet[1]! & 0x80) === 0 ? 2 : 3
  const id = topic + 2 + packet.readUInt16BE(topic)
  socket.write(Buffer.from([0x40, 2, packet[id]!, packet[id + 1]!]))
}

async function publisher(number: number): Promise<() => void> {
  const messages =
    Math.floor(load.messages / load.publishers) + (number < load.messages % load.publishers ? 1 : 0)
  const packets = Array.from({ length: AT_ONCE }, (_, index) =>
    publishPacket(topicAt(TOPICS, (number * AT_ONCE + index) % TOPICS.count), payloadAt(payload, index), qos)
  )
  let sent = 0
  let acknowledged = 0
  const socket = await client(`publisher${number}`, (_own, packet) => {
    if (packet[0]! >> 4 !== PUBACK) return
    acknowledged++
    proceed()
  })
  const proceed = (): void => {
    for (let open = true; open && sent < messages;) {
      const room = Math.min(messages - sent, qos === 0 ? AT_ONCE : IN_FLIGHT - (sent - acknowledged))
      if (room <= 0) return
      const some = packets.slice(0, room).map(({ bytes, idOffset }, index) => {
        if (qos === 0) return bytes
        const own = Buffer.from(bytes)
        own.writeUInt16BE(((sent + index) % 65_535) + 1, idOffset)
        return own
      })
      open = socket.write(Buffer.concat(some))
      sent += some.length
    }
  }
  socket.on('drain', proceed)
  return proceed
}

const subscribers = await Promise.all(
  Array.from({ length: load.subscribers }, (_, number) => subscriber(`subscriber${number}`))
)
const publishers = await Promise.all(
  Array.from({ length: load.publishers }, (_, number) => publisher(number))
)
const started = performance.now()
for (const begin of publishers) begin()
await Promise.all(subscribers.map(({ counted }) => counted))
process.send?.({ kind: 'through', milliseconds: performance.now() - started } satisfies LoadNews)
process.on('disconnect', () => process.exit())
