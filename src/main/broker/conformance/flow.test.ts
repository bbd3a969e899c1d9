import { join } from 'node:path'
import { expect } from 'vitest'
import { temporaryFolder } from '../../profiles/temporary.fixture'
import { acknowledgement, publishPacket } from '../core/packets.fixture'
import { SqliteStore } from '../store/sqlite-store'
import { expectEnd, it5, kept, network, pair } from './fixture'

it5(
  'sends no more unacknowledged messages than the client takes [5: MQTT-3.3.4-9, MQTT-4.9.0-1, MQTT-4.9.0-2]',
  async () => {
    const { net, publisher } = await pair(5)
    const client = await net.connect(5, { properties: { receiveMaximum: 2 } })
    await client.subscribe('t', { qos: 2 })
    for (const qos of [2, 1, 2, 1] as const) await publisher.publish('t', 'x', { qos })
    const [first, second, ...rest] = await client.messages()
    expect(rest).toEqual([])
    client.send(acknowledgement('pubrec', first!.messageId!))
    expect(await client.sync()).toMatchObject([{ cmd: 'pubrel' }])
    client.send(acknowledgement('puback', second!.messageId!))
    expect(await client.messages()).toHaveLength(1)
    client.send(acknowledgement('pubcomp', first!.messageId!))
    expect(await client.messages()).toHaveLength(1)
  }
)

it5(
  'sends no more messages again than the client of the new connection takes [5: MQTT-3.3.4-9, MQTT-4.9.0-1, MQTT-4.4.0-1]',
  async () => {
    const net = network()
    const before = await net.connect(5, kept(5))
    await before.subscribe('t', { qos: 2 })
    const publisher = await net.connect(5)
    for (const payload of ['a', 'b', 'c', 'd']) await publisher.publish('t', payload, { qos: 1 })
    expect(await before.messages()).toHaveLength(4)
    await before.cut()
    await publisher.publish('t', 'e', { qos: 1 })
    const after = await net.connect(5, {
      ...kept(5),
      properties: { ...kept(5).properties, receiveMaximum: 2 }
    })
    const [first, second, ...rest] = await after.messages()
    expect([first, second, rest]).toMatchObject([
      { payload: Buffer.from('a') },
      { payload: Buffer.from('b') },
      []
    ])
    after.send(acknowledgement('puback', first!.messageId!), acknowledgement('puback', second!.messageId!))
    for (const payload of ['c', 'd', 'e'])
      expect(await after.receive()).toMatchObject({ payload: Buffer.from(payload), dup: payload !== 'e' })
  }
)

it5(
  'goes on with everything else while it may send no messages [5: MQTT-3.3.4-10, MQTT-4.9.0-3]',
  async () => {
    const { net, publisher } = await pair(5)
    const client = await net.connect(5, { properties: { receiveMaximum: 1 } })
    await client.subscribe('t', { qos: 1 })
    for (let i = 0; i < 2; i++) await publisher.publish('t', 'x', { qos: 1 })
    await client.next('publish')
    await client.subscribe('other')
    await client.unsubscribe('other')
    await client.publish('other', 'x', { qos: 2 })
    expect(await client.sync()).toEqual([])
  }
)

it5(
  'disconnects a client that has more messages unreleased than its Receive Maximum [5: MQTT-3.3.4-7]',
  async () => {
    const { publisher } = await pair(5, { limits: { receiveMaximum: 2 } })
    expect(publisher.connack).toMatchObject({ properties: { receiveMaximum: 2 } })
    for (const messageId of [1, 2, 1]) publisher.send(publishPacket('t', 'x', { qos: 2, messageId }))
    expect(await publisher.sync()).toHaveLength(3)
    publisher.send(acknowledgement('pubrel', 1), publishPacket('t', 'x', { qos: 2, messageId: 3 }))
    expect(await publisher.sync()).toHaveLength(2)
    publisher.send(publishPacket('t', 'x', { qos: 2, messageId: 4 }))
    await expectEnd(publisher, 0x93)
  }
)

it5('disconnects a client that sends a packet larger than its maximum [5: MQTT-3.2.2-15]', async () => {
  const { publisher } = await pair(5, { limits: { packetSize: 100 } })
  expect(publisher.connack).toMatchObject({ properties: { maximumPacketSize: 100 } })
  publisher.send(publishPacket('t', 'x'.repeat(94)))
  expect(await publisher.sync()).toEqual([])
  publisher.send(publishPacket('t', 'x'.repeat(95)))
  await expectEnd(publisher, 0x95)
})

it5(
  'counts a message once against its Receive Maximum while it is written to disk [5: MQTT-3.3.4-7]',
  async () => {
    const store = new SqliteStore(join(temporaryFolder(), 'broker.db'))
    const net = network({ store, limits: { receiveMaximum: 4 } })
    const client = await net.connect(5, kept(5))
    for (const [cmd, qos, ids] of [
      ['puback', 1, [1, 2, 3, 4]],
      ['pubrec', 2, [5, 6, 7, 8]]
    ] as const) {
      client.send(...ids.map((messageId) => publishPacket('t', 'x', { qos, messageId, retain: true })))
      for (const messageId of ids) expect(await client.next(cmd)).toMatchObject({ messageId })
    }
    client.send(publishPacket('t', 'x', { qos: 1, messageId: 9 }))
    await expectEnd(client, 0x93)
  }
)

it5('counts no messages of an earlier connection [5: MQTT-3.3.4-7]', async () => {
  const net = network({ limits: { receiveMaximum: 2 } })
  const before = await net.connect(5, kept(5))
  for (const messageId of [1, 2]) before.send(publishPacket('t', 'x', { qos: 2, messageId }))
  expect(await before.sync()).toHaveLength(2)
  await before.cut()
  const after = await net.connect(5, kept(5))
  for (const messageId of [3, 4]) after.send(publishPacket('t', 'x', { qos: 2, messageId }))
  expect(await after.sync()).toMatchObject([{ cmd: 'pubrec' }, { cmd: 'pubrec' }])
})
