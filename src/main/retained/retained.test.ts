import { createServer, type AddressInfo, type Server } from 'node:net'
import mqtt, { type MqttClient } from 'mqtt'
import { generate, parser, type Packet } from 'mqtt-packet'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { defaultProfile, type MqttVersion, type Profile } from '../../shared/contract/profiles'
import type { RetainedRow, RetainedSort, RetainedStatus } from '../../shared/contract/retained'
import { isAppError } from '../../shared/errors'
import { Broker } from '../broker/core/broker'
import { previewOf } from '../decode/preview'
import { LiveStore } from '../recorder/live-store'
import { freePort, Mosquitto, mosquittoInstalled } from '../mqtt/mosquitto.fixture'
import { RetainedProbe } from './probe'
import { Jobs } from '../jobs/jobs'
import { Retained } from './retained'

const WITHIN = { timeout: 20_000, interval: 10 }
const byTopic: RetainedSort = { by: 'topic', descending: false }

const V5 = { protocolVersion: 5 } as const
const NO_SECRETS = { password: null, key: null }

function profileFor(port: number, version: MqttVersion): Profile {
  return {
    ...defaultProfile('treetop-test'),
    id: 'p',
    name: 'Plant',
    host: '127.0.0.1',
    port,
    version,
    connectTimeout: 20,
    secrets: NO_SECRETS
  }
}

/** A `Retained` for a broker on a port, with a store for marks. */
class Desk {
  status!: RetainedStatus
  online = true
  /** Called for each acknowledged publish. */
  heard: () => unknown = () => undefined
  readonly store = new LiveStore([], [], () => null)
  readonly jobs = new Jobs()
  readonly retained: Retained

  constructor(port: number, version: MqttVersion, change: Partial<Profile> = {}) {
    this.retained = new Retained({
      jobs: this.jobs,
      connectionId: 'p',
      online: () => this.online,
      store: () => this.store,
      noteRetained: (topic, at) => {
        this.heard()
        const entry = this.store.topics.get(topic)
        if (entry) this.store.setRetained(entry, at)
      },
      preview: (_topic, start, size) => previewOf(start, size)
    })
    this.retained.on('status', (status) => (this.status = status))
    this.retained.use({ ...profileFor(port, version), ...change }, NO_SECRETS)
  }

  /** Stores a topic's newest message and its mark, as the history would. */
  receive(topic: string, payload: string, retainedAt = 0): void {
    const entry = this.store.entry(topic)
    const message = { qos: 0 as const, retain: false, dup: false, properties: null, direction: 'in' as const }
    this.store.append(entry, { ...message, payload: Buffer.from(payload) })
    this.store.setRetained(entry, retainedAt)
  }

  async done(): Promise<RetainedStatus> {
    await vi.waitFor(() => expect(this.status.work).toBeNull(), WITHIN)
    return this.status
  }

  async lookUp(filter: string): Promise<RetainedRow[]> {
    this.retained.lookUp(filter)
    await this.done()
    return this.rows()
  }

  rows(): RetainedRow[] {
    return this.retained.rows({
      list: this.status.list!.number,
      plan: null,
      sort: byTopic,
      first: 0,
      count: 1_000
    })
  }

  topics(): string[] {
    return this.rows().map(({ topic }) => topic)
  }

  plan(scope: Parameters<Retained['makePlan']>[1]): { number: number; topics: string[]; leftOut: number } {
    const list = this.status.list!.number
    const { number, leftOut } = this.retained.makePlan(list, scope)
    const rows = this.retained.rows({ list, plan: number, sort: byTopic, first: 0, count: 1_000 })
    return { number, leftOut, topics: rows.map(({ topic }) => topic) }
  }

  async clear(scope: Parameters<Retained['makePlan']>[1]): Promise<RetainedStatus> {
    this.retained.clear(this.plan(scope).number)
    return this.done()
  }

  async undo(overwrite = false): Promise<RetainedStatus> {
    this.retained.undo(overwrite)
    return this.done()
  }
}

/** Returns a broker's retained messages, as an ordinary client sees them. */
async function retainedBy(port: number, filter: string): Promise<Record<string, string>> {
  const client = await mqtt.connectAsync({ port, protocolVersion: 5 })
  const found: Record<string, string> = {}
  let messages = 0
  client.on('message', (topic, payload, { retain }) => {
    if (!retain) return
    messages++
    found[topic] = payload.toString()
  })
  await client.subscribeAsync(filter, { qos: 0 })
  // Once the broker answers three times without a message in between, it has nothing left to send.
  for (let quiet = 0; quiet < 3;) {
    const before = messages
    await client.publishAsync('ping', '', { qos: 1 })
    quiet = messages === before ? quiet + 1 : 0
  }
  await client.endAsync(true)
  return found
}

