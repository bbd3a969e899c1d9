import { createServer, type AddressInfo } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { ProbeItemId, ProbeSheet, type ProbeItem } from '../../shared/contract/probe'
import { REASON_CODE } from '../../shared/mqtt-codes'
import type { BrokerOptions } from '../broker/core/broker'
import { Refusal } from '../broker/codec/refusal'
import { setup, type NetworkKind } from '../broker/listeners/listen.fixture'
import { freePort } from '../mqtt/mosquitto.fixture'
import { startPoorBroker } from './poor-broker.fixture'
import { findings, itemOf, placeAt, probeAt } from './probe.fixture'

/** The local broker, and the topics that were published to. */
async function own(options: BrokerOptions = {}, kind: NetworkKind = 'tcp') {
  const made = await setup(kind, options)
  const topics = new Set<string>()
  made.broker.hooks.add({ publish: (_asker, { topic }) => Number(topics.add(topic) === null) })
  return { ...made, topics, port: made.listener.port }
}

const notOf = (...versions: number[]): BrokerOptions => ({
  hooks: {
    connect: (_asker, { version }) =>
      versions.includes(version) ? new Refusal('Not here.', REASON_CODE.UNSUPPORTED_PROTOCOL_VERSION) : null
  }
})

it('finds out everything about the local broker, and leaves nothing behind', async () => {
  const { broker, topics, port } = await own()
  broker.announce('$SYS/broker/version', 'ours')
  const told: [ProbeItem, number][] = []
  const place = placeAt(port, { username: 'anna' }, 'open-sesame')
  const sheet = await probeAt(place, { onItem: (...item) => told.push(item) })
  expect(findings(sheet)).toEqual({
    version31: 'accepted',
    version311: 'accepted',
    version5: 'accepted',
    qos0: 'delivered',
    qos1: 'delivered',
    qos2: 'delivered',
    retain: 'works',
    retainCleared: 'works',
    wildcardPlus: 'works',
    wildcardHash: 'works',
    everything: 'works',
    sys: 'works',
    shared: 'works',
    subscriptionIds: 'works',
    noLocal: 'works',
    retainAsPublished: 'works',
    will: 'works',
    session: 'works',
    sessionExpiry: ['asAsked', 3_600],
    messageExpiry: 'works',
    keepAlive: ['adjusted', 60],
    assignedClientId: 'works',
    receiveMaximum: ['announced', 1_000],
    topicAlias: ['announced', 10],
    topicLength: ['upTo', 65_535],
    clientIdLength: ['upTo', 65_535],
    packetSize: ['announced', 20_000_000],
    packetPassed: ['atLeast', 1_000_000]
  })
  expect(sheet.items.map(({ id }) => id)).toEqual(ProbeItemId.options)
  expect(ProbeSheet.parse(JSON.parse(JSON.stringify(sheet)))).toEqual(sheet)
  expect(told.map(([item]) => item.id).sort()).toEqual([...ProbeItemId.options].sort())
  expect(told.at(-1)![1]).toBe(1)
  for (const id of ['qos1', 'qos2'] as const) {
    const { roundTrip, acknowledged } = itemOf(sheet, id)
    expect(roundTrip).toBeGreaterThan(0)
    expect(acknowledged).toBeGreaterThan(0)
  }
  expect(JSON.stringify(sheet)).not.toMatch(/open-sesame|anna/)

  // Nothing is left, and nobody else is disturbed.
  expect([...topics].filter((topic) => !topic.startsWith(`${sheet.topic}/`))).toEqual([])
  expect(topics.size).toBeGreaterThan(10)
  expect(sheet.left).toEqual({ topics: [], sessions: [] })
  expect([...broker.retained.matching('#')].map(({ topic }) => topic)).toEqual([])
  await vi.waitFor(() => expect([broker.sessions.count, broker.clientCount]).toEqual([0, 0]))
  expect(broker.subscriptions.count).toBe(0)
  expect(broker.refusals).toEqual([])
  expect(sheet.traffic.sent).toBeLessThan(400)
  expect(sheet.traffic.bytes).toBeLessThan(2_000_000)
})

it('has the packets of an item as evidence, without the middle of many', async () => {
  const { port } = await own()
  const sheet = await probeAt(placeAt(port))
  const { evidence } = itemOf(sheet, 'subscriptionIds')
  expect(evidence.map(({ direction, packet }) => `${direction} ${packet}`)).toEqual([
    'sent CONNECT',
    'received CONNACK',
    'sent SUBSCRIBE',
    'received SUBACK',
    'sent PUBLISH',
    'received PUBLISH',
    'sent PUBACK',
    'received PUBACK',
    'sent DISCONNECT'
  ])
  const topic = `${sheet.topic}/identifier`
  expect(evidence[2]!.fields).toMatchObject({ filter: topic, subscriptionIdentifier: 7 })
  expect(evidence[5]!.fields).toMatchObject({ topic, subscriptionIdentifier: 7, payloadBytes: 10 })
  const many = itemOf(sheet, 'shared').evidence
  expect(many.length).toBeLessThan(20)
  expect(many.some(({ direction }) => direction === 'omitted')).toBe(true)
})

