import { expect, it } from 'vitest'
import { connectPacket, publishPacket } from '../core/packets.fixture'
import { FaultyNetwork } from './faults.fixture'

it.each([1, 2, 3, 4, 5])('refuses a client of MQTT 3.1.1 with return code %i', async (returnCode) => {
  const net = new FaultyNetwork()
  net.fault({ kind: 'connack', returnCode })
  const client = net.open(4)
  expect(await client.connect()).toMatchObject({ returnCode })
  expect(await client.closed()).toEqual([])
  // Those of MQTT 5 are left alone.
  await net.connect(5)
})

it.each([0x80, 0x84, 0x88, 0x97, 0x9c])('refuses a client of MQTT 5 with %i', async (reasonCode) => {
  const net = new FaultyNetwork()
  const id = net.fault({ kind: 'connack', reasonCode, scope: { clientId: 'c' }, times: 2 })
  for (let attempt = 1; attempt <= 2; attempt++) {
    const client = net.open(5)
    expect(await client.connect({ clientId: 'c' })).toMatchObject({ reasonCode })
    expect(await client.closed()).toEqual([])
  }
  await net.connect(5, { clientId: 'c' })
  expect(net.told).toMatchObject([
    { id, clientId: 'c', packet: null, effect: { kind: 'connack', direction: 'in' } },
    { id, clientId: 'c' }
  ])
})

it('refuses subscriptions', async () => {
  const net = new FaultyNetwork()
  const [old, modern] = [await net.connect(4), await net.connect(5)]
  net.fault({ kind: 'suback', reasonCode: 0x97, scope: { filter: 'no/#' } })
  expect(await old.subscribe('no/+')).toMatchObject({ granted: [0x80] })
  expect(await modern.subscribe('no/+')).toMatchObject({ granted: [0x97] })
  expect(await modern.subscribe('yes', { qos: 1 })).toMatchObject({ granted: [1] })
  expect(net.broker.subscriptions.count).toBe(1)
})

it('drops messages for a client as if its queue were full, present or absent', async () => {
  const net = new FaultyNetwork()
  const { publisher, subscriber } = await net.pair(5)
  const absent = await net.connect(5, {
    clientId: 'absent',
    clean: false,
    properties: { sessionExpiryInterval: 100 }
  })
  await absent.subscribe('t', { qos: 2 })
  await absent.disconnect()
  const dropped: unknown[] = []
  net.broker.hooks.add({ drop: (cause, { qos }, clientId) => dropped.push([cause, qos, clientId]) })
  const id = net.fault({ kind: 'queueFull', scope: { filter: 't' } })
  for (const qos of [0, 1, 2] as const) await publisher.publish('t', 'x', { qos })
  expect(await subscriber.sync()).toEqual([])
  expect(net.broker.sessions.find('absent')!.queue?.waitingCount).toBe(0)
  expect(dropped).toHaveLength(6)
  for (const qos of [0, 1, 2])
    for (const client of ['absent', 'subscriber']) expect(dropped).toContainEqual(['queue full', qos, client])
  expect(net.struck(id)).toBe(6)
})

it.each([
  [5, 0x97],
  [4, undefined]
] as const)(
  'refuses messages of a client with quota exceeded (MQTT version %i)',
  async (version, reasonCode) => {
    const net = new FaultyNetwork()
    const { publisher, subscriber } = await net.pair(version)
    const id = net.fault({ kind: 'quota', scope: { clientId: 'publisher' } })
    for (const qos of [0, 1, 2] as const)
      publisher.send(publishPacket('t', 'x', { qos, ...(qos > 0 && { messageId: qos }) }))
    const answers = await publisher.sync()
    expect(answers.map(({ cmd }) => cmd)).toEqual(['puback', 'pubrec'])
    if (reasonCode) for (const answer of answers) expect(answer).toMatchObject({ reasonCode })
    expect(await subscriber.sync()).toEqual([])
    expect(net.struck(id)).toBe(3)
  }
)

it('refuses a will with quota exceeded', async () => {
  const net = new FaultyNetwork()
  const { subscriber } = await net.pair(5)
  const will = { topic: 'will', payload: Buffer.from('x'), qos: 0 as const, retain: false }
  const client = net.open(5)
  client.send(connectPacket(5, { clientId: 'c', will }))
  await client.next('connack')
  net.fault({ kind: 'quota', scope: { clientId: 'c' } })
  await client.cut()
  expect(await subscriber.sync()).toEqual([])
})
