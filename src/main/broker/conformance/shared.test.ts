import { expect } from 'vitest'
import { type TestClient } from '../core/fixture'
import { acknowledgement, frame, text } from '../core/packets.fixture'
import { connected, expectEnd, it5, kept, network, properties } from './fixture'

const SHARED = '$share/group/t'

/** A client with a kept session and one without, both in one group, and a publisher. */
async function group(qos: 0 | 1 | 2 = 2) {
  const net = network()
  const first = await net.connect(5, kept(5, 60))
  const second = await net.connect(5)
  for (const member of [first, second]) await member.subscribe(SHARED, { qos })
  return { net, first, second, publisher: await net.connect(5) }
}

const count = async (client: TestClient): Promise<number> => (await client.messages()).length

it5('refuses a shared subscription without a name or a filter [5: MQTT-4.8.2-1, MQTT-4.8.2-2]', async () => {
  for (const filter of [
    '$share',
    '$share/',
    '$share//t',
    '$share/g',
    '$share/g/',
    '$share/g+/t',
    '$share/#/t'
  ]) {
    const client = await connected(5)
    client.write(frame('82', '0001', properties(5), text(filter), '00'))
    await expectEnd(client, 0x81)
  }
})

it5('sends each message to one client of a group, at the QoS granted to it [5: MQTT-4.8.2-3]', async () => {
  const net = network()
  const members = [await net.connect(5), await net.connect(5)]
  for (const [index, member] of members.entries()) await member.subscribe(SHARED, { qos: index as 0 | 1 })
  const publisher = await net.connect(5)
  for (let i = 0; i < 6; i++) await publisher.publish('t', 'x', { qos: 2 })
  const received = [await members[0]!.messages(), await members[1]!.messages()]
  expect(received.map((each) => each.map(({ qos }) => qos))).toEqual([
    [0, 0, 0],
    [1, 1, 1]
  ])
})

it5(
  'completes the delivery of QoS 2 to the client that it chose, when that is back [5: MQTT-4.8.2-4]',
  async () => {
    const { net, first, second, publisher } = await group()
    for (let i = 0; i < 2; i++) await publisher.publish('t', 'x', { qos: 2 })
    expect([await count(first), await count(second)]).toEqual([1, 1])
    await first.cut()
    expect(await second.sync()).toEqual([])
    const again = await net.connect(5, kept(5, 60))
    expect(await again.receive()).toMatchObject({ qos: 2, dup: true })
  }
)

it5(
  'sends a message to nobody else when the session of the chosen client ends [5: MQTT-4.8.2-5]',
  async () => {
    const { net, first, second, publisher } = await group()
    for (let i = 0; i < 2; i++) await publisher.publish('t', 'x', { qos: 2 })
    expect([await count(first), await count(second)]).toEqual([1, 1])
    await first.cut()
    net.clock.advance(61_000)
    expect(net.broker.sessions.find('kept')).toBeUndefined()
    expect(await second.sync()).toEqual([])
  }
)

it5('discards a message that the chosen client refuses [5: MQTT-4.8.2-6]', async () => {
  for (const [qos, cmd] of [
    [1, 'puback'],
    [2, 'pubrec']
  ] as const) {
    const { first, second, publisher } = await group(qos)
    for (let i = 0; i < 2; i++) await publisher.publish('t', 'x', { qos })
    expect(await count(second)).toBe(1)
    first.send(acknowledgement(cmd, (await first.next('publish')).messageId!, 0x80))
    expect(await first.sync()).toEqual([])
    expect(await second.sync()).toEqual([])
  }
})
