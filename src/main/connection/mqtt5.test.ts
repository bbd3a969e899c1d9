import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as openSocket, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import mqtt from 'mqtt'
import { generate, parser, type IConnectPacket } from 'mqtt-packet'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { noProperties, type PublishProperties, type UserProperty } from '../../shared/composed-properties'
import type { ConnectionStatus } from '../../shared/contract/connections'
import { everyPacket } from '../../shared/contract/packets'
import { defaultConnect, defaultProfile, type Profile } from '../../shared/contract/profiles'
import type { Qos } from '../../shared/message'
import { createPeer } from '../../shared/rpc/peer'
import { portChannel } from '../../shared/rpc/port'
import { openForReading } from '../history/schema'
import { Mosquitto, mosquittoInstalled } from '../mqtt/mosquitto.fixture'
import { createConnection } from './connection'
import type { ConnectionFunctions } from './connection-functions'

const WITHIN = { timeout: 20_000, interval: 20 }
const none: PublishProperties = { ...noProperties(), topicAlias: null }
/** A name that repeats, and one that an object would put first. */
const userProperties: UserProperty[] = [
  { name: 'b', value: '1' },
  { name: 'a', value: '2' },
  { name: 'b', value: '3' },
  { name: '7', value: '4' }
]

interface Recorded {
  name: string
  payload: string
  retain: number
  out: boolean
  properties: unknown
}

/** An open connection, as its worker has it, and what it recorded. */
async function connected(port: number, change: Partial<Profile>) {
  const directory = mkdtempSync(join(tmpdir(), 'treetop-mqtt5-'))
  const historyPath = join(directory, 'p.db')
  const { port1, port2 } = new MessageChannel()
  let status: ConnectionStatus | null = null
  const ignored = (): void => undefined
  const peer = createPeer<ConnectionFunctions>(portChannel(port1), {
    status: (next: ConnectionStatus) => void (status = next),
    ...{ stats: ignored, cleared: ignored, job: ignored, frame: ignored }
  })
  createConnection(portChannel(port2), { profileId: 'p', generation: 1, historyPath })
  onTestFinished(async () => {
    await peer.call('shutDown', null)
    port1.close()
    rmSync(directory, { recursive: true })
  })
  const profile: Profile = {
    ...defaultProfile('treetop-test'),
    ...{ id: 'p', name: 'Plant', host: '127.0.0.1', port, reconnect: false, subscriptions: [] },
    ...{ secrets: { password: null, key: null } },
    ...change
  }
  await peer.call('connect', { profile, secrets: { password: null, key: null } })
  await vi.waitFor(() => {
    expect(status?.state).toBe('online')
    expect(status?.subscriptions.every(({ code }) => code !== null)).toBe(true)
  }, WITHIN)
  return {
    peer,
    status: () => status!,
    publish: (topic: string, properties: Partial<PublishProperties>, qos: Qos = 0) =>
      peer.call('messages.publish', {
        ...{ connectionId: 'p', topic, qos, retain: false, payload: new TextEncoder().encode('on') },
        properties: { ...none, ...properties }
      }),
    async recorded(): Promise<Recorded[]> {
      await peer.call('settle', null)
      const database = openForReading(historyPath)
      const rows = database
        .prepare(
          `SELECT name, CAST(payload AS TEXT) AS payload, retain, direction, properties
           FROM message JOIN topic ON topic.id = topic_id ORDER BY message.id`
        )
        .all() as { name: string; payload: string; retain: number; direction: number; properties: string }[]
      database.close()
      return rows.map(({ direction, properties, ...row }) => ({
        ...row,
        out: direction === 1,
        properties: JSON.parse(properties) as unknown
      }))
    }
  }
}

