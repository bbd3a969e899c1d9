import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import mqtt, { type MqttClient } from 'mqtt'
import { generate, parser, type Packet } from 'mqtt-packet'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ConnectionStatus, LiveSubscription } from '../../shared/contract/connections'
import type { Job } from '../../shared/contract/jobs'
import { defaultProfile, type Profile } from '../../shared/contract/profiles'
import { noneOpen, noFilter, type TopicFrame, type TopicRow } from '../../shared/contract/topics'
import { createPeer, type Peer } from '../../shared/rpc/peer'
import { portChannel } from '../../shared/rpc/port'
import { openForReading } from '../history/schema'
import { createConnection } from './connection'
import { freePort, Mosquitto, mosquittoInstalled } from '../mqtt/mosquitto.fixture'
import type { ConnectionFunctions } from './connection-functions'

const CONNECTION = { connectionId: 'p' }
const WITHIN = { timeout: 20_000, interval: 20 }

let directory: string
let connection: Peer<ConnectionFunctions>
let status: ConnectionStatus
let states: string[]
let rows: Map<string, TopicRow>
let ports: MessageChannel
const jobs = new Map<string, Job>()

/** Opens a connection over a real MessageChannel, as its worker does, on the test's history file. */
function open(): void {
  ports = new MessageChannel()
  states = []
  rows = new Map()
  connection = createPeer<ConnectionFunctions>(portChannel(ports.port1), {
    status: (next: ConnectionStatus) => {
      status = next
      if (states.at(-1) !== next.state) states.push(next.state)
    },
    stats: () => undefined,
    cleared: () => undefined,
    job: (job: Job) => jobs.set(job.id, job),
    frame: (frame: TopicFrame) => {
      if (frame.rows) rows = new Map(frame.rows.map((row) => [row.path, row]))
      for (const [, row] of frame.changed) rows.set(row.path, row)
    }
  })
  createConnection(portChannel(ports.port2), {
    profileId: 'p',
    generation: 1,
    historyPath: join(directory, 'p.db')
  })
}

async function close(): Promise<void> {
  await connection.call('shutDown', null)
  ports.port1.close()
}

async function watch(expanded: string[] = []): Promise<void> {
  const sort = { by: 'name' as const, descending: false }
  const options = {
    sort,
    filter: noFilter,
    hidden: [],
    flat: false,
    pinned: [],
    window: { first: 0, count: 50, sequence: 1 },
    selected: null
  }
  await connection.call('topics.watch', {
    history: { kind: 'connection', id: 'p' },
    path: '',
    viewId: 'v',
    moment: null,
    ...options,
    expanded: { ...noneOpen, opened: expanded }
  })
}

const until = (state: string): Promise<void> => vi.waitFor(() => expect(status.state).toBe(state), WITHIN)

const answered = (): Promise<void> =>
  vi.waitFor(() => {
    expect(status.subscriptions.length).toBeGreaterThan(0)
    expect(status.subscriptions.every(({ code }) => code !== null)).toBe(true)
  }, WITHIN)

function profile(port: number, change: Partial<Profile> = {}): Profile {
  return {
    ...defaultProfile('treetop-test'),
    id: 'p',
    name: 'Plant',
    host: '127.0.0.1',
    port,
    reconnectPeriod: 0.5,
    connectTimeout: 10,
    subscriptions: [{ filter: '#', qos: 2 }],
    secrets: { password: null, key: null },
    ...change
  }
}

const go = (settings: Profile, password: string | null = null): Promise<ConnectionStatus> =>
  connection.call('connect', { profile: settings, secrets: { password, key: null } })

function recorded(): { name: string; payload: string; qos: number; direction: number; retain: number }[] {
  const database = openForReading(join(directory, 'p.db'))
  const found = database
    .prepare(
      `SELECT name, CAST(payload AS TEXT) AS payload, qos, direction, retain
       FROM message JOIN topic ON topic.id = topic_id ORDER BY message.id`
    )
    .all()
  database.close()
  return found as ReturnType<typeof recorded>
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'treetop-connection-'))
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

