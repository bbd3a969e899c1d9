// A separate program: many clients with many subscriptions or retained messages, to see what they cost the broker in memory.
import { connect, type Socket } from 'node:net'
import type { Crowd, CrowdNews, Reach } from '../crowd-protocol.ts'

/** Clients that connect at once, and filters or messages per packet or write. */
const AT_ONCE = 100
const PER_WRITE = 100

const crowd = JSON.parse(process.argv[2] ?? '') as Crowd
const sockets: Socket[] = []

function string(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length >> 8, text.length & 0xff]), Buffer.from(text)])
}

function packet(first: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const length: number[] = []
  for (let rest = body.length; length.length === 0 || rest > 0; rest >>= 7) {
    if (length.length > 0) length[length.length - 1]! |= 0x80
    length.push(rest & 0x7f)
  }
  return Buffer.concat([Buffer.from([first, ...length]), body])
}

/** Writes a packet and waits for the first bytes of its answer. */
function ask(socket: Socket, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    socket.once('data', resolve)
    socket.write(bytes)
  })
}

const filterOf = (client: number, index: number): string => `plant/client${client}/sensor${index}/value`

async function join(client: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port: crowd.port, noDelay: true })
  sockets[client] = socket
  await ask(socket, packet(0x10, string('MQTT'), Buffer.from([4, 2, 0, 0]), string(`crowd-${client}`)))
  for (let from = 0; from < crowd.subscriptions; from += PER_WRITE) {
    const count = Math.min(PER_WRITE, crowd.subscriptions - from)
    const filters = Array.from({ length: count }, (_, index) =>
      Buffer.concat([string(filterOf(client, from + index)), Buffer.from([0])])
    )
    await ask(socket, packet(0x82, Buffer.from([0, 1]), ...filters))
  }
  for (let from = 0; from < crowd.retained; from += PER_WRITE) {
    const count = Math.min(PER_WRITE, crowd.retained - from)
    const messages = Array.from({ length: count }, (_, index) =>
      packet(0x31, string(filterOf(client, from + index)), Buffer.alloc(crowd.payload, 120))
    )
    await ask(socket, Buffer.concat([...messages, Buffer.from([0xc0, 0])]))
  }
}

/** ms from the publish of a message until its subscriber, client 0, has it. */
async function reach(index: number): Promise<number> {
  const message = packet(0x30, string(filterOf(0, index)), Buffer.from('x'))
  const arrived = new Promise((resolve) => sockets[0]!.once('data', resolve))
  const started = performance.now()
  sockets.at(-1)!.write(message)
  await arrived
  return performance.now() - started
}

process.on('message', ({ times }: Reach) => {
  void (async () => {
    const milliseconds: number[] = []
    for (let index = 0; index < times; index++) milliseconds.push(await reach(index))
    process.send?.({ kind: 'reached', milliseconds } satisfies CrowdNews)
  })()
})
for (let from = 0; from < crowd.clients; from += AT_ONCE)
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, crowd.clients - from) }, (_, index) => join(from + index))
  )
process.send?.({ kind: 'there' } satisfies CrowdNews)
process.on('disconnect', () => process.exit())
