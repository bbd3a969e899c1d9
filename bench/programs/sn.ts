// A separate program: MQTT-SN clients over UDP, which publish at QoS 1 to a topic of their own.
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { SnLoad, SnNews } from '../sn-protocol.ts'

/** Clients that connect at once. */
const AT_ONCE = 50
/** ms after which a message without an answer is sent again. */
const RETRY = 1_000
const PAYLOAD = Buffer.alloc(50, 120)

const load = JSON.parse(process.argv[2] ?? '') as SnLoad
const milliseconds: number[] = []
let again = 0

/** Sends a message of MQTT-SN 1.2 (5.2), again if need be, and waits for one of the type that answers it. */
async function ask(socket: Socket, answer: number, type: number, ...parts: Buffer[]): Promise<Buffer> {
  const body = Buffer.concat([Buffer.of(type), ...parts])
  const message = Buffer.concat([Buffer.of(body.length + 1), body])
  const timer = setInterval(() => {
    again++
    socket.send(message)
  }, RETRY)
  socket.send(message)
  for (;;) {
    const [bytes] = (await once(socket, 'message')) as [Buffer]
    if (bytes[1] !== answer) continue
    clearInterval(timer)
    return bytes
  }
}

function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff)
}

interface Client {
  socket: Socket
  topicId: Buffer
}

async function join(index: number): Promise<Client> {
  const socket = createSocket('udp4')
  socket.connect(load.port, '127.0.0.1')
  await once(socket, 'connect')
  await ask(socket, 0x05, 0x04, Buffer.of(4, 1), u16(600), Buffer.from(`sn-${index}`))
  const regack = await ask(socket, 0x0b, 0x0a, u16(0), u16(1), Buffer.from(`plant/client${index}/value`))
  return { socket, topicId: regack.subarray(2, 4) }
}

async function publish({ socket, topicId }: Client, count: number): Promise<void> {
  for (let id = 1; id <= count; id++) {
    const started = performance.now()
    await ask(socket, 0x0d, 0x0c, Buffer.of(0x20), topicId, u16(id), PAYLOAD)
    milliseconds.push(performance.now() - started)
  }
}

const seconds = (since: number): number => (performance.now() - since) / 1_000

const started = performance.now()
const clients: Client[] = []
for (let from = 0; from < load.clients; from += AT_ONCE)
  clients.push(
    ...(await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, load.clients - from) }, (_, index) => join(from + index))
    ))
  )
process.send?.({ kind: 'there', seconds: seconds(started) } satisfies SnNews)
const began = performance.now()
await Promise.all(clients.map((client) => publish(client, load.messages / load.clients)))
process.send?.({ kind: 'published', seconds: seconds(began), milliseconds, again } satisfies SnNews)
process.on('disconnect', () => process.exit())