/** mosquitto_sub, which prints properties in the order of the packet. */
async function subscriber(port: number, filter: string) {
  const format = '%t|%p|%C|%D|%E|%F|%R|%P'
  const flags = [
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '-V',
    '5',
    '-d',
    '-q',
    '1',
    '-t',
    filter,
    '-F',
    format
  ]
  const child = spawn('stdbuf', ['-oL', 'mosquitto_sub', ...flags], { stdio: ['ignore', 'pipe', 'ignore'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  onTestFinished(async () => {
    const gone = once(child, 'exit')
    child.kill()
    await gone
  })
  await vi.waitFor(() => expect(said).toContain('Subscribed (mid'), WITHIN)
  const lines = (): string[] => said.split('\n').filter((line) => line.includes('|'))
  return {
    lines,
    got: (count: number) => vi.waitFor(() => expect(lines().length).toBeGreaterThanOrEqual(count), WITHIN)
  }
}

async function listening(onsocket: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer(onsocket).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { server, port: (server.address() as AddressInfo).port }
}

describe.skipIf(!mosquittoInstalled)('with Mosquitto', () => {
  const broker = new Mosquitto()
  beforeAll(() => broker.start(['allow_anonymous true', 'max_topic_alias 10']))
  afterAll(() => broker.remove())

  it('publishes with every property, and user properties in their order; the history has them', async () => {
    const sub = await subscriber(broker.port, 'plant/#')
    const { publish, recorded } = await connected(broker.port, {})
    await publish('plant/all', {
      payloadFormat: 'text',
      contentType: 'text/plain',
      messageExpiry: 600,
      responseTopic: 'answers/1',
      correlation: { as: 'hex', text: '4f 4b' },
      userProperties
    })
    await publish('plant/bytes', { payloadFormat: 'bytes', correlation: { as: 'base64', text: 'T0s=' } }, 2)
    await publish('plant/none', {}, 1)
    await sub.got(3)
    expect(sub.lines()).toEqual([
      'plant/all|on|text/plain|OK|600|1|answers/1|b:1 a:2 b:3 7:4',
      'plant/bytes|on||OK||0||',
      'plant/none|on||||||'
    ])
    expect((await recorded()).map(({ properties }) => properties)).toEqual([
      {
        payloadFormatIndicator: true,
        messageExpiryInterval: 600,
        responseTopic: 'answers/1',
        contentType: 'text/plain',
        correlationData: 'T0s=',
        userProperties: { '7': '4', a: '2', b: ['1', '3'] }
      },
      { payloadFormatIndicator: false, correlationData: 'T0s=' },
      null
    ])
  })

  it('sends a topic once with its alias and then the alias alone, until another topic takes it, and keeps to the broker’s maximum', async () => {
    const sub = await subscriber(broker.port, 'line/#')
    const { peer, publish, status } = await connected(broker.port, {})
    expect(status().connack).toMatchObject({
      topicAliasMaximum: 10,
      receiveMaximum: expect.any(Number) as number
    })
    await peer.call('packets.record', { connectionId: 'p', on: true })
    for (const [topic, qos] of [
      ['a', 0],
      ['a', 1],
      ['b', 1],
      ['b', 2],
      ['a', 0]
    ] as const)
      await publish(`line/${topic}`, { topicAlias: 10 }, qos)
    await sub.got(5)
    expect(sub.lines().map((line) => line.split('|')[0])).toEqual(
      ['a', 'a', 'b', 'b', 'a'].map((topic) => `line/${topic}`)
    )
    const filter = { ...everyPacket, types: ['PUBLISH' as const] }
    const window = { connectionId: 'p', filter, first: 0, count: 10, until: null }
    const { rows } = await peer.call('packets.window', window)
    const named = rows.map(({ size }) => size >= 16)
    expect(named).toEqual([true, false, true, false, true])
    const refusal = { code: 'TOPIC_ALIAS_TOO_LARGE', details: { maximum: 10 } }
    await expect(publish('line/c', { topicAlias: 11 })).rejects.toMatchObject(refusal)
  })

  it('has the broker publish its will with every property after its delay', async () => {
    const sub = await subscriber(broker.port, 'gone/#')
    const sockets: Socket[] = []
    const { port } = await listening((socket) => {
      const upstream = openSocket(broker.port, '127.0.0.1')
      for (const each of [socket, upstream]) each.on('error', () => undefined)
      socket.pipe(upstream).pipe(socket)
      sockets.push(socket, upstream)
    })
    await connected(port, {
      sessionExpiry: 600,
      will: {
        ...{ topic: 'gone/plant', payload: 'lost', qos: 1, retain: false, delay: 2 },
        properties: {
          payloadFormat: 'text',
          contentType: 'text/plain',
          messageExpiry: 600,
          responseTopic: 'answers/2',
          correlation: { as: 'text', text: 'id' },
          userProperties
        }
      }
    })
    const cut = performance.now()
    for (const socket of sockets) socket.destroy()
    await sub.got(1)
    expect(performance.now() - cut).toBeGreaterThan(900)
    expect(sub.lines()).toEqual(['gone/plant|lost|text/plain|id|600|1|answers/2|b:1 a:2 b:3 7:4'])
  })

  it('gets no message larger than the maximum packet size that it announces', async () => {
    const connect = { ...defaultConnect(), maximumPacketSize: 200 }
    const { recorded } = await connected(broker.port, {
      connect,
      subscriptions: [{ filter: 'size/#', qos: 1 }]
    })
    const sender = await mqtt.connectAsync({ port: broker.port, protocolVersion: 5 })
    await sender.publishAsync('size/large', 'x'.repeat(300), { qos: 1 })
    await sender.publishAsync('size/small', 'x', { qos: 1 })
    await vi.waitFor(async () => expect((await recorded()).length).toBeGreaterThan(0), WITHIN)
    expect((await recorded()).map(({ name }) => name)).toEqual(['size/small'])
    await sender.endAsync()
  })

  it('subscribes with the options of each filter, from the profile and while it is connected', async () => {
    const sender = await mqtt.connectAsync({ port: broker.port, protocolVersion: 5 })
    for (const topic of ['kept/always', 'never/old'])
      await sender.publishAsync(topic, 'before', { retain: true, qos: 1 })
    const never = {
      filter: 'never/#',
      qos: 1,
      retainAsPublished: false,
      retainHandling: 2,
      identifier: 7
    } as const
    const { peer, status, publish, recorded } = await connected(broker.port, {
      subscriptions: [{ filter: 'kept/#', qos: 1 }, never, { filter: 'own/#', qos: 1, noLocal: true }]
    })
    const later = { filter: 'later/#', qos: 0, identifier: 9 } as const
    await peer.call('connections.subscribe', { connectionId: 'p', subscription: later })
    expect(status().subscriptions.slice(1)).toMatchObject([
      { filter: 'never/#', requested: 1, code: 1, retainHandling: 2, identifier: 7 },
      { filter: 'own/#', noLocal: true, code: 1 },
      { filter: 'later/#', identifier: 9, code: 0 }
    ])
    await publish('own/mine', {}, 1)
    for (const topic of ['kept/new', 'never/new', 'own/theirs', 'later/new'])
      await sender.publishAsync(topic, 'live', { retain: true, qos: 1 })
    await vi.waitFor(
      async () => expect((await recorded()).map(({ name }) => name)).toContain('later/new'),
      WITHIN
    )
    const got = (await recorded()).filter(({ out }) => !out)
    expect(got.map(({ name, retain }) => [name, retain])).toEqual([
      ['kept/always', 1],
      ['kept/new', 1],
      ['never/new', 0],
      ['own/theirs', 1],
      ['later/new', 1]
    ])
    expect(got.map(({ properties }) => properties)).toEqual([
      null,
      null,
      { subscriptionIdentifier: 7 },
      null,
      { subscriptionIdentifier: 9 }
    ])
    await sender.endAsync()
  })
})

it.each([5, 4] as const)('announces its CONNECT properties in MQTT 5 only (version %i)', async (version) => {
  let packet: IConnectPacket | null = null
  let bytes = Buffer.alloc(0)
  const { port } = await listening((socket) => {
    const packets = parser({ protocolVersion: version })
    packets.on('packet', (received) => {
      if (received.cmd !== 'connect') return
      packet = received
      const accepted = { cmd: 'connack', reasonCode: 0, returnCode: 0, sessionPresent: false } as const
      const properties = { responseInformation: 'answers/', subscriptionIdentifiersAvailable: false }
      socket.write(generate({ ...accepted, properties }, { protocolVersion: version }))
    })
    socket
      .on('error', () => undefined)
      .on('data', (chunk) => {
        bytes = Buffer.concat([bytes, chunk])
        packets.parse(chunk)
      })
  })
  const { status } = await connected(port, {
    version,
    connect: {
      receiveMaximum: 10,
      maximumPacketSize: 100_000,
      topicAliasMaximum: 5,
      requestResponseInformation: true,
      requestProblemInformation: false,
      userProperties
    },
    will: {
      ...{ topic: 'gone', payload: 'lost', qos: 1, retain: false, delay: 30 },
      properties: { ...noProperties(), contentType: 'text/plain' }
    }
  })
  const pairs = userProperties.map(({ name, value }) => Buffer.from(`&\0\x01${name}\0\x01${value}`))
  expect(bytes.includes(Buffer.concat(pairs))).toBe(version === 5)
  if (version === 4) {
    expect(packet).not.toHaveProperty('properties')
    return
  }
  expect(packet).toMatchObject({
    properties: {
      ...{ receiveMaximum: 10, maximumPacketSize: 100_000, topicAliasMaximum: 5 },
      ...{ requestResponseInformation: true, requestProblemInformation: false }
    },
    will: { properties: { willDelayInterval: 30, contentType: 'text/plain' } }
  })
  expect(status().connack).toMatchObject({
    ...{ responseInformation: 'answers/', subscriptionIdentifiers: false, topicAliasMaximum: 0 }
  })
})
