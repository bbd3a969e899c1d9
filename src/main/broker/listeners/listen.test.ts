import { once } from 'node:events'
import { statSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { get as getSecurely } from 'node:https'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { MqttClient } from 'mqtt'
import { generate as encode, parser, type Packet } from 'mqtt-packet'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { AppError } from '../../../shared/errors'
import { temporaryFolder } from '../../profiles/temporary.fixture'
import { Broker } from '../core/broker'
import { hello, messages, setup, socketBelow, type NetworkKind, type Setup } from './listen.fixture'
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

/** Resolves when a socket is closed, by an error or without. */
function closed(socket: Socket): Promise<void> {
  socket.on('error', () => undefined)
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

function texts(payloads: Buffer[]): string[] {
  return payloads.map((payload) => payload.toString())
}

/** The payloads of `messages`. */
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
      `GET / HTTP/1.1\r\nA: ${'a'.repeat(100)}\r\n\r\n`,
      '\0'.repeat(2_000),
      'x'.repeat(100_000)
    ]) {
      const socket = connect(made.listener.port, '127.0.0.1')
      socket.resume().write(garbage)
      await closed(socket)
    }
    await (await made.client()).publishAsync('test', 'still here', { qos: 1 })
    await vi.waitFor(() => expect(texts(payloads)).toEqual(['still here']))
  })

  it('ends a connection whose handshake, HTTP request or CONNECT does not come in time', async () => {
    const { listener, broker } = await setup(kind, { limits: { connectTimeout: 200 } })
    const starts = [
      '',
      'GET / HTTP/1.1\r\nHost:',
      Buffer.of(0x16, 0x03, 0x01, 0x20),
      Buffer.of(0x10, 0x20, 0)
    ]
    await Promise.all(
      starts.map((start) => {
        const socket = connect(listener.port, '127.0.0.1').resume()
        socket.write(start)
        return closed(socket)
      })
    )
    expect(broker.clientCount).toBe(0)
  })

  it('ends connections in a handshake and clients when it closes', async () => {
    const made = await setup(kind)
    const reasons: (number | undefined)[] = []
    const client = await made.client()
    client.on('disconnect', ({ reasonCode }) => reasons.push(reasonCode))
    const idle = connect(made.listener.port, '127.0.0.1').resume()
    const started = connect(made.listener.port, '127.0.0.1').resume()
    started.write(kind === 'tls' || kind === 'wss' ? Buffer.of(0x16, 0x03, 0x01) : 'GET / HT')
    await Promise.all([idle, started].map((socket) => once(socket, 'connect')))
    const ended = [idle, started].map(closed)
    await made.listener.close()
    await Promise.all(ended)
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

describe.each(kinds)('a client that is gone before it was answered (%s)', (kind) => {
  it('is heard if it resets its connection, 100 times', async () => {
    const made = await setup(kind)
    const { payloads } = await subscriber(made)
    const all: string[] = []
    for (let i = 0; i < 100; i++) {
      const { write, reset } = await made.line()
      all.push(...expected(`gone-${i}`, 2))
      await new Promise<void>((done) => write(hello(`gone-${i}`, 2), done))
      reset()
    }
    await vi.waitFor(() => expect(payloads).toHaveLength(200))
    expect(texts(payloads).sort()).toEqual(all.sort())
  })

  it('is heard if it closes its connection, 100 times', async () => {
    const made = await setup(kind)
    const { payloads } = await subscriber(made)
    for (let i = 0; i < 100; i++) {
      const { write, end } = await made.line()
      write(hello(`closed-${i}`, 2))
      end()
    }
    await vi.waitFor(() => expect(payloads).toHaveLength(200))
  })

  it('is heard if it resets after 2,000 messages, 30 times', async () => {
    const made = await setup(kind)
    const { payloads } = await subscriber(made)
    for (let i = 0; i < 30; i++) {
      const { write, reset } = await made.line()
      await new Promise<void>((done) => write(hello(`many-${i}`, 2_000), done))
      reset()
    }
    await vi.waitFor(() => expect(payloads).toHaveLength(60_000))
  })

  it.each(['in memory', 'in the system'])(
    'is heard if it resets while it is held back (bytes %s)',
    async (where) => {
      const made = await setup(kind)
      const { payloads } = await subscriber(made)
      const { write, reset } = await made.line()
      write(hello('held', 0))
      write(encode({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'x', qos: 0 }] }))
      await vi.waitFor(() => expect(made.broker.subscriptions.count).toBe(2))
      const held = [...made.broker.clients()].find(({ session }) => session.clientId === 'held')!
      const { stream } = held.connection
      const socket = socketBelow(stream)
      held.connection.hold()
      const sent: string[] = []
      const send = (): Promise<void> => {
        const batch = `batch-${sent.length}`
        sent.push(...expected(batch, 50))
        return new Promise((done) => write(messages(batch, 50), done))
      }
      // Node reads until its buffer is full, and leaves the rest in the system.
      while (where === 'in the system' && socket.readableLength < socket.readableHighWaterMark) {
        await send()
        await new Promise(setImmediate)
      }
      await send()
      reset()
      // What the broker writes to it fails.
      for (let i = 0; i < 3; i++) {
        made.broker.announce('x', 'too late')
        await new Promise(setImmediate)
      }
      held.connection.resume()
      await vi.waitFor(() => expect(payloads).toHaveLength(sent.length))
      expect(texts(payloads)).toEqual(sent)
      await vi.waitFor(() => expect(stream.destroyed).toBe(true))
      expect(made.broker.clientCount).toBe(1)
    }
  )
})

