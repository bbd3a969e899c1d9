import { expect } from 'vitest'
import { it311, it5, itBoth, kept, network } from './fixture'

itBoth(
  'resumes a session, with its subscriptions and what came meanwhile [3.1.1: MQTT-3.1.2-4, MQTT-3.1.2-5, MQTT-3.1.3-2, MQTT-3.2.2-2, MQTT-4.1.0-1; 5: MQTT-3.1.2-5, MQTT-3.1.2-23, MQTT-3.1.3-2, MQTT-3.2.2-3]',
  async (version) => {
    const net = network()
    const before = await net.connect(version, kept(version))
    await before.subscribe('t', { qos: 2 })
    await before.cut()
    const publisher = await net.connect(version)
    for (const qos of [1, 2] as const) await publisher.publish('t', `at ${qos}`, { qos })
    const after = await net.connect(version, kept(version))
    expect(after.connack).toMatchObject({ sessionPresent: true })
    expect((await after.messages()).map(({ payload }) => payload.toString())).toEqual(['at 1', 'at 2'])
    await publisher.publish('t', 'now')
    expect(await after.next('publish')).toMatchObject({ payload: Buffer.from('now') })
  }
)

itBoth(
  'creates a session that does not exist [3.1.1: MQTT-3.1.2-4, MQTT-3.2.2-3; 5: MQTT-3.1.2-6, MQTT-3.2.2-3]',
  async (version) => {
    const net = network()
    const client = await net.connect(version, kept(version))
    expect(client.connack).toMatchObject({ sessionPresent: false })
    expect(net.broker.sessions.find('kept')?.isKept).toBe(true)
  }
)

itBoth(
  'discards a former session for a client that asks for a clean one [3.1.1: MQTT-3.1.2-6, MQTT-3.1.4-3, MQTT-3.2.2-1; 5: MQTT-3.1.2-4, MQTT-3.1.4-4, MQTT-3.2.2-2]',
  async (version) => {
    const net = network()
    const before = await net.connect(version, kept(version))
    await before.subscribe('t', { qos: 1 })
    await before.cut()
    const publisher = await net.connect(version)
    await publisher.publish('t', 'x', { qos: 1 })
    const after = await net.connect(version, { ...kept(version), clean: true })
    expect(after.connack).toMatchObject({ sessionPresent: false })
    await publisher.publish('t', 'x', { qos: 1 })
    expect(await after.sync()).toEqual([])
  }
)

itBoth(
  'ends a session that is not to be kept with its connection [3.1.1: MQTT-3.1.2-6; 5: MQTT-4.1.0-2]',
  async (version) => {
    const net = network()
    const before = await net.connect(version, { clientId: 'kept' })
    await before.subscribe('t')
    await before.cut()
    expect([...net.broker.sessions.all()]).toEqual([])
    expect((await net.connect(version, kept(version))).connack).toMatchObject({ sessionPresent: false })
  }
)

it5(
  'ends a session when its expiry interval is over, and not before [5: MQTT-3.1.2-23, MQTT-4.1.0-2]',
  async () => {
    const net = network()
    await (await net.connect(5, kept(5, 60))).cut()
    net.clock.advance(59_999)
    expect((await net.connect(5, kept(5, 60))).connack).toMatchObject({ sessionPresent: true })
    net.broker.kick('kept')
    net.clock.advance(60_000)
    expect((await net.connect(5, kept(5, 60))).connack).toMatchObject({ sessionPresent: false })
  }
)

itBoth(
  'keeps a session as long as its connection is open [3.1.1: MQTT-4.1.0-2; 5: MQTT-4.1.0-1]',
  async (version) => {
    const net = network()
    const client = await net.connect(version, { ...kept(version, 1), keepalive: 60 })
    await client.subscribe('t')
    net.clock.advance(80_000)
    await client.publish('t')
    expect(await client.messages()).toHaveLength(1)
  }
)

it311('keeps retained messages when the session of their publisher ends [3.1.1: MQTT-3.1.2-7]', async () => {
  const net = network()
  const publisher = await net.connect(4)
  await publisher.publish('t', 'on', { retain: true })
  await publisher.disconnect()
  const subscriber = await net.connect(4)
  await subscriber.subscribe('t')
  expect(await subscriber.next('publish')).toMatchObject({ topic: 't', payload: Buffer.from('on') })
})
