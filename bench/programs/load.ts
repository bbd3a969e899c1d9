// A separate program: a publisher that sends prepared PUBLISH packets through a broker, and subscribers that count them. All packets of a
// kind have the same size, so that reading them costs next to nothing and the broker is the limit.
import { connect, type Socket } from 'node:net'
import type { Load, LoadNews } from '../load-protocol.ts'
import { payloadAt, topicAt } from '../topics.ts'

/** Packets per write. */
const AT_ONCE = 200
const TOPICS = { count: 1_000, length: 30, siblings: 100 }
const PUBLISH = 3
const PUBACK = 4
const PUBREC = 5
const PUBREL = 6
const PUBCOMP = 7

const load = JSON.parse(process.argv[2] ?? '') as Load
const { qos, payload, messages } = load

const prepared = Array.from({ length: TOPICS.count }, (_, index) =>
  publishPacket(topicAt(TOPICS, index), payloadAt(payload, index))
)
const size = prepared[0]!.length
/** Where the packet identifier is. */
const idOffset = 1 + lengthBytes(size).length + 2 + TOPICS.length

/** An MQTT 3.1.1 PUBLISH. */
function publishPacket(topic: string, text: string): Buffer {
  const body = Buffer.concat([string(topic), Buffer.alloc(qos === 0 ? 0 : 2), Buffer.from(text)])
  return Buffer.concat([Buffer.from([0x30 | (qos << 1)]), Buffer.from(lengthBytes(body.length)), body])
}

function string(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length >> 8, text.length & 0xff]), Buffer.from(text)])
}

/** Up to 16,383. */
function lengthBytes(length: number): number[] {
  return length < 128 ? [length] : [(length & 0x7f) | 0x80, length >> 7]
}

/** Connects, and sends further packets once the CONNACK is there; resolves when `answers` bytes have come behind it. */
function client(id: string, clean: boolean, then: Buffer, answers: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: load.port, noDelay: true })
    socket.once('error', reject)
    let received = 0
    const hear = (chunk: Buffer): void => {
      const before = received
      received += chunk.length
      if (before < 4 && received >= 4) socket.write(then)
      if (received < 4 + answers) return
      socket.off('data', hear)
      resolve(socket)
    }
    socket.on('data', hear)
    const body = Buffer.concat([string('MQTT'), Buffer.from([4, clean ? 2 : 0, 0, 0]), string(id)])
    socket.write(Buffer.concat([Buffer.from([0x10, body.length]), body]))
  })
}

/** Calls `packet` with the type and start of each packet, and `end` after a chunk. */
function read(
  socket: Socket,
  packet: (type: number, bytes: Buffer, at: number) => void,
  end: () => void
): void {
  let rest: Buffer | null = null
  socket.on('data', (chunk: Buffer) => {
    const bytes = rest ? Buffer.concat([rest, chunk]) : chunk
    rest = null
    let at = 0
    while (at < bytes.length) {
      const type = bytes[at]! >> 4
      const length = type === PUBLISH ? size : 4
      if (at + length > bytes.length) {
        rest = bytes.subarray(at)
        break
      }
      packet(type, bytes, at)
      at += length
    }
    end()
  })
}

/** Subscribes to everything; `counted` resolves once every message has arrived. */
async function subscriber(id: string): Promise<{ counted: Promise<void> }> {
  const socket = await client(id, !load.kept, Buffer.from([0x82, 6, 0, 1, 0, 1, 0x23, qos]), 5)
  const counted = Promise.withResolvers<void>()
  let count = 0
  let answers: number[] = []
  read(
    socket,
    (type, bytes, at) => {
      if (type === PUBLISH) {
        count++
        if (qos > 0)
          answers.push(
            (qos === 1 ? PUBACK : PUBREC) << 4,
            2,
            bytes[at + idOffset]!,
            bytes[at + idOffset + 1]!
          )
      } else answers.push(PUBCOMP << 4, 2, bytes[at + 2]!, bytes[at + 3]!)
    },
    () => {
      if (answers.length > 0) socket.write(Buffer.from(answers))
      answers = []
      if (count >= messages) counted.resolve()
    }
  )
  return { counted: counted.promise }
}

async function publisher(): Promise<{ begin: () => void; longestHold: () => number }> {
  const socket = await client('publisher', true, Buffer.from([0xc0, 0]), 2)
  let sent = 0
  let done = 0
  let heldSince = 0
  let longest = 0
  const released: number[] = []
  let begun = 0
  const proceed = (): void => {
    if (heldSince > 0) longest = Math.max(longest, performance.now() - heldSince)
    heldSince = 0
    for (let open = true; open && sent < messages;) {
      const due =
        load.rate === null ? Infinity : Math.floor(((performance.now() - begun) / 1_000) * load.rate) - sent
      const room = Math.min(
        messages - sent,
        due,
        AT_ONCE,
        qos === 0 ? Infinity : load.inFlight - (sent - done)
      )
      if (room <= 0) return
      const bytes = Buffer.allocUnsafe(room * size)
      for (let i = 0; i < room; i++) {
        prepared[sent % prepared.length]!.copy(bytes, i * size)
        if (qos > 0) bytes.writeUInt16BE((sent % 65_535) + 1, i * size + idOffset)
        sent++
      }
      open = socket.write(bytes)
      if (!open) heldSince = performance.now()
    }
  }
  read(
    socket,
    (type, bytes, at) => {
      if (type === PUBREC) released.push((PUBREL << 4) | 2, 2, bytes[at + 2]!, bytes[at + 3]!)
      else done++
    },
    () => {
      if (released.length > 0) socket.write(Buffer.from(released.splice(0)))
      if (heldSince === 0) proceed()
    }
  )
  socket.on('drain', proceed)
  const begin = (): void => {
    begun = performance.now()
    if (load.rate !== null) setInterval(() => heldSince === 0 && proceed(), 1).unref()
    proceed()
  }
  return { begin, longestHold: () => longest }
}

const subscribers = await Promise.all(
  Array.from({ length: load.subscribers }, (_, number) => subscriber(`subscriber${number}`))
)
const { begin, longestHold } = await publisher()
const started = performance.now()
begin()
await Promise.all(subscribers.map(({ counted }) => counted))
const milliseconds = performance.now() - started
process.send?.({ kind: 'through', milliseconds, longestHold: longestHold() } satisfies LoadNews)
process.on('disconnect', () => process.exit())