it('answers what a client asked before it closed its half of the connection', async () => {
  const { line } = await setup('tcp')
  const { socket } = await line()
  const packets: Packet[] = []
  const reader = parser({ protocolVersion: 4 })
  reader.on('packet', (packet) => packets.push(packet))
  socket.on('data', (chunk: Buffer) => reader.parse(chunk))
  socket.end(Buffer.concat([hello('half', 0), Buffer.of(0xc0, 0)]))
  await once(socket, 'close')
  expect(packets.map(({ cmd }) => cmd)).toEqual(['connack', 'pingresp'])
})

describe.each(['ws', 'wss'] as const)('a %s listener', (kind) => {
  const offer = async (protocols: string[]): Promise<WebSocket> => {
    const { listener, ca } = await setup(kind)
    const socket = new WebSocket(`${kind}://127.0.0.1:${listener.port}/mqtt`, protocols, { ca })
    onTestFinished(() => socket.terminate())
    return socket
  }

  it('answers the subprotocols with the best that it speaks [3.1.1, 5: MQTT-6.0.0-4]', async () => {
    for (const [protocols, chosen] of [
      [['mqtt'], 'mqtt'],
      [['mqttv3.1'], 'mqttv3.1'],
      [['other', 'mqttv3.1', 'mqtt'], 'mqtt']
    ] as const) {
      const socket = await offer([...protocols])
      await once(socket, 'open')
      expect(socket.protocol).toBe(chosen)
    }
  })

  it.each([[[]], [['other']]])('refuses the subprotocols %j [MQTT-6.0.0-3]', async (protocols) => {
    const socket = await offer(protocols)
    await expect(once(socket, 'open')).rejects.toThrow('400')
  })

  it('takes packets that begin and end anywhere in frames [3.1.1, 5: MQTT-6.0.0-2]', async () => {
    const socket = await offer(['mqtt'])
    await once(socket, 'open')
    const bytes = Buffer.concat([hello('pieces', 3), Buffer.of(0xc0, 0)])
    for (let at = 0; at < bytes.length; at += 7) socket.send(bytes.subarray(at, at + 7))
    const frames: Buffer[] = []
    socket.on('message', (data: Buffer, isBinary) => frames.push(isBinary ? data : Buffer.from('text')))
    await vi.waitFor(() => expect([...Buffer.concat(frames)]).toEqual([0x20, 2, 0, 0, 0xd0, 0]))
  })

  it('closes the connection when a text frame comes [3.1.1, 5: MQTT-6.0.0-1]', async () => {
    const socket = await offer(['mqtt'])
    await once(socket, 'open')
    socket.send(hello('text', 0).toString('latin1'))
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
    expect([code, reason.toString()]).toEqual([1003, 'MQTT needs binary frames [MQTT-6.0.0-1].'])
  })

  it('closes the connection when a frame is larger than packets may be', async () => {
    const { listener, ca } = await setup(kind, { limits: { packetSize: 10_000 } })
    const socket = new WebSocket(`${kind}://127.0.0.1:${listener.port}/`, 'mqtt', { ca })
    await once(socket, 'open')
    socket.send(Buffer.alloc(2_000_000))
    expect(((await once(socket, 'close')) as [number])[0]).toBe(1009)
  })

  it('tells a browser what it is', async () => {
    const { listener, ca } = await setup(kind)
    const url = `http${kind === 'wss' ? 's' : ''}://127.0.0.1:${listener.port}/`
    const request = kind === 'wss' ? getSecurely(url, { ca }) : get(url)
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    expect([response.statusCode, response.headers.upgrade]).toEqual([426, 'websocket'])
    expect(await text(response)).toMatch(/^This is an MQTT broker\. .+\n$/)
  })
})

it('answers nothing that a client sends behind a text frame', async () => {
  const { listener, broker } = await setup('ws')
  const socket = new WebSocket(`ws://127.0.0.1:${listener.port}/`, 'mqtt')
  await once(socket, 'open')
  socket.send('text')
  socket.send(hello('late', 1))
  await once(socket, 'close')
  expect(broker.traffic.packetsReceived).toBe(0)
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