it('finds out what a broker accepts without doing it', async () => {
  const sheet = await probeAt(placeAt(await startPoorBroker()))
  expect(findings(sheet)).toEqual({
    version31: 'closed',
    version311: 'closed',
    version5: 'accepted',
    qos0: 'delivered',
    qos1: ['downgraded', 0],
    qos2: ['downgraded', 0],
    retain: 'works',
    retainCleared: 'stillRetained',
    wildcardPlus: 'notDelivered',
    wildcardHash: 'works',
    everything: 'silent',
    sys: 'silent',
    shared: 'ignored',
    subscriptionIds: 'ignored',
    noLocal: 'ignored',
    retainAsPublished: 'ignored',
    will: 'notDelivered',
    session: 'ignored',
    sessionExpiry: ['adjusted', 0],
    messageExpiry: 'ignored',
    keepAlive: ['asAsked', 65_535],
    assignedClientId: 'ignored',
    receiveMaximum: ['byDefault', 65_535],
    topicAlias: ['notDelivered', 3],
    topicLength: ['upTo', 65_535],
    clientIdLength: ['upTo', 65_535],
    packetSize: 'byDefault',
    packetPassed: ['atLeast', 1_000_000]
  })
  expect(sheet.items.filter(({ verdict }) => verdict === 'notSupported').map(({ id }) => id)).toEqual([
    ...['version31', 'version311', 'qos1', 'qos2', 'retainCleared', 'wildcardPlus', 'everything', 'shared'],
    ...['subscriptionIds', 'noLocal', 'retainAsPublished', 'will', 'session', 'sessionExpiry'],
    ...['messageExpiry', 'assignedClientId', 'topicAlias']
  ])
  const kept = ['retain', 'cleared', 'as-published', 'expiry'].map((name) => `${sheet.topic}/${name}`)
  expect(sheet.left).toEqual({ topics: kept, sessions: [] })
})

it.each(['wss', 'tls'] as const)('probes over %s', async (kind) => {
  const { port, ca } = await own({}, kind)
  const protocol = kind === 'wss' ? 'wss' : 'mqtts'
  const tls = { ca, cert: '', identity: 'pem' as const, verify: true, alpn: [], serverName: '' }
  const sheet = await probeAt(placeAt(port, { protocol, tls }))
  expect(sheet.items.filter(({ verdict }) => verdict !== 'supported').map(({ id }) => id)).toEqual(['sys'])
  expect(sheet.address).toBe(`${protocol}://127.0.0.1:${port}`)
})

it('probes with MQTT 3.1.1 a broker that refuses MQTT 5', async () => {
  const { broker, port } = await own({ ...notOf(5), limits: { packetSize: 5_000 } })
  const sheet = await probeAt(placeAt(port))
  const found = findings(sheet)
  expect(found).toMatchObject({ version31: 'accepted', version311: 'accepted', version5: 'refused' })
  const refusal = { packet: 'CONNACK', version: 5, code: 0x84, reasonString: 'Not here.' }
  expect(itemOf(sheet, 'version5')).toMatchObject({ verdict: 'notSupported', answer: refusal })
  expect(found).toMatchObject({ noLocal: 'needsVersion5', sessionExpiry: 'needsVersion5' })
  expect(found).toMatchObject({ shared: 'works', session: 'works', will: 'works', qos2: 'delivered' })
  // The broker closes the connection on a larger packet, which it did not announce: 2 bytes for the topic's length, 2 for the identifier.
  expect(found['topicLength']).toEqual(['upTo', 5_000 - 4 - 3])
  const [, passed] = found['packetPassed'] as [string, number]
  expect(passed).toBeGreaterThan(4_980)
  expect(passed).toBeLessThanOrEqual(5_000)
  expect(found['packetPassed']![0]).toBe('upTo')
  expect(sheet.traffic.sent).toBeLessThan(600)
  expect(sheet.left).toEqual({ topics: [], sessions: [] })
  await vi.waitFor(() => expect([broker.retained.count, broker.sessions.count]).toEqual([0, 0]))
})

it('probes with MQTT 3.1 a broker that knows nothing newer', async () => {
  const { broker, port } = await own(notOf(4, 5))
  const sheet = await probeAt(placeAt(port, { clientId: 'a-client-id-that-is-longer-than-3.1-allows' }))
  const found = findings(sheet)
  expect(found).toMatchObject({ version31: 'accepted', version311: 'refused', version5: 'refused' })
  expect(found).toMatchObject({ session: 'works', retainCleared: 'works', assignedClientId: 'notTested' })
  await vi.waitFor(() => expect([broker.retained.count, broker.sessions.count]).toEqual([0, 0]))
})