const brokers: {
  name: string
  installed: boolean
  start: () => Promise<{ port: number; stop: () => Promise<void> }>
}[] = [
  {
    name: 'Mosquitto',
    installed: mosquittoInstalled,
    async start() {
      const mosquitto = new Mosquitto()
      await mosquitto.start()
      return { port: mosquitto.port, stop: () => mosquitto.remove() }
    }
  },
  {
    name: 'the local broker',
    installed: true,
    async start() {
      const broker = new Broker()
      const port = await freePort()
      const server: Server = createServer((socket) => broker.accept(socket))
      await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
      return {
        port,
        stop() {
          broker.close()
          server.close()
          return Promise.resolve()
        }
      }
    }
  }
]

for (const { name, installed, start } of brokers) {
  describe.skipIf(!installed).each([4, 5] as const)(`with ${name}, MQTT version %i`, (version) => {
    let port: number
    let stop: () => Promise<void>
    let sender: MqttClient
    let desk: Desk

    const publish = async (
      topic: string,
      payload: string,
      more: mqtt.IClientPublishOptions = {}
    ): Promise<void> => {
      await sender.publishAsync(topic, payload, { qos: 1, retain: true, ...more })
    }

    beforeAll(async () => {
      ;({ port, stop } = await start())
    })
    afterAll(() => stop())

    beforeEach(async () => {
      sender = await mqtt.connectAsync({ port, protocolVersion: 5 })
      for (const topic of Object.keys(await retainedBy(port, '#'))) await publish(topic, '')
      desk = new Desk(port, version)
    })
    afterEach(() => sender.endAsync(true))

    it('lists the retained messages under a filter with size, QoS and properties, and no live ones', async () => {
      await publish('plant/a', 'on', { qos: 0 })
      await publish('plant/b', 'x'.repeat(1_000), { qos: 2 })
      await publish('plant/constructor', '{}', { properties: { contentType: 'application/json' } })
      await publish('office/a', 'elsewhere')
      const live = setInterval(() => sender.publish('plant/live', 'not retained'), 5)
      const started = Date.now()
      const rows = await desk.lookUp('plant/#')
      clearInterval(live)
      expect(
        rows.map(({ topic, size, qos, preview, cut }) => [topic, size, qos, preview.length, cut])
      ).toEqual([
        ['plant/a', 2, 0, 2, false],
        ['plant/b', 1_000, 2, 120, true],
        ['plant/constructor', 2, 1, 2, false]
      ])
      expect(rows[2]?.properties?.contentType).toBe(version === 5 ? 'application/json' : undefined)
      expect(desk.status.list).toMatchObject({
        filter: 'plant/#',
        messages: 3,
        bytes: 1_004,
        cut: null,
        fault: null
      })
      expect(desk.status.list!.asOf).toBeGreaterThanOrEqual(started)
      expect(desk.status.list!.asOf).toBeLessThanOrEqual(Date.now())
    })

    it('corrects the marks under its filter, and leaves the others', async () => {
      await publish('plant/a', 'on')
      desk.receive('plant/a', 'on')
      desk.receive('plant/cleared', 'off', 1_000)
      desk.receive('office/a', 'off', 1_000)
      const [row] = await desk.lookUp('plant/#')
      const mark = (topic: string): number => desk.store.topics.get(topic)!.retainedAt
      expect(mark('plant/a')).toBeGreaterThan(1.7e9)
      expect(mark('plant/cleared')).toBe(0)
      expect(mark('office/a')).toBe(1_000)
      // The topic's newest message has the same payload.
      expect(row?.setAt).toBeGreaterThan(1.7e15)
    })

    it('clears a subtree as listed by the dry run, and restores it with QoS and properties', async () => {
      await publish('plant/a', 'one', { qos: 2, properties: { userProperties: { unit: '°C' } } })
      await publish('plant/a/b', 'two', { qos: 0 })
      await publish('plant/ab', 'three')
      await desk.lookUp('#')
      const before = desk.rows()
      const plan = desk.plan({ kind: 'below', topic: 'plant/a' })
      expect(plan.topics).toEqual(['plant/a', 'plant/a/b'])
      // Published after the dry run below the same topic, so not listed.
      await publish('plant/a/new', 'four')
      desk.retained.clear(plan.number)
      const { outcome, undo } = await desk.done()
      expect(outcome).toMatchObject({
        kind: 'clear',
        planned: 2,
        done: 2,
        end: 'done',
        changed: 0,
        refusals: 0,
        unheeded: 0
      })
      expect(undo).toEqual({ messages: 2, bytes: 6, conflicts: 0 })
      expect(desk.topics()).toEqual(['plant/ab'])
      expect(await retainedBy(port, '#')).toEqual({ 'plant/ab': 'three', 'plant/a/new': 'four' })

      expect((await desk.undo()).outcome).toMatchObject({ kind: 'undo', planned: 2, done: 2, end: 'done' })
      expect(desk.status.undo).toBeNull()
      expect(desk.topics()).toEqual(['plant/a', 'plant/a/b', 'plant/ab'])
      const strip = ({ topic, qos, properties }: RetainedRow): unknown => [
        topic,
        qos,
        properties?.userProperties ?? null
      ]
      expect(
        (await desk.lookUp('plant/a/#')).filter(({ topic }) => topic !== 'plant/a/new').map(strip)
      ).toEqual(before.slice(0, 2).map(strip))
    })

    it('skips messages that changed or disappeared since the dry run', async () => {
      await publish('a', 'old')
      await publish('b', 'x'.repeat(500))
      await publish('c', 'gone')
      await desk.lookUp('#')
      const { number } = desk.plan({ kind: 'all' })
      await publish('a', 'new')
      await publish('b', `${'x'.repeat(499)}y`)
      await publish('c', '')
      desk.retained.clear(number)
      expect((await desk.done()).outcome).toMatchObject({
        planned: 3,
        done: 0,
        changed: 2,
        gone: 1,
        end: 'done'
      })
      expect(Object.keys(await retainedBy(port, '#')).sort()).toEqual(['a', 'b'])
      expect(desk.status.undo).toBeNull()
    })

    it('does not overwrite a new message on undo, unless requested', async () => {
      await publish('a', 'mine')
      await publish('b', 'mine')
      await desk.lookUp('#')
      await desk.clear({ kind: 'all' })
      await publish('b', 'theirs')
      expect((await desk.undo()).outcome).toMatchObject({ planned: 2, done: 1, changed: 1 })
      expect(desk.status.undo).toMatchObject({ messages: 1, conflicts: 1 })
      expect(await retainedBy(port, '#')).toEqual({ a: 'mine', b: 'theirs' })
      expect((await desk.undo(true)).outcome).toMatchObject({ planned: 1, done: 1, changed: 0 })
      expect(await retainedBy(port, '#')).toEqual({ a: 'mine', b: 'mine' })
    })

    it('leaves nothing of a clearing behind when the profile leads to another broker meanwhile', async () => {
      for (let i = 0; i < 300; i++) void publish(`many/${i}`, `v${i}`, { qos: 0 })
      await publish('many/last', 'v')
      await desk.lookUp('many/#')
      let acknowledged = 0
      const elsewhere = profileFor(await freePort(), 5)
      desk.heard = () => ++acknowledged === 100 && desk.retained.use(elsewhere, NO_SECRETS)
      const { number } = desk.plan({ kind: 'all' })
      const job = desk.retained.clear(number)
      await vi.waitFor(
        () => expect(desk.jobs.list().find(({ id }) => id === job.id)?.state).toBe('cancelled'),
        WITHIN
      )
      expect(desk.status).toMatchObject({ list: null, work: null, outcome: null, undo: null })
    })

    it('stops between topics when it is cancelled, and reports how many it cleared', async () => {
      for (let i = 0; i < 600; i++) void publish(`many/${i}`, `v${i}`, { qos: 0 })
      await publish('many/last', 'v')
      await desk.lookUp('many/#')
      expect(desk.status.list?.messages).toBe(601)
      let acknowledged = 0
      desk.heard = () => ++acknowledged === 200 && desk.retained.cancel()
      const { outcome, undo } = await desk.clear({ kind: 'all' })
      expect(outcome).toMatchObject({ end: 'cancelled', planned: 601, refusals: 0, unheeded: 0 })
      expect(outcome!.done).toBeGreaterThanOrEqual(200)
      expect(outcome!.done).toBeLessThan(400)
      expect(undo?.messages).toBe(outcome!.done)
      expect(desk.jobs.list().map(({ kind, state }) => [kind, state])).toEqual([
        ['lookUpRetained', 'done'],
        ['clearRetained', 'cancelled']
      ])
      expect(Object.keys(await retainedBy(port, '#'))).toHaveLength(601 - outcome!.done)
      desk.heard = () => undefined
      await desk.undo()
      expect(Object.keys(await retainedBy(port, '#'))).toHaveLength(601)
    })
  })
}

