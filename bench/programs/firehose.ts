// A separate program: acts as a broker and sends prepared PUBLISH packets, so that the reader is the bottleneck.
// It takes one client at a time, MQTT 5 only, and answers CONNECT, SUBSCRIBE and PINGREQ.
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { Burst, FirehoseNews, Stream } from '../firehose-protocol.ts'
import { packetReader, publishPacket } from '../packets.ts'
import { payloadAt, topicAt } from '../topics.ts'

/** Maximum number of unacknowledged QoS 1 messages. */
const IN_FLIGHT = 1_000
/** Packets per write, and the write interval of a rate-limited burst (ms). */
const AT_ONCE = 500
const TICK = 10

const stream = JSON.parse(process.argv[2] ?? '') as Stream
const { topics, payload, qos } = stream
const count = topics.count

const places = new Float64Array(count + 1)
const idOffsets = new Uint16Array(count)
const ring = encode()
const marker = publishPacket(topicAt(topics, 0), payloadAt(payload, 0), 1)

let client: Socket | null = null
let next = 0
let sent = 0
let written = 0
let acknowledged = 0
let lastId = 0
/** Continues the burst; called when an acknowledgement arrives, and when the socket accepts more. */
let proceed: () => void = () => undefined

function encode(): Buffer {
  const packets = Array.from({ length: count }, (_, index) =>
    publishPacket(topicAt(topics, index), payloadAt(payload, index), qos)
  )
  packets.forEach(({ bytes, idOffset }, index) => {
    places[index + 1] = places[index]! + bytes.length
    idOffsets[index] = idOffset
  })
  return Buffer.concat(packets.map(({ bytes }) => bytes))
}

/** Writes up to `most` of the next packets of the ring. Returns whether the socket accepts more. */
function write(socket: Socket, most: number): boolean {
  const end = Math.min(next + most, count)
  const slice = ring.subarray(places[next], places[end])
  // Packet ids change with each round, but earlier writes may still be queued in the socket, so copy the bytes.
  const bytes = qos === 0 ? slice : Buffer.from(slice)
  if (qos === 1) {
    for (let index = next; index < end; index++) {
      bytes.writeUInt16BE(newId(), places[index]! - places[next]! + idOffsets[index]!)
    }
    written += end - next
  }
  sent += end - next
  next = end === count ? 0 : end
  return socket.write(bytes)
}

function newId(): number {
  lastId = (lastId % 65_535) + 1
  return lastId
}

function burst({ messages, rate }: Burst): void {
  if (!client) throw new Error('nobody has subscribed')
  const socket = client
  const started = performance.now()
  const end = sent + messages
  const first = sent
  let marked = false
  let timer: NodeJS.Timeout | null = null
  const due = (): number =>
    rate === null ? end : Math.min(end, first + Math.floor(((performance.now() - started) / 1_000) * rate))
  proceed = () => {
    for (let open = true; open && sent < due();) {
      const room = qos === 0 ? AT_ONCE : IN_FLIGHT - (written - acknowledged)
      if (room <= 0) return
      open = write(socket, Math.min(room, AT_ONCE, due() - sent))
    }
    if (sent >= end && !marked) {
      marked = true
      const bytes = Buffer.from(marker.bytes)
      bytes.writeUInt16BE(newId(), marker.idOffset)
      sent++
      written++
      socket.write(bytes)
    } else if (marked && acknowledged === written) {
      proceed = () => undefined
      if (timer) clearInterval(timer)
      tell({
        kind: 'done',
        result: { sent, acknowledged, milliseconds: performance.now() - started }
      })
    }
  }
  if (rate !== null) timer = setInterval(() => proceed(), TICK)
  proceed()
}

/** CONNACK accepts; SUBACK grants the requested QoS, at most 1. */
function answer(socket: Socket, packet: Buffer): void {
  switch (packet[0]! >> 4) {
    case 1:
      socket.write(Buffer.from([0x20, 3, 0, 0, 0]))
      return
    case 4:
      acknowledged++
      return
    case 8:
      socket.write(Buffer.from([0x90, 4, packet[2]!, packet[3]!, 0, Math.min(packet.at(-1)! & 3, 1)]))
      client = socket
      tell({ kind: 'subscribed' })
      return
    case 12:
      socket.write(Buffer.from([0xd0, 0]))
  }
}

function tell(news: FirehoseNews): void {
  process.send?.(news)
}

const server = createServer({ noDelay: true }, (socket) => {
  const read = packetReader((packet) => answer(socket, packet))
  socket.on('data', (chunk) => {
    read(chunk)
    proceed()
  })
  socket.on('drain', () => proceed())
  socket.on('error', () => socket.destroy())
})
server.listen(0, '127.0.0.1', () => tell({ kind: 'listening', port: (server.address() as AddressInfo).port }))
process.on('message', (message: Burst) => burst(message))
process.on('disconnect', () => process.exit())
