import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Mosquitto, mosquittoInstalled } from '../mqtt/mosquitto.fixture'
import { begun, bridgeFrom, Home, isIn, Person, profileAt, rule, WITHIN } from './fixture'

describe.skipIf(!mosquittoInstalled)('with Mosquitto', () => {
  const mosquitto = new Mosquitto()
  const config = ['allow_anonymous true', 'max_queued_messages 10000', 'max_inflight_messages 1000']
  beforeAll(() => mosquitto.start(config))
  afterAll(() => mosquitto.remove())

  it.each([5, 4, 3] as const)(
    'carries each message once each way, at its QoS, over version %i',
    async (version) => {
      const home = await new Home().start()
      await begun(bridgeFrom(home, profileAt(mosquitto.port, version)))
      const here = await Person.at(home.port)
      const there = await Person.at(mosquitto.port)
      for (const qos of [0, 1, 2] as const) {
        await here.publish('v/out', `out ${qos}`, qos)
        await there.publish('v/in', `in ${qos}`, qos)
      }
      await there.hears('out 0', 'out 1', 'out 2')
      await here.hears('in 0', 'in 1', 'in 2')
      // What would come back comes before these.
      for (const qos of [0, 1, 2] as const) {
        await there.publish('v/last', `last in ${qos}`, qos)
        await here.publish('v/last', `last out ${qos}`, qos)
      }
      await here.hears('last in 0', 'last in 1', 'last in 2')
      await there.hears('last out 0', 'last out 1', 'last out 2')
      for (const person of [here, there]) {
        const payloads = person.payloads()
        expect(payloads).toHaveLength(12)
        expect(new Set(payloads).size).toBe(12)
      }
      const qosOf = (person: Person, start: string) =>
        person.got
          .filter(({ payload }) => payload.startsWith(start))
          .map(({ payload, qos }) => `${payload}: ${qos}`)
      expect(qosOf(here, 'in').sort()).toEqual(['in 0: 0', 'in 1: 1', 'in 2: 2'])
      expect(qosOf(there, 'out').sort()).toEqual(['out 0: 0', 'out 1: 1', 'out 2: 2'])
    }
  )

  it('changes one prefix for the other, and lowers the QoS to the rule’s', async () => {
    const home = await new Home().start()
    const rules = [
      rule({ direction: 'in', filter: 'a/#', remotePrefix: 'plant/', localPrefix: 'home/', qos: 1 }),
      rule({ direction: 'out', filter: '+/cmd', remotePrefix: 'plant/', localPrefix: '', qos: 0 })
    ]
    await begun(bridgeFrom(home, profileAt(mosquitto.port), rules))
    const here = await Person.at(home.port)
    const there = await Person.at(mosquitto.port, {}, 'plant/#')
    await there.publish('plant/a/temperature', '20', 2)
    await here.publish('x/cmd', 'on', 2)
    await here.hears('20')
    await there.hears('on')
    expect(here.got.find(({ payload }) => payload === '20')).toMatchObject({
      topic: 'home/a/temperature',
      qos: 1
    })
    expect(there.got.find(({ payload }) => payload === 'on')).toMatchObject({ topic: 'plant/x/cmd', qos: 0 })
  })

  it('takes retained messages along, or not, as the rule says', async () => {
    const home = await new Home().start()
    const there = await Person.at(mosquitto.port, {}, 'nothing')
    await there.publish('keep/old', 'old', 1, true)
    await there.publish('pass/old', 'not carried', 1, true)
    const rules = [rule({ filter: 'keep/#' }), rule({ filter: 'pass/#', retain: false })]
    await begun(bridgeFrom(home, profileAt(mosquitto.port), rules))
    const here = await Person.at(home.port)
    await there.publish('keep/new', 'new', 1, true)
    await there.publish('pass/new', 'passing', 1, true)
    await here.hears('old', 'new', 'passing')
    const retained = [...home.broker.retained.matching('#')].map(({ topic, payload }) => [
      topic,
      payload.toString()
    ])
    expect(Object.fromEntries(retained)).toEqual({ 'keep/old': 'old', 'keep/new': 'new' })
    expect(here.payloads()).not.toContain('not carried')
  })

  it('loses no QoS 1 or 2 message when the other broker restarts', async () => {
    const other = new Mosquitto()
    const lines = [...config, 'persistence true', `persistence_location ${other.file('x', '').slice(0, -1)}`]
    try {
      await other.start(lines)
      const home = await new Home().start()
      const bridge = bridgeFrom(home, profileAt(other.port))
      await begun(bridge)
      const here = await Person.at(home.port)
      const there = await Person.at(other.port, {
        clean: false,
        clientId: 'there',
        properties: { sessionExpiryInterval: 1_000 }
      })
      await here.publish('t', 'before')
      await there.hears('before')
      await other.stop('SIGTERM')
      await isIn(bridge, 'reconnecting')
      const sent = Array.from({ length: 300 }, (_, index) => `n ${index}`)
      await Promise.all(sent.map((payload, index) => here.publish('t', payload, index % 2 ? 1 : 2)))
      await other.start(lines)
      await there.hears(...sent)
      expect(there.payloads().filter((payload) => payload.startsWith('n '))).toHaveLength(300)
    } finally {
      await other.remove()
    }
  })

  it('loses no QoS 1 or 2 message when the local broker restarts', async () => {
    const home = await new Home().start()
    const bridge = bridgeFrom(home, profileAt(mosquitto.port), [rule({ filter: 'r/#' })])
    await begun(bridge)
    const there = await Person.at(mosquitto.port, {}, 'nothing')
    await home.stop()
    const sent = Array.from({ length: 300 }, (_, index) => `n ${index}`)
    await Promise.all(sent.map((payload, index) => there.publish('r/t', payload, index % 2 ? 1 : 2)))
    const session = { clean: false, clientId: 'here', properties: { sessionExpiryInterval: 1_000 } }
    await home.start()
    const here = await Person.at(home.port, session)
    await vi.waitFor(() => expect(bridge.status.in.messages).toBeGreaterThanOrEqual(300), WITHIN)
    await there.publish('r/t', 'after')
    await here.hears('after')
    expect(bridge.status.in.messages).toBe(301)
    expect(bridge.status.dropped.connectionLost).toBe(0)
  })

  it('says why it is not online like a connection, and ends its sessions when it is switched off', async () => {
    const home = await new Home().start()
    const nowhere = bridgeFrom(home, profileAt(1))
    await nowhere.start()
    await isIn(nowhere, 'reconnecting')
    expect(nowhere.status.remote).toMatchObject({ fault: { kind: 'network', code: 'ECONNREFUSED' } })
    await nowhere.stop(true)
    const bridge = bridgeFrom(home, profileAt(mosquitto.port))
    await begun(bridge)
    expect([...home.broker.sessions.all()]).toHaveLength(1)
    await bridge.stop(true)
    await vi.waitFor(() => expect([...home.broker.sessions.all()]).toHaveLength(0), WITHIN)
  })

  it('holds no more than the local broker’s limits while the other broker is away', async () => {
    const other = new Mosquitto()
    try {
      await other.start(config)
      const home = await new Home('aaaaaaaa', { limits: { queueMessages: 500 } }).start()
      const bridge = bridgeFrom(home, profileAt(other.port))
      await begun(bridge)
      await other.stop()
      await isIn(bridge, 'reconnecting')
      await vi.waitFor(() => expect(home.broker.clientCount).toBe(0), WITHIN)
      const here = await Person.at(home.port, {}, 'nothing')
      const sent = Array.from({ length: 2_000 }, (_, index) => `n ${index}`)
      await Promise.all(sent.map((payload, index) => here.publish('t', payload, index % 4 ? 1 : 0)))
      const session = [...home.broker.sessions.all()].find(({ clientId }) => clientId.startsWith('bridge'))!
      expect(session.queue?.waitingCount).toBe(500)
      await other.start(config)
      await vi.waitFor(() => expect(bridge.status.out.messages).toBe(500), WITHIN)
      expect(session.queue?.waitingCount).toBe(0)
    } finally {
      await other.remove()
    }
  })
})