it('leaves no unhandled rejection if the connection ends after the user cancelled', async () => {
  const server = createServer((socket) => {
    const packets = parser({ protocolVersion: 5 })
    packets.on('packet', ({ cmd }: Packet) => {
      if (cmd === 'connect')
        socket.write(generate({ cmd: 'connack', reasonCode: 0, sessionPresent: false }, V5))
      if (cmd === 'subscribe') socket.destroy()
    })
    socket.on('data', (chunk) => packets.parse(chunk))
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const rejections: unknown[] = []
  const note = (reason: unknown): void => void rejections.push(reason)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))
  const profile = profileFor((server.address() as AddressInfo).port, 5)
  const controller = new AbortController()
  const probe = await RetainedProbe.open(profile, NO_SECRETS, () => undefined, controller.signal)
  controller.abort()
  await expect(probe.collect(['a', 'b'], 2, () => undefined, controller.signal)).rejects.toThrow('aborted')
  const { signal } = new AbortController()
  await expect(probe.collect(['c'], 0, () => undefined, signal)).rejects.toThrow('connection')
  await probe.end()
  await new Promise((resolve) => setImmediate(resolve))
  expect(rejections).toEqual([])
})

it('returns an empty list from marks, without failing, if the history cannot be read', async () => {
  const desk = new Desk(1, 5)
  desk.online = false
  desk.receive('a', 'x', 5)
  desk.store.last = () => {
    throw new Error('disk I/O error')
  }
  expect(await desk.lookUp('#')).toEqual([])
  const status = await desk.done()
  expect(status.list?.fault).toEqual({ kind: 'offline' })
  expect(status.work).toBeNull()
})

