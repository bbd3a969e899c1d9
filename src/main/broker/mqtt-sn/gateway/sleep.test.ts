import { expect, it } from 'vitest'
import { SN, type SnPacket } from '../codec/packet'
import { publish, SnNetworkFixture, type Device, type MqttClient } from './network.fixture'

const topic = { kind: 'normal', id: 1 } as const
const pingresp: SnPacket = { type: SN.PINGRESP }
const bye: SnPacket = { type: SN.DISCONNECT, duration: null }
const PINGREQ = '08 16 646576696365'

/** A client that sleeps for 60 s at a time, and another that publishes. */
async function asleep(): Promise<{ network: SnNetworkFixture; device: Device; other: MqttClient }> {
  const network = new SnNetworkFixture()
  const other = await network.mqtt('other', 'w')
  const device = network.device()
  await device.connect({ will: true, duration: 10, cleanSession: false })
  await device.send('04 07 00 77', '06 09 676f6e65')
  await device.subscribe('a/b', 2)
  expect(await device.send('04 18 003c')).toEqual([bye])
  return { network, device, other }
}

it('keeps what is published at every QoS while the client sleeps, and shows that it does', async () => {
  const { network, device, other } = await asleep()
  other.publish('a/b', '0')
  other.publish('a/b', '1', 1)
  other.publish('a/b', '2', 2, false, 2)
  await network.pass(50)
  expect(device.received()).toEqual([])
  const { connection, session } = network.broker.client('device')!
  expect(connection.isAsleep).toBe(true)
  expect(session.queue?.waitingCount).toBe(2)
})

it('brings it when the client asks, then says that this was all, and sleeps on (6.14)', async () => {
  const { network, device, other } = await asleep()
  other.publish('a/b', '0')
  other.publish('a/b', '1', 1)
  other.publish('a/b', '2', 2, false, 2)
  await network.pass(1)
  expect(await device.send(PINGREQ)).toEqual([
    publish(topic, '0'),
    publish(topic, '1', { qos: 1, messageId: 1 })
  ])
  expect(await device.send('07 0d 0001 0001 00')).toEqual([publish(topic, '2', { qos: 2, messageId: 2 })])
  expect(await device.send('04 0f 0002')).toEqual([{ type: SN.PUBREL, messageId: 2 }])
  expect(await device.send('04 0e 0002')).toEqual([pingresp])
  other.publish('a/b', 'later')
  await network.pass(1)
  expect(device.received()).toEqual([])
  expect(await device.send(PINGREQ)).toEqual([publish(topic, 'later'), pingresp])
})

it('answers at once when nothing has waited', async () => {
  const { device } = await asleep()
  expect(await device.send(PINGREQ)).toEqual([pingresp])
})

it('brings everything when the client connects again, without a new connection (figure 4)', async () => {
  const { network, device, other } = await asleep()
  const { connection } = network.broker.client('device')!
  other.publish('a/b', '0')
  await network.pass(1)
  expect(await device.connect({ cleanSession: true })).toEqual([
    { type: SN.CONNACK, returnCode: 0 },
    publish(topic, '0')
  ])
  expect(network.broker.client('device')!.connection).toBe(connection)
  expect(connection.isAsleep).toBe(false)
  other.publish('a/b', '1')
  await network.clock.settle()
  expect(device.received()).toEqual([publish(topic, '1')])
})

it('takes a client for lost that does not come back in time, and publishes its will', async () => {
  const { network, device, other } = await asleep()
  await network.pass(80)
  expect(await device.send(PINGREQ)).toEqual([pingresp])
  await network.pass(89)
  expect(network.broker.client('device')).toBeDefined()
  await network.pass(2)
  expect(network.broker.client('device')).toBeUndefined()
  expect(other.received()).toEqual(['w gone 0'])
  expect(await device.send(PINGREQ)).toEqual([bye])
})

it('lets a client sleep longer (10 % of tolerance above a minute, 7.2), or say goodbye', async () => {
  const { network, device, other } = await asleep()
  await device.send('04 18 0064')
  await network.pass(109)
  expect(await device.send('04 18 0064')).toEqual([bye])
  await network.pass(111)
  expect(other.received()).toEqual(['w gone 0'])
  await device.connect()
  await device.send('04 18 003c')
  await device.send('02 18')
  expect(network.broker.client('device')).toBeUndefined()
})

it('lets a client that is awake and does not answer sleep on, and sends the message again next time', async () => {
  const { network, device, other } = await asleep()
  other.publish('a/b', '1', 1)
  await network.pass(1)
  const sent = publish(topic, '1', { qos: 1, messageId: 1 })
  expect(await device.send(PINGREQ)).toEqual([sent])
  await network.pass(60)
  expect(device.received()).toEqual(Array(4).fill({ ...sent, dup: true }))
  expect(network.broker.client('device')!.connection.isAsleep).toBe(true)
  expect(await device.send(PINGREQ)).toEqual([{ ...sent, dup: true }])
  expect(await device.send('07 0d 0001 0001 00')).toEqual([pingresp])
})

it('registers topics for a client that is awake', async () => {
  const { network, device, other } = await asleep()
  await device.connect()
  await device.subscribe('c/#')
  await device.send('04 18 003c')
  other.publish('c/d', 'x')
  await network.pass(1)
  expect(await device.send(PINGREQ)).toMatchObject([{ type: SN.REGISTER, topicId: 2, topic: 'c/d' }])
  expect(await device.send('07 0b 0002 0001 00')).toEqual([publish({ kind: 'normal', id: 2 }, 'x'), pingresp])
})

it('bounds what waits at QoS 0, and holds nobody back', async () => {
  const { network, device, other } = await asleep()
  const payload = 'x'.repeat(60_000)
  let dropped = 0
  network.broker.hooks.add({ drop: (cause) => (dropped += cause === 'queue full' ? 1 : 0) })
  for (let i = 0; i < 40; i++) {
    other.publish('a/b', payload)
    await network.clock.settle()
  }
  expect(dropped).toBe(24)
  expect(await device.send(PINGREQ)).toHaveLength(17)
})
