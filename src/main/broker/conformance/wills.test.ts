import { expect } from 'vitest'
import { text } from '../core/packets.fixture'
import { connectFrame, it311, it5, itBoth, kept, network, pair, properties } from './fixture'

const will = { topic: 'will', payload: 'gone', qos: 0, retain: false } as const

itBoth(
  'publishes a will when the connection ends without a DISCONNECT [3.1.1: MQTT-3.1.2-8, MQTT-3.1.2-9; 5: MQTT-3.1.2-7, MQTT-3.1.2-8]',
  async (version) => {
    const { net, subscriber } = await pair(version)
    await (await net.connect(version, { will: { ...will, qos: 2 } })).cut()
    expect(await subscriber.receive()).toMatchObject({ topic: 'will', payload: Buffer.from('gone'), qos: 2 })
    const faulty = await net.connect(version, { will })
    faulty.write('36 00')
    expect(await subscriber.receive()).toMatchObject({ topic: 'will', qos: 0 })
  }
)

itBoth(
  'publishes no will after a DISCONNECT [3.1.1: MQTT-3.1.2-10, MQTT-3.14.4-3; 5: MQTT-3.1.2-10, MQTT-3.14.4-3]',
  async (version) => {
    const { net, subscriber } = await pair(version)
    await (await net.connect(version, { will })).disconnect()
    expect(await subscriber.sync()).toEqual([])
  }
)

itBoth('publishes a will once [3.1.1, 5: MQTT-3.1.2-10]', async (version) => {
  const { net, subscriber } = await pair(version)
  await (await net.connect(version, { ...kept(version), will })).cut()
  await (await net.connect(version, kept(version))).cut()
  await net.connect(version, { ...kept(version), clean: true })
  expect(await subscriber.messages()).toHaveLength(1)
})

it311('publishes no will for a client without one [3.1.1: MQTT-3.1.2-12]', async () => {
  const { net, subscriber } = await pair(4)
  await (await net.connect(4)).cut()
  expect(await subscriber.sync()).toEqual([])
})

itBoth(
  'keeps a will as a retained message only if it is to be retained [3.1.1: MQTT-3.1.2-16, MQTT-3.1.2-17; 5: MQTT-3.1.2-14, MQTT-3.1.2-15]',
  async (version) => {
    const net = network()
    await (await net.connect(version, { will: { ...will, topic: 'passing' } })).cut()
    await (await net.connect(version, { will: { ...will, retain: true } })).cut()
    const subscriber = await net.connect(version)
    await subscriber.subscribe('#')
    expect(await subscriber.messages()).toMatchObject([{ topic: 'will', retain: true }])
  }
)

it5('publishes a will after a DISCONNECT with any code but 0x00 [5: MQTT-3.1.2-8]', async () => {
  const { net, subscriber } = await pair(5)
  for (const code of [0x04, 0x80, 0x82]) await (await net.connect(5, { will })).disconnect(code)
  expect(await subscriber.messages()).toHaveLength(3)
})

it5('publishes a will when its delay is over [5: MQTT-3.1.2-8]', async () => {
  const { net, subscriber } = await pair(5)
  const delayed = { ...will, properties: { willDelayInterval: 10 } }
  await (await net.connect(5, { ...kept(5), will: delayed })).cut()
  net.clock.advance(9_999)
  expect(await subscriber.sync()).toEqual([])
  net.clock.advance(1)
  expect(await subscriber.messages()).toMatchObject([{ topic: 'will' }])
})

it5('publishes a delayed will when its session ends first [5: MQTT-3.1.2-8]', async () => {
  const { net, subscriber } = await pair(5)
  const delayed = { ...will, properties: { willDelayInterval: 60 } }
  await (await net.connect(5, { ...kept(5, 10), will: delayed })).cut()
  net.clock.advance(10_000)
  expect(await subscriber.messages()).toHaveLength(1)
  await (await net.connect(5, { ...kept(5), will: delayed })).cut()
  await net.connect(5, { ...kept(5), clean: true })
  expect(await subscriber.messages()).toHaveLength(1)
})

it5('publishes no will of a client that is back in time [5: MQTT-3.1.3-9]', async () => {
  const { net, subscriber } = await pair(5)
  const delayed = { ...will, properties: { willDelayInterval: 10 } }
  await (await net.connect(5, { ...kept(5), will: delayed })).cut()
  net.clock.advance(9_000)
  const back = await net.connect(5, { ...kept(5), will: delayed })
  net.clock.advance(500)
  await back.cut()
  net.clock.advance(9_999)
  expect(await subscriber.sync()).toEqual([])
  net.clock.advance(1)
  expect(await subscriber.messages()).toHaveLength(1)
})

it5('publishes the User Properties of a will in their order [5: MQTT-3.1.3-10]', async () => {
  const { net, subscriber } = await pair(5)
  const pairs = [
    `26 ${text('b')} ${text('1')}`,
    `26 ${text('a')} ${text('2')}`,
    `26 ${text('b')} ${text('3')}`
  ]
  const client = net.open(5)
  client.write(connectFrame(5, '06', text('a'), properties(5, pairs.join('')), text('will'), text('gone')))
  await client.next('connack')
  await client.cut()
  const { bytes } = await subscriber.next('publish')
  expect(bytes.toString('hex')).toContain(pairs.join('').replaceAll(' ', ''))
})
