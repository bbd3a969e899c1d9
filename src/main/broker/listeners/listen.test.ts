import { once } from 'node:events'
import { statSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { get as getSecurely } from 'node:https'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import type { MqttClient } from 'mqtt'
import { parser, type Packet } from 'mqtt-packet'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { AppError } from '../../../shared/errors'
import { temporaryFolder } from '../../profiles/temporary.fixture'
import { Broker } from '../core/broker'
import { hello, setup, type NetworkKind, type Setup } from './listen.fixture'
import { listen } from './listen'

const kinds: NetworkKind[] = ['tcp', 'tls', 'ws', 'wss']

/** Payloads that a subscriber to `test` gets, which is waiting for them already. */
async function subscriber({ client }: Setup): Promise<{ payloads: Buffer[]; client: MqttClient }> {
  const made = await client({ clientId: 'counter' })
  const payloads: Buffer[] = []
  made.on('message', (_topic, payload) => payloads.push(payload))
  await made.subscribeAsync('test', { qos: 2 })
  return { payloads, client: made }
}

/** The payloads in order, for comparison with those of `hello`. */
function texts(payloads: Buffer[]): string[] {
  return payloads.map((payload) => payload.toString().trimEnd())
}

function expected(clientId: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${clientId} ${index}`)
}

describe.each(kinds)('a %s listener', (kind) => {
  it.each([3, 4, 5] as const)('serves a client of MQTT version %i', async (version) => {
    const { client, broker } = await setup(kind)
    const made = await client({
      clientId: 'c',
      protocolVersion: version,
      protocolId: version === 3 ? 'MQIsdp' : 'MQTT'
    })
    const got: string[] = []
    made.on('message', (_topic, payload) => got.push(payload.toString()))
    await made.subscribeAsync('a/#', { qos: 2 })
    for (const qos of [0, 1, 2] as const) await made.publishAsync('a/b', String(qos), { qos })
    await vi.waitFor(() => expect(got).toEqual(['0', '1', '2']))
    const [connected] = [...broker.clients()]
    expect(connected!.connection.address).toMatch(/^127\.0\.0\.1:\d+$/)
    await made.endAsync()
    await vi.waitFor(() => expect(broker.clientCount).toBe(0))
  })

  it('carries packets of every size, including small ones behind large ones', async () => {
    const made = await setup(kind)
    const { payloads } = await subscriber(made)
    const publisher = await made.client()
    const sizes = [
      10, 16_000, 16_384, 16_385, 20_000, 40_000, 65_536, 100_000, 3_000_000, 5, 70_000, 1, 10_000_000
    ]
    await Promise.all(
      sizes.map((size) => publisher.publishAsync('test', Buffer.alloc(size, 120), { qos: 1 }))
    )
    await vi.waitFor(() => expect(payloads.map(({ length }) => length)).toEqual(sizes))
  })

  it('closes a connection with garbage, and serves others', async () => {
    const made = await setup(kind)
    const { payloads } = await subscriber(made)
    for (const garbage of [
      'GET / HTTP/1.1\r\n\r\n',
      '\u0016\u0003\u0001 no TLS',
      '\0'.repeat(2_000),
      'x'.repeat(100_000)
    ]) {
      const socket = connect(made.listener.port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.resume().write(garbage)
      await once(socket, 'close')
    }
    await (await made.client()).publishAsync('test', 'still here', { qos: 1 })
    expect(texts(payloads)).toEqual(['still here'])
  })

  it('ends connections in a handshake and clients when it closes', async () => {
    const made = await setup(kind)
    const reasons: (number | undefined)[] = []
    const client = await made.client()
    client.on('disconnect', ({ reasonCode }) => reasons.push(reasonCode))
    const idle = connect(made.listener.port, '127.0.0.1').resume()
    const started = connect(made.listener.port, '127.0.0.1').resume()
    started.write(kind === 'tls' || kind === 'wss' ? Buffer.of(0x16, 0x03, 0x01) : 'GET / HT')
    const closed = [idle, started].map((socket) => {
      socket.on('error', () => undefined)
      return once(socket, 'close')
    })
    await Promise.all([idle, started].map((socket) => once(socket, 'connect')))
    await made.listener.close()
    await Promise.all(closed)
    await vi.waitFor(() => expect(reasons).toEqual([0x8b]))
    const late = connect(made.listener.port, '127.0.0.1')
    await expect(once(late, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('names the next free port when one is in use', async () => {
    const { listener, broker } = await setup(kind)
    const again = { kind: 'tcp', host: '127.0.0.1', port: listener.port } as const
    const blocked = listen(broker, again)
    await expect(blocked).rejects.toMatchObject({ code: 'PORT_IN_USE', details: { port: listener.port } })
    const next = await blocked.then(
      () => 0,
      (error: AppError<'PORT_IN_USE'>) => error.details.next ?? 0
    )
    expect(next).toBeGreaterThan(listener.port)
    const other = await listen(broker, { ...again, port: next })
    expect(other.port).toBe(next)
    await other.close()
  })
})

describe('a client that is gone before it was answered', () => {
  /** Whether the system gave everything that was written to the far side. */
  const written = (socket: Socket, bytes: Buffer): Promise<void> =>
    new Promise((resolve) => void socket.write(bytes, () => resolve()))

  it.each(['tcp', 'tls'] as const)('is heard if it resets its connection, 300 times (%s)', async (kind) => {
    const made = await setup(kind)
    const { payloads } = await subscriber(made)
    const all: string[] = []
    for (let i = 0; i < 300; i++) {
      const socket = await made.socket()
      all.push(...expected(`gone-${i}`, 2))
      await written(socket, hello(`gone-${i}`, 2))
      socket.resetAndDestroy()
    }
    await vi.waitFor(() => expect(payloads).toHaveLength(600))
    expect(texts(payloads).sort()).toEqual(all.sort())
  })

  it.each(['tcp', 'tls'] as const)('is heard if it closes its connection, 300 times (%s)', async (kind) => {
    const made = await setup(kind)
    const { payloads } = await subscriber(made)
    for (let i = 0; i < 300; i++) (await made.socket()).end(hello(`closed-${i}`, 2))
    await vi.waitFor(() => expect(payloads).toHaveLength(600))
  })

  it.each([
    [2_000, 0],
    [20, 20_000]
  ])('is heard if it resets after %i messages of at least %i bytes, 50 times', async (count, size) => {
    const made = await setup('tcp')
    const { payloads } = await subscriber(made)
    for (let i = 0; i < 50; i++) {
      const socket = await made.socket()
      await written(socket, hello(`many-${i}`, count, size))
      socket.resetAndDestroy()
    }
    await vi.waitFor(() => expect(payloads).toHaveLength(50 * count))
  })
})

it('answers what a client asked before it closed its half of the connection', async () => {
  const { socket } = await setup('tcp')
  const made = await socket()
  const packets: Packet[] = []
  const reader = parser({ protocolVersion: 4 })
  reader.on('packet', (packet) => packets.push(packet))
  made.on('data', (chunk: Buffer) => reader.parse(chunk))
  made.end(Buffer.concat([hello('half', 0), Buffer.of(0xc0, 0)]))
  await once(made, 'close')
  expect(packets.map(({ cmd }) => cmd)).toEqual(['connack', 'pingresp'])
})

describe('over WebSocket', () => {
  it.todo('x')
})

it('listens on a pipe for this user, also where a killed broker left its socket', async () => {
  const path =
    process.platform === 'win32' ? `\\\\.\\pipe\\treetop-${process.pid}` : join(temporaryFolder(), 's')
  if (process.platform !== 'win32') writeFileSync(path, '')
  const broker = new Broker()
  const listener = await listen(broker, { kind: 'pipe', path })
  onTestFinished(() => listener.close())
  expect(listener.port).toBe(0)
  if (process.platform !== 'win32') expect((statSync(path).mode & 0o777).toString(8)).toBe('600')
  const socket = connect(path)
  socket.write(hello('local', 0))
  const [connack] = (await once(socket, 'data')) as [Buffer]
  expect([...connack]).toEqual([0x20, 2, 0, 0])
  const [client] = [...broker.clients()]
  expect(client!.connection.address).toBe('')
  socket.destroy()
})