describe.skipIf(!mosquittoInstalled)('with a separate Mosquitto', () => {
  const mosquitto = new Mosquitto()
  const begin = async (...config: string[]): Promise<MqttClient> => {
    await mosquitto.start(config.length > 0 ? config : undefined)
    const client = await mqtt.connectAsync({ port: mosquitto.port, protocolVersion: 5 })
    onTestFinished(() => client.endAsync(true))
    return client
  }
  afterEach(() => mosquitto.stop())
  afterAll(() => mosquitto.remove())

  it('finds every message and its QoS even if there are more than the broker’s queue holds', async () => {
    const sender = await begin()
    const lane = async (first: number): Promise<void> => {
      for (let i = first; i < 3_000; i += 10)
        await sender.publishAsync(`r/${i}`, 'v', { retain: true, qos: (i % 3) as 0 | 1 | 2 })
    }
    await Promise.all(Array.from({ length: 10 }, (_, first) => lane(first)))
    const desk = new Desk(mosquitto.port, 5)
    await desk.lookUp('r/#')
    expect(desk.status.list?.messages).toBe(3_000)
    const rows = [0, 1_000, 2_000].flatMap((first) =>
      desk.retained.rows({ list: desk.status.list!.number, plan: null, sort: byTopic, first, count: 1_000 })
    )
    expect(rows).toHaveLength(3_000)
    expect(rows.every(({ topic, qos }) => qos === Number(topic.slice(2)) % 3)).toBe(true)
  })

  it('leaves out $SYS topics unless they are selected individually', async () => {
    await begin()
    const desk = new Desk(mosquitto.port, 5)
    await desk.lookUp('$SYS/#')
    const topics = desk.topics()
    expect(topics).toContain('$SYS/broker/version')
    expect(desk.plan({ kind: 'all' })).toMatchObject({ topics: [], leftOut: topics.length })
    expect(desk.plan({ kind: 'below', topic: '$SYS/broker' }).topics).toEqual([])
    expect(desk.plan({ kind: 'topics', topics: ['$SYS/broker/version'] }).topics).toEqual([
      '$SYS/broker/version'
    ])
  })

  it('reports messages that the broker refuses, and those that it acknowledges but ignores', async () => {
    const rules = mosquitto.file('rules', 'topic read #\ntopic write open/#\n')
    const sender = await begin('allow_anonymous true', 'persistence false')
    await sender.publishAsync('open/a', 'v', { retain: true, qos: 1 })
    await sender.publishAsync('closed/a', 'v', { retain: true, qos: 1 })
    const desk = new Desk(mosquitto.port, 5)
    await desk.lookUp('#')
    await mosquitto.reload('allow_anonymous true', 'persistence false', `acl_file ${rules}`)
    const { outcome, undo } = await desk.clear({ kind: 'all' })
    expect(outcome).toMatchObject({
      planned: 2,
      done: 1,
      refusals: 1,
      refused: [{ topic: 'closed/a', code: 0x87 }]
    })
    expect(undo?.messages).toBe(1)

    // An MQTT 3.1.1 broker cannot refuse a message: Mosquitto acknowledges and drops it.
    const older = new Desk(mosquitto.port, 4)
    await older.lookUp('#')
    expect((await older.clear({ kind: 'all' })).outcome).toMatchObject({ planned: 1, done: 0, unheeded: 1 })
    expect(older.status.undo).toBeNull()
    expect(older.topics()).toEqual(['closed/a'])
  })

  it('offers to restore only what was cleared, however many messages are refused', async () => {
    const rules = mosquitto.file('rules', 'topic read #\ntopic write open/#\n')
    const sender = await begin('allow_anonymous true', 'persistence false')
    await sender.publishAsync('open/a', 'v', { retain: true, qos: 1 })
    const closed = Array.from({ length: 150 }, (_, i) => `closed/${i}`)
    await Promise.all(closed.map((topic) => sender.publishAsync(topic, 'v', { retain: true, qos: 1 })))
    const desk = new Desk(mosquitto.port, 5)
    await desk.lookUp('#')
    await mosquitto.reload('allow_anonymous true', 'persistence false', `acl_file ${rules}`)
    const { outcome, undo } = await desk.clear({ kind: 'all' })
    expect(outcome).toMatchObject({ planned: 151, done: 1, refusals: 150 })
    expect(undo?.messages).toBe(1)
  })

  it('falls back to the recorded marks if the second client is refused, and clears nothing based on them', async () => {
    const sender = await begin()
    await sender.publishAsync('plant/a', 'v', { retain: true, qos: 1 })
    await mosquitto.stop()
    await mosquitto.start(['allow_anonymous false', mosquitto.withPassword('ann', 'secret')])
    const desk = new Desk(mosquitto.port, 5)
    desk.receive('plant/a', 'value', 1_700_000_000)
    desk.receive('plant/b', 'not marked')
    const rows = await desk.lookUp('plant/#')
    expect(rows).toMatchObject([{ topic: 'plant/a', size: 5, preview: 'value' }])
    expect(desk.status.list?.fault).toMatchObject({
      kind: 'connection',
      fault: { kind: 'connack', code: 0x87 }
    })
    expect(() => desk.retained.clear(desk.plan({ kind: 'all' }).number)).toThrow()
  })
})

it('reports that the connection is not online, and shows the marks', async () => {
  const desk = new Desk(await freePort(), 5)
  desk.online = false
  desk.receive('a', 'v', 1_700_000_000)
  expect(await desk.lookUp('#')).toMatchObject([{ topic: 'a' }])
  expect(desk.status.list?.fault).toEqual({ kind: 'offline' })
})

it('runs one piece of work at a time', async () => {
  const desk = new Desk(await freePort(), 5)
  desk.retained.lookUp('#')
  let thrown: unknown
  try {
    desk.retained.lookUp('a/#')
  } catch (error) {
    thrown = error
  }
  expect(isAppError(thrown, 'RETAINED_BUSY')).toBe(true)
  expect((await desk.done()).list?.fault).toMatchObject({ kind: 'connection', fault: { kind: 'network' } })
})

it('discards the list of another broker', async () => {
  const desk = new Desk(await freePort(), 5)
  desk.online = false
  await desk.lookUp('#')
  const profile = {
    ...defaultProfile('x'),
    id: 'p',
    host: '127.0.0.1',
    port: 1,
    secrets: { password: null, key: null }
  }
  desk.retained.use(profile, { password: null, key: null })
  expect(desk.status.list).toBeNull()
})