describe.skipIf(!mosquittoInstalled)('with Mosquitto', () => {
  const broker = new Mosquitto()
  let sender: MqttClient

  beforeEach(async () => {
    await broker.start()
    sender = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, { protocolVersion: 5 })
    open()
  })

  afterEach(async () => {
    await close()
    await sender.endAsync(true)
    await broker.stop()
  })

  afterAll(() => broker.remove())

  it.each([3, 4, 5] as const)(
    'records and shows messages at every QoS (MQTT version %i)',
    async (version) => {
      await go(profile(broker.port, { version }))
      await until('online')
      await answered()
      expect(status.subscriptions).toEqual([{ filter: '#', requested: 2, code: 2, reasonString: null }])
      await watch(['plant'])
      for (const qos of [0, 1, 2] as const) await sender.publishAsync(`plant/q${qos}`, `at ${qos}`, { qos })
      await vi.waitFor(() => expect(rows.get('plant')?.messages).toBe(3), WITHIN)
      expect(rows.get('plant/q2')?.last).toMatchObject({ qos: 2, size: 4, preview: 'at 2' })
      await connection.call('settle', null)
      expect(recorded().map(({ name, payload, qos }) => [name, payload, qos])).toEqual([
        ['plant/q0', 'at 0', 0],
        ['plant/q1', 'at 1', 1],
        ['plant/q2', 'at 2', 2]
      ])
    }
  )

  it('records published messages as outgoing, and returns their outcome', async () => {
    await go(profile(broker.port))
    await until('online')
    await answered()
    const payload = new Uint8Array([1, 2, 3])
    const results = []
    for (const qos of [0, 1, 2] as const) {
      results.push(
        await connection.call('messages.publish', {
          ...CONNECTION,
          topic: 'own',
          payload,
          qos,
          retain: false
        })
      )
    }
    expect(results.map(({ outcome }) => outcome)).toEqual(['sent', 'puback', 'pubcomp'])
    expect(results.map(({ packetId }) => packetId === null)).toEqual([true, false, false])
    await vi.waitFor(async () => {
      await connection.call('settle', null)
      expect(recorded().filter(({ direction }) => direction === 0)).toHaveLength(3)
    }, WITHIN)
    expect(recorded().filter(({ direction }) => direction === 1)).toHaveLength(3)
  })

  it('unmarks a cleared topic although its subscription does not keep the retain flag', async () => {
    await sender.publishAsync('state/old', 'on', { retain: true, qos: 1 })
    await go(profile(broker.port, { subscriptions: [{ filter: '#', qos: 1, retainAsPublished: false }] }))
    await until('online')
    await watch(['state'])
    await vi.waitFor(() => expect(rows.get('state/old')?.retainedAt).toBeGreaterThan(1.7e9), WITHIN)
    await sender.publishAsync('state/old', '', { retain: true })
    await vi.waitFor(() => expect(rows.get('state/old')?.retainedAt).toBeNull(), WITHIN)
  })

  it('marks retained topics, also from live messages (retain as published), and unmarks cleared ones', async () => {
    await sender.publishAsync('state/old', 'on', { retain: true, qos: 1 })
    await go(profile(broker.port))
    await until('online')
    await watch(['state'])
    await vi.waitFor(() => expect(rows.get('state/old')?.retainedAt).toBeGreaterThan(1.7e9), WITHIN)
    await sender.publishAsync('state/new', 'on', { retain: true })
    await vi.waitFor(() => expect(rows.get('state/new')?.retainedAt).toBeGreaterThan(1.7e9), WITHIN)
    await sender.publishAsync('state/old', '', { retain: true })
    await sender.publishAsync('state/new', '', { retain: true })
    await vi.waitFor(() => expect(rows.get('state/old')?.retainedAt).toBeNull(), WITHIN)
    await vi.waitFor(() => expect(rows.get('state/new')?.retainedAt).toBeNull(), WITHIN)
  })

  it('receives and counts the queue of a kept session, with each QoS 2 message once', async () => {
    const kept = profile(broker.port, { clean: false, sessionExpiry: 3_600 })
    await go(kept)
    await until('online')
    await answered()
    expect(status.connack?.sessionPresent).toBe(false)
    await connection.call('disconnect', null)
    for (let i = 0; i < 30; i++) await sender.publishAsync('queue', String(i), { qos: 2 })
    await go(kept)
    await until('online')
    expect(status.connack?.sessionPresent).toBe(true)
    await vi.waitFor(() => expect(status.queued).toBe(30), WITHIN)
    await connection.call('settle', null)
    expect(recorded().map(({ payload }) => Number(payload))).toEqual([...Array(30).keys()])
  })

  it('reconnects automatically after the broker was killed', async () => {
    await go(profile(broker.port))
    await until('online')
    const killed = Date.now()
    await broker.stop('SIGKILL')
    await until('reconnecting')
    expect(status.retryAt).toBeGreaterThanOrEqual(killed)
    expect(status.fault).not.toBeNull()
    await broker.start()
    await until('online')
    expect(status).toMatchObject({ fault: null, attempts: 0, retryAt: null })
    expect(states).toEqual(['offline', 'connecting', 'online', 'reconnecting', 'online'])
  })

  it('stays offline after a disconnect, and keeps the tree', async () => {
    await go(profile(broker.port))
    await until('online')
    await answered()
    await sender.publishAsync('kept', 'x')
    await watch()
    await vi.waitFor(() => expect(rows.get('kept')).toBeDefined(), WITHIN)
    expect(await connection.call('disconnect', null)).toMatchObject({ state: 'offline', fault: null })
    await close()
    open()
    await watch()
    await vi.waitFor(() => expect(rows.get('kept')?.last?.preview).toBe('x'), WITHIN)
  })

  it('refuses to publish while it is not connected', async () => {
    const publish = connection.call('messages.publish', {
      ...CONNECTION,
      topic: 't',
      payload: new Uint8Array(),
      qos: 0,
      retain: false
    })
    await expect(publish).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
  })

  it('subscribes and unsubscribes while connected', async () => {
    await go(profile(broker.port, { subscriptions: [{ filter: 'a/#', qos: 0 }] }))
    await until('online')
    await answered()
    expect(
      await connection.call('connections.subscribe', {
        ...CONNECTION,
        subscription: { filter: 'b/#', qos: 1 }
      })
    ).toMatchObject({
      requested: 1,
      code: 1
    })
    expect(status.subscriptions.map(({ filter }) => filter)).toEqual(['a/#', 'b/#'])
    const unsuback = await connection.call('connections.unsubscribe', { ...CONNECTION, filter: 'a/#' })
    expect(unsuback).toEqual({ code: 0, reasonString: null })
    await watch()
    await sender.publishAsync('a/1', 'no')
    await sender.publishAsync('b/1', 'yes')
    await vi.waitFor(() => expect(rows.get('b')?.messages).toBe(1), WITHIN)
    expect(rows.has('a')).toBe(false)
  })

  it('remembers of which variables a subscription was made, also when it is subscribed again', async () => {
    const made: LiveSubscription = { filter: 'a/#', qos: 0, template: '{{site}}/#' }
    await go(profile(broker.port, { subscriptions: [made] }))
    await until('online')
    await answered()
    expect(status.subscriptions).toMatchObject([{ filter: 'a/#', template: '{{site}}/#', code: 0 }])
    await connection.call('connections.subscribe', {
      ...CONNECTION,
      subscription: { filter: 'a/#', qos: 1 }
    })
    await vi.waitFor(
      () =>
        expect(status.subscriptions).toMatchObject([{ filter: 'a/#', template: '{{site}}/#', requested: 1 }]),
      WITHIN
    )
  })

  it('keeps the colour and alias of a subscription over reconnections, and changes them without a packet', async () => {
    const look = { colour: 'red' as const, alias: 'All of a' }
    await go(profile(broker.port, { subscriptions: [{ filter: 'a/#', qos: 0, ...look }] }))
    await until('online')
    await answered()
    expect(status.subscriptions).toMatchObject([{ filter: 'a/#', code: 0, ...look }])
    await connection.call('connections.setLook', { ...CONNECTION, filter: 'a/#', look: { alias: 'A' } })
    await broker.stop('SIGKILL')
    await until('reconnecting')
    await broker.start()
    await until('online')
    await answered()
    expect(status.subscriptions).toEqual([
      { filter: 'a/#', requested: 0, code: 0, reasonString: null, alias: 'A' }
    ])
  })

  it('clears a subtree from the tree and the history', async () => {
    await go(profile(broker.port))
    await until('online')
    await answered()
    await watch(['a'])
    for (const topic of ['a/1', 'a/2', 'ab', 'a']) await sender.publishAsync(topic, 'x', { qos: 1 })
    await vi.waitFor(() => expect(rows.size).toBe(4), WITHIN)
    const scope = { topic: 'a', subtree: true }
    const { id } = await connection.call('messages.clear', { ...CONNECTION, scope })
    await vi.waitFor(
      () => expect(jobs.get(id)).toMatchObject({ state: 'done', messages: 3, progress: 1 }),
      WITHIN
    )
    await vi.waitFor(() => expect([...rows.keys()]).toEqual(['ab']), WITHIN)
    expect(recorded().map(({ name }) => name)).toEqual(['ab'])
  })
})

