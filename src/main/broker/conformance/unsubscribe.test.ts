import { expect } from 'vitest'
import { frame, text } from '../core/packets.fixture'
import { connected, expectEnd, it5, itBoth, pair, properties } from './fixture'

itBoth('refuses a filter to unsubscribe that is not UTF-8 [3.1.1, 5: MQTT-3.10.3-1]', async (version) => {
  const client = await connected(version)
  client.write(frame('A2', '0001', properties(version), text(Buffer.of(0xff))))
  await expectEnd(client, 0x81)
})

itBoth('refuses an UNSUBSCRIBE without a filter [3.1.1, 5: MQTT-3.10.3-2]', async (version) => {
  const client = await connected(version)
  client.write(frame('A2', '0001', properties(version)))
  await expectEnd(client, 0x82)
})

itBoth(
  'ends only subscriptions whose filter is identical, and adds no messages for them [3.1.1, 5: MQTT-3.10.4-1, MQTT-3.10.4-2]',
  async (version) => {
    const client = await connected(version)
    for (const filter of ['a/+', 'a/#', 'a/b']) await client.subscribe(filter)
    for (const filter of ['a/+', 'A/b', 'a/b/', '#']) await client.unsubscribe(filter)
    for (const topic of ['a/b', 'a/b/c', 'a/x']) await client.publish(topic)
    await client.unsubscribe('a/#')
    for (const topic of ['a/b', 'a/b/c', 'a/x']) await client.publish(topic)
    expect((await client.messages()).map(({ topic }) => topic)).toEqual(['a/b', 'a/b/c', 'a/x', 'a/b'])
  }
)

itBoth(
  'delivers what is on its way to the end after an UNSUBSCRIBE [3.1.1, 5: MQTT-3.10.4-3]',
  async (version) => {
    const { publisher, subscriber } = await pair(version)
    for (const qos of [1, 2] as const) await publisher.publish('t', 'x', { qos })
    await subscriber.unsubscribe('#')
    expect(await subscriber.receive()).toMatchObject({ qos: 1 })
    expect(await subscriber.receive()).toMatchObject({ qos: 2 })
  }
)

itBoth(
  'answers an UNSUBSCRIBE of several filters once, even if there was no subscription [3.1.1: MQTT-3.10.4-4, MQTT-3.10.4-5, MQTT-3.10.4-6; 5: MQTT-3.10.4-4, MQTT-3.10.4-5, MQTT-3.10.4-6]',
  async (version) => {
    const client = await connected(version)
    for (const filter of ['a', 'b']) await client.subscribe(filter)
    client.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['a', 'never', 'b'] })
    expect(await client.sync()).toMatchObject([{ cmd: 'unsuback', messageId: 9 }])
    for (const topic of ['a', 'b']) await client.publish(topic)
    await client.unsubscribe('never')
    expect(await client.sync()).toEqual([])
  }
)

it5(
  'tells for each filter, in order, whether it was subscribed [5: MQTT-3.11.3-1, MQTT-3.11.3-2]',
  async () => {
    const client = await connected(5)
    for (const filter of ['a', 'b']) await client.subscribe(filter)
    expect(await client.unsubscribe('x', 'b', 'b', 'a')).toMatchObject({ granted: [0x11, 0, 0x11, 0] })
  }
)
