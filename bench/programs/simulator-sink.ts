// A separate program: a broker that accepts every client of MQTT 3.1.1 or 5, and counts what they publish at QoS 0.
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { SimulatorSinkNews, SinkOrder } from '../simulator-protocol.ts'

const say = (news: SimulatorSinkNews): void => void process.send?.(news)
let clients = 0
let messages = 0
let begun = { at: 0, messages: 0 }
let perSecond: number[] = []
let timer: NodeJS.Timeout | undefined

const server = createServer((socket) => {
  let rest: Buffer | null = null
  socket.setNoDelay(true)
  socket.on('error', () => undefined)
  socket.on('close', () => clients--)
  clients++
  socket.on('data', (bytes) => {
    rest = take(socket, rest ? Buffer.concat([rest, bytes]) : bytes)
  })
})

/** Answers whole packets, and returns what is left of the last one. */
function take(socket: Socket, bytes: Buffer): Buffer | null {
  let at = 0
  while (at < bytes.length) {
    let size = 0
    let shift = 0
    let next = at + 1
    for (;;) {
      if (next >= bytes.length) return bytes.subarray(at)
      const byte = bytes[next++]!
      size += (byte & 0x7f) * 2 ** shift
      shift += 7
      if (byte < 0x80) break
    }
    if (next + size > bytes.length) return bytes.subarray(at)
    const kind = bytes[at]! >> 4
    if (kind === 3) messages++
    // The protocol level stands behind the protocol's name.
    else if (kind === 1)
      socket.write(bytes[next + 6] === 5 ? '\x20\x03\x00\x00\x00' : '\x20\x02\x00\x00', 'latin1')
    else if (kind === 12) socket.write('\xd0\x00', 'latin1')
    else if (kind === 14) socket.end()
    at = next + size
  }
  return null
}

process.on('message', ({ kind }: SinkOrder) => {
  if (kind === 'begin') {
    begun = { at: performance.now(), messages }
    perSecond = []
    let last = messages
    timer = setInterval(() => {
      perSecond.push(messages - last)
      last = messages
    }, 1_000)
  } else {
    clearInterval(timer)
    const milliseconds = performance.now() - begun.at
    say({ kind: 'counted', messages: messages - begun.messages, milliseconds, perSecond, clients })
  }
})
process.on('disconnect', () => process.exit())
server.listen({ port: 0, host: '127.0.0.1', backlog: 1_024 }, () =>
  say({ kind: 'listening', port: (server.address() as AddressInfo).port })
)