describe.skipIf(!mosquittoInstalled)('with a Mosquitto that requires a password', () => {
  const broker = new Mosquitto()

  beforeEach(async () => {
    await broker.start(['allow_anonymous false', broker.withPassword('ann', 'right')])
    open()
  })

  afterEach(async () => {
    await close()
    await broker.stop()
  })

  afterAll(() => broker.remove())

  it.each([
    [4, 5],
    [5, 0x87]
  ] as const)(
    'stops retrying if the password is wrong, and reports the code (MQTT version %i)',
    async (version, code) => {
      await go(profile(broker.port, { version, username: 'ann' }), 'wrong')
      await until('failed')
      expect(status.fault).toMatchObject({ kind: 'connack', version, code })
      expect(status.retryAt).toBeNull()
      await go(profile(broker.port, { version, username: 'ann' }), 'right')
      await until('online')
    }
  )
})

describe('with brokers that misbehave', () => {
  let server: Server

  const listen = async (
    onConnect: (write: (bytes: number[]) => void, end: () => void) => void
  ): Promise<number> => {
    server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () =>
        onConnect(
          (bytes) => socket.write(Buffer.from(bytes)),
          () => socket.destroy()
        )
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  beforeEach(open)

  afterEach(async () => {
    await close()
    server?.close()
  })

  it('reports if the broker refuses to unsubscribe, and keeps the subscription in the list', async () => {
    server = createServer((socket) => {
      const packets = parser({ protocolVersion: 5 })
      const answer = (packet: Packet): void => void socket.write(generate(packet, { protocolVersion: 5 }))
      packets.on('packet', ({ cmd, messageId = 0 }: Packet) => {
        if (cmd === 'connect') answer({ cmd: 'connack', reasonCode: 0, sessionPresent: false })
        if (cmd === 'subscribe') answer({ cmd: 'suback', messageId, granted: [2] })
        if (cmd === 'unsubscribe') answer({ cmd: 'unsuback', messageId, granted: [0x87] })
      })
      socket.on('data', (chunk) => packets.parse(chunk))
      socket.on('error', () => undefined)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    await go(profile((server.address() as AddressInfo).port))
    await until('online')
    await answered()
    const refused = connection.call('connections.unsubscribe', { ...CONNECTION, filter: '#' })
    await expect(refused).rejects.toMatchObject({
      code: 'UNSUBSCRIBE_REFUSED',
      details: { filter: '#', reasonCode: 0x87, reasonString: null }
    })
    expect(status.subscriptions).toMatchObject([{ filter: '#', code: 2 }])
  })

  it('counts the queue of a kept session although the thread had no CPU when it came', async () => {
    server = createServer((socket) => {
      const send = (packet: Packet): void => void socket.write(generate(packet, { protocolVersion: 5 }))
      socket.once('data', () => {
        send({ cmd: 'connack', reasonCode: 0, sessionPresent: true })
        const block = (): void => {
          const message = { cmd: 'publish', topic: 'queue', dup: false, retain: false } as const
          send({ ...message, payload: 'kept', qos: 1, messageId: 1 })
          // Longer than the quiet time that ends the queue. After an immediate, timers come before sockets.
          const end = performance.now() + 600
          while (performance.now() < end);
        }
        setTimeout(() => setImmediate(block), 50)
      })
      socket.on('error', () => undefined)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    await go(
      profile((server.address() as AddressInfo).port, {
        clean: false,
        sessionExpiry: 3_600,
        subscriptions: []
      })
    )
    await vi.waitFor(() => expect(status.queued).toBe(1), WITHIN)
  })

  it('recognizes a 3.1.1 broker’s refusal of MQTT 5', async () => {
    const port = await listen((write, end) => {
      write([0x20, 2, 0, 1])
      end()
    })
    await go(profile(port))
    await until('failed')
    expect(status.fault).toMatchObject({ kind: 'connack', version: 4, code: 1 })
  })

  it.each([401, 403])('stops retrying if a proxy refuses the login with HTTP %i', async (code) => {
    const port = await listen((write) =>
      write([...Buffer.from(`HTTP/1.1 ${code} Refused\r\nContent-Length: 0\r\n\r\n`)])
    )
    await go(profile(port, { protocol: 'ws' }))
    await until('failed')
    expect(status).toMatchObject({ fault: { kind: 'network', code: `HTTP_${code}` }, retryAt: null })
  })

  it('retries when the server is unavailable or busy', async () => {
    const port = await listen((write) => write([0x20, 3, 0, 0x89, 0]))
    await go(profile(port))
    await until('reconnecting')
    expect(status.fault).toMatchObject({ kind: 'connack', version: 5, code: 0x89 })
    await vi.waitFor(() => expect(status.attempts).toBe(2), WITHIN)
  })

  it('stops waiting for a CONNACK after the connect timeout', async () => {
    const port = await listen(() => undefined)
    await go(profile(port, { connectTimeout: 1 }))
    await until('reconnecting')
    expect(status.fault).toEqual({ kind: 'timeout', milliseconds: 1_000 })
  })

  it('reports if the broker closes the connection without an answer', async () => {
    const port = await listen((_write, end) => end())
    await go(profile(port))
    await until('reconnecting')
    expect(status.fault).toEqual({ kind: 'closed', beforeConnack: true })
  })

  it('survives bytes that are not MQTT', async () => {
    const port = await listen((write) => write([...Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]))
    await go(profile(port))
    await until('reconnecting')
    expect(status.fault).toMatchObject({ kind: 'protocol' })
  })

  it('reports the network error of a port without a listener', async () => {
    await go(profile(await freePort()))
    await until('reconnecting')
    expect(status.fault).toMatchObject({ kind: 'network', code: 'ECONNREFUSED' })
  })

  it('reports an unreadable certificate, and connects again once the profile is fixed', async () => {
    const junk = '-----BEGIN CERTIFICATE-----\nnot one\n-----END CERTIFICATE-----'
    const tls = { ca: junk, cert: junk, identity: 'pem' as const, verify: true, alpn: [], serverName: '' }
    await go(profile(await freePort(), { protocol: 'mqtts', tls }))
    await until('failed')
    expect(status.fault).toMatchObject({ kind: 'network' })
    await go(profile(await freePort()))
    await until('reconnecting')
    expect(status.fault).toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('does not retry if the profile disables reconnecting', async () => {
    await go(profile(await freePort(), { reconnect: false }))
    await until('failed')
    expect(status.retryAt).toBeNull()
  })
})