it('has what happened until the broker went away, and says what was left', async () => {
  const { broker, listener, port } = await own()
  let retained = ''
  broker.hooks.add({
    publish(_asker, { topic, retain }) {
      if (!retain) return 0
      retained = topic
      setImmediate(() => void listener.close())
      return 0
    }
  })
  const sheet = await probeAt(placeAt(port))
  expect(sheet.end).toBe('lost')
  expect(findings(sheet)).toMatchObject({ qos2: 'delivered', retain: 'lost', packetPassed: 'lost' })
  expect(sheet.items).toHaveLength(ProbeItemId.options.length)
  expect(sheet.left).toEqual({ topics: [retained], sessions: [] })
})

it('makes a check again that an ending connection disturbed', async () => {
  const { broker, port } = await own()
  let kicked = 0
  broker.hooks.add({
    publish({ clientId }, { topic }) {
      if (topic.endsWith('/qos1') && kicked++ === 0) setImmediate(() => broker.kick(clientId))
      return 0
    }
  })
  const sheet = await probeAt(placeAt(port))
  expect(kicked).toBeGreaterThan(1)
  expect(sheet.end).toBe('complete')
  expect(findings(sheet)).toMatchObject({ qos1: 'delivered' })
})

it('takes it for an answer when the broker ends the connection each time', async () => {
  const { broker, port } = await own()
  broker.hooks.add({
    subscribe({ clientId }, filter) {
      if (filter.endsWith('/no-local')) setImmediate(() => broker.kick(clientId))
      return 2
    }
  })
  const item = itemOf(await probeAt(placeAt(port)), 'noLocal')
  expect(item).toMatchObject({ verdict: 'notSupported', finding: 'closed' })
  expect(item.answer).toMatchObject({ packet: 'DISCONNECT', code: REASON_CODE.ADMINISTRATIVE_ACTION })
  expect(item.evidence.some(({ packet }) => packet === 'CLOSED')).toBe(true)
})

it.each(['retain', 'session', 'topicLength'] as const)(
  'clears up when it is cancelled during %s',
  async (during) => {
    const { broker, topics, port } = await own()
    const controller = new AbortController()
    const cancel = (isNow: boolean): number => {
      if (isNow) controller.abort()
      return 0
    }
    broker.hooks.add({
      publish: (_asker, { topic, retain }) =>
        cancel((during === 'retain' && retain) || (during === 'topicLength' && topic.includes('/length/'))),
      connect(_asker, { sessionExpiry }) {
        cancel(during === 'session' && sessionExpiry > 0)
        return null
      }
    })
    const told: ProbeItem[] = []
    const ended = probeAt(placeAt(port), { signal: controller.signal, onItem: (item) => told.push(item) })
    await expect(ended).rejects.toMatchObject({ name: 'AbortError' })
    expect(told.length).toBeLessThan(ProbeItemId.options.length)
    expect(topics.size).toBeGreaterThan(0)
    expect(broker.retained.count).toBe(0)
    await vi.waitFor(() => expect([broker.sessions.count, broker.clientCount]).toEqual([0, 0]))
  }
)

it('says what was left when it is cancelled and the broker is gone', async () => {
  const { broker, listener, port } = await own()
  const controller = new AbortController()
  broker.hooks.add({
    publish(_asker, { retain }) {
      if (!retain) return 0
      controller.abort()
      setImmediate(() => void listener.close())
      return 0
    }
  })
  const left: ProbeSheet['left'][] = []
  const ended = probeAt(placeAt(port), { signal: controller.signal, onLeft: (each) => left.push(each) })
  await expect(ended).rejects.toMatchObject({ name: 'AbortError' })
  expect(left).toEqual([{ topics: [expect.stringMatching(/\/retain$/)], sessions: [] }])
})

it('does not begin when it is cancelled already', async () => {
  const { broker, port } = await own()
  await expect(probeAt(placeAt(port), { signal: AbortSignal.abort() })).rejects.toThrow()
  expect(broker.traffic.connections).toBe(0)
})

it('says why a broker cannot be reached', async () => {
  const port = await freePort()
  await expect(probeAt(placeAt(port))).rejects.toMatchObject({
    code: 'BROKER_UNREACHABLE',
    details: { fault: { kind: 'network', code: 'ECONNREFUSED' } }
  })
})

it('says so when nobody answers', async () => {
  const silent = createServer((socket) => void socket.resume())
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done))
  onTestFinished(() => void silent.close())
  const { port } = silent.address() as AddressInfo
  await expect(probeAt(placeAt(port, { connectTimeout: 1 }))).rejects.toMatchObject({
    code: 'BROKER_UNREACHABLE',
    details: { fault: { kind: 'timeout', milliseconds: 1_000 } }
  })
})
