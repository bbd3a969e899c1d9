import { describe, expect, it } from 'vitest'
import { RETURN_CODE, SN, type SnFilter, type SnPacket } from '../codec/packet'
import { publish, SnNetworkFixture } from './network.fixture'

const predefined = { kind: 'predefined', id: 258 } as const
const short = { kind: 'short', name: 'tp' } as const

const puback = (topicId: number, returnCode: number = RETURN_CODE.ACCEPTED, messageId = 5): SnPacket => ({
  type: SN.PUBACK,
  topicId,
  messageId,
  returnCode
})
const register = (topicId: number, messageId: number, topic: string): SnPacket => ({
  type: SN.REGISTER,
  topicId,
  messageId,
  topic
})
const regack = (topicId: number, messageId: number, returnCode = 0): SnPacket => ({
  type: SN.REGACK,
  topicId,
  messageId,
  returnCode
})

describe('messages from a client (6.5 to 6.8)', () => {
  it.each([
    ['a registered topic', null, 'a/b'],
    ['a predefined topic', predefined, 'plant/temperature'],
    ['a short topic', short, 'tp']
  ])('reach subscribers by %s, at QoS 0, 1 and 2', async (_what, topic, name) => {
    const network = new SnNetworkFixture()
    const watcher = await network.mqtt('watcher', '#')
    const device = await network.connected()
    const by = topic ?? ({ kind: 'normal', id: await device.register('a/b') } as const)
    const topicId = by.kind === 'short' ? 0x7470 : by.id
    expect(await device.publish(by, 'zero')).toEqual([])
    expect(await device.publish(by, 'one', { qos: 1 })).toEqual([puback(topicId)])
    expect(await device.publish(by, 'two', { qos: 2, messageId: 6 })).toEqual([
      { type: SN.PUBREC, messageId: 6 }
    ])
    expect(await device.send({ type: SN.PUBREL, messageId: 6 })).toEqual([{ type: SN.PUBCOMP, messageId: 6 }])
    expect(watcher.received()).toEqual([`${name} zero 0`, `${name} one 1`, `${name} two 2`])
  })

  it('are retained', async () => {
    const network = new SnNetworkFixture()
    const device = await network.connected()
    await device.publish(short, 'kept', { retain: true })
    expect((await network.mqtt('late', 'tp')).received()).toEqual(['tp kept 0 retained'])
  })

  it('are refused with an id that stands for nothing', async () => {
    const network = new SnNetworkFixture()
    const device = await network.connected()
    for (const topic of [
      { kind: 'normal', id: 99 },
      { kind: 'predefined', id: 99 }
    ] as const)
      expect(await device.publish(topic, 'x', { qos: 1 })).toEqual([puback(99, RETURN_CODE.INVALID_TOPIC_ID)])
    expect(await device.publish({ kind: 'normal', id: 99 }, 'x')).toEqual([
      puback(99, RETURN_CODE.INVALID_TOPIC_ID, 0)
    ])
    expect(network.gateway.counts.dropped['unknown topic']).toBe(3)
  })

  it('are published once when a client repeats them, but again when it reuses a message id (6.13)', async () => {
    const network = new SnNetworkFixture()
    const watcher = await network.mqtt('watcher', '#')
    const device = await network.connected()
    await device.publish(short, 'a', { qos: 1 })
    expect(await device.publish(short, 'a', { qos: 1, dup: true })).toEqual([puback(0x7470)])
    await device.publish(short, 'a', { qos: 1 })
    await device.publish(short, 'b', { qos: 1, dup: true })
    await device.publish(short, 'c', { qos: 2, messageId: 6 })
    expect(await device.publish(short, 'c', { qos: 2, messageId: 6, dup: true })).toEqual([
      { type: SN.PUBREC, messageId: 6 }
    ])
    expect(watcher.received()).toEqual(['tp a 1', 'tp a 1', 'tp b 1', 'tp c 2'])
  })

  it('keep their topic ids for a session that is kept (6.3)', async () => {
    const network = new SnNetworkFixture()
    const watcher = await network.mqtt('watcher', '#')
    const device = await network.connected({ cleanSession: false })
    const id = await device.register('a/b')
    await device.send('02 18')
    await device.connect({ cleanSession: false })
    await device.publish({ kind: 'normal', id }, 'x')
    expect(watcher.received()).toEqual(['a/b x 0'])
    await device.send('02 18')
    await device.connect({ cleanSession: true })
    expect(await device.publish({ kind: 'normal', id }, 'x')).toEqual([
      puback(id, RETURN_CODE.INVALID_TOPIC_ID, 0)
    ])
  })

  it('need no connection at QoS -1, to predefined and short topics only (6.8)', async () => {
    const network = new SnNetworkFixture()
    const watcher = await network.mqtt('watcher', '#')
    const device = network.device()
    expect(
      await device.send(
        publish(predefined, 'a', { qos: -1 }),
        publish(short, 'b', { qos: -1 }),
        publish({ kind: 'normal', id: 1 }, 'c', { qos: -1 }),
        publish({ kind: 'predefined', id: 1 }, 'd', { qos: -1 })
      )
    ).toEqual([])
    expect(watcher.received()).toEqual(['plant/temperature a 0', 'tp b 0'])
    expect(network.gateway.counts.dropped['unknown topic']).toBe(2)
    expect(network.broker.clientCount).toBe(2)
  })

  it('get through at QoS -1 again after the shared connection was closed, a second later', async () => {
    const network = new SnNetworkFixture()
    const watcher = await network.mqtt('watcher', '#')
    const device = network.device()
    await device.publish(short, 'a', { qos: -1 })
    network.broker.kick('mqtt-sn-qos-minus-1')
    await network.clock.settle()
    await device.publish(short, 'b', { qos: -1 })
    await network.pass(1)
    await device.publish(short, 'c', { qos: -1 })
    expect(watcher.received()).toEqual(['tp a 0', 'tp c 0'])
    expect(network.gateway.counts.dropped.congestion).toBe(1)
  })
})

describe('REGISTER (6.5)', () => {
  it('gives the same id for the same topic', async () => {
    const device = await new SnNetworkFixture().connected()
    expect(await device.register('a/b')).toBe(1)
    expect(await device.register('a/c')).toBe(2)
    expect(await device.register('a/b')).toBe(1)
  })

  it('is refused for congestion when a client has too many', async () => {
    const device = await new SnNetworkFixture().connected()
    const name = 'x'.repeat(60_000)
    for (let i = 0; i < 16; i++) await device.register(`${i}${name}`)
    expect(await device.send(register(0, 9, `y${name}`))).toEqual([regack(0, 9, RETURN_CODE.CONGESTION)])
  })
})

describe('SUBSCRIBE (6.9)', () => {
  const subscribe = (filter: object, dup = false): SnPacket =>
    ({ type: SN.SUBSCRIBE, dup, qos: 1, messageId: 3, filter }) as SnPacket
  const suback = (topicId: number, returnCode: number = RETURN_CODE.ACCEPTED): SnPacket => ({
    type: SN.SUBACK,
    qos: returnCode === RETURN_CODE.ACCEPTED ? 1 : 0,
    topicId,
    messageId: 3,
    returnCode
  })

  it.each([
    ['a name', { kind: 'name', name: 'a/b' }, suback(1), 'a/b'],
    ['a name with a wildcard', { kind: 'name', name: 'a/#' }, suback(0), 'a/#'],
    ['a shared subscription', { kind: 'name', name: '$share/g/a' }, suback(0), '$share/g/a'],
    ['a predefined id', { kind: 'predefined', id: 258 }, suback(258), 'plant/temperature'],
    ['a short name', { kind: 'short', name: 'tp' }, suback(0), 'tp']
  ])('by %s', async (_what, filter, answer, name) => {
    const network = new SnNetworkFixture()
    const device = await network.connected()
    expect(await device.send(subscribe(filter))).toEqual([answer])
    const session = network.broker.client('device')!.session
    expect([...session.subscriptions()].map((each) => each.filter)).toEqual([name])
    expect(await device.send({ type: SN.UNSUBSCRIBE, messageId: 4, filter } as SnPacket)).toEqual([
      { type: SN.UNSUBACK, messageId: 4 }
    ])
    expect([...session.subscriptions()]).toEqual([])
  })

  it.each<[string, SnFilter, number]>([
    ['an unknown predefined id', { kind: 'predefined', id: 9 }, RETURN_CODE.INVALID_TOPIC_ID],
    ['a filter that MQTT does not allow', { kind: 'name', name: 'a#' }, RETURN_CODE.NOT_SUPPORTED]
  ])('is refused by %s', async (_what, filter, returnCode) => {
    const device = await new SnNetworkFixture().connected()
    expect(await device.send(subscribe(filter))).toEqual([suback(0, returnCode)])
    expect(await device.send('02 16')).toEqual([{ type: SN.PINGRESP }])
  })

  it('is refused by an access rule', async () => {
    const network = new SnNetworkFixture({ hooks: { subscribe: () => 0x87 } })
    const device = await network.connected()
    expect(await device.send(subscribe({ kind: 'name', name: 'a/b' }))).toEqual([
      suback(0, RETURN_CODE.NOT_SUPPORTED)
    ])
  })

  it('brings what is retained once, also when a client repeats it (6.13)', async () => {
    const network = new SnNetworkFixture()
    ;(await network.mqtt('other')).publish('tp', 'kept', 0, true)
    const device = await network.connected()
    const filter = { kind: 'short', name: 'tp' }
    expect(await device.send(subscribe(filter))).toEqual([
      suback(0),
      publish(short, 'kept', { retain: true })
    ])
    expect(await device.send(subscribe(filter, true))).toEqual([suback(0)])
  })
})

describe('messages to a client (6.10)', () => {
  it('come under the id of SUBACK, the predefined id or the short name', async () => {
    const network = new SnNetworkFixture()
    const other = await network.mqtt('other')
    const device = await network.connected()
    await device.subscribe('a/b')
    await device.subscribe('tp')
    await device.send('07 12 01 0003 0102')
    await device.send('07 12 02 0003 7879')
    for (const topic of ['a/b', 'tp', 'plant/temperature', 'xy']) other.publish(topic, topic)
    await network.clock.settle()
    expect(device.received()).toEqual([
      publish({ kind: 'normal', id: 1 }, 'a/b'),
      publish({ kind: 'normal', id: 2 }, 'tp'),
      publish(predefined, 'plant/temperature'),
      publish({ kind: 'short', name: 'xy' }, 'xy')
    ])
  })

  it('wait until the client knows the id of their topic, in order', async () => {
    const network = new SnNetworkFixture()
    const other = await network.mqtt('other')
    const device = await network.connected()
    await device.subscribe('#')
    other.publish('a/b', '1')
    other.publish('tp', '2')
    other.publish('a/b', '3')
    await network.clock.settle()
    expect(device.received()).toEqual([register(1, 1, 'a/b')])
    expect(await device.send(regack(1, 1))).toEqual([
      publish({ kind: 'normal', id: 1 }, '1'),
      publish(short, '2'),
      publish({ kind: 'normal', id: 1 }, '3')
    ])
  })

  it('come one at a time at QoS 1 and 2', async () => {
    const network = new SnNetworkFixture()
    const other = await network.mqtt('other')
    const device = await network.connected()
    await device.subscribe('a/b', 2)
    const topic = { kind: 'normal', id: 1 } as const
    other.publish('a/b', 'one', 1)
    other.publish('a/b', 'two', 2, false, 2)
    await network.clock.settle()
    expect(device.received()).toEqual([publish(topic, 'one', { qos: 1, messageId: 1 })])
    expect(network.broker.client('device')!.session.queue?.waitingCount).toBe(1)
    expect(await device.send(puback(1, 0, 1))).toEqual([publish(topic, 'two', { qos: 2, messageId: 2 })])
    expect(await device.send('04 0f 0002')).toEqual([{ type: SN.PUBREL, messageId: 2 }])
    expect(await device.send('04 0e 0002')).toEqual([])
    expect(network.broker.client('device')!.session.queue?.inFlightCount).toBe(0)
  })

  it('are sent again with DUP until they are acknowledged (6.13)', async () => {
    const network = new SnNetworkFixture()
    const other = await network.mqtt('other')
    const device = await network.connected({ duration: 600 })
    await device.subscribe('a/b', 2)
    other.publish('a/b', 'x', 2)
    await network.clock.settle()
    const [first] = device.received()
    await network.pass(10)
    expect(device.received()).toEqual([{ ...first, dup: true }])
    await device.send('04 0f 0001')
    await network.pass(20)
    expect(device.received()).toEqual(Array(2).fill({ type: SN.PUBREL, messageId: 1 }))
    expect(await device.send('04 0f 0001')).toEqual([{ type: SN.PUBREL, messageId: 1 }])
    await device.send('04 0e 0001')
    await network.pass(60)
    expect(device.received()).toEqual([])
  })

  it('are given up after four more tries: the client is lost, and gets them when it is back', async () => {
    const network = new SnNetworkFixture()
    const other = await network.mqtt('other')
    const device = await network.connected({ duration: 600, cleanSession: false })
    await device.subscribe('a/b', 1)
    other.publish('a/b', 'x', 1)
    await network.clock.settle()
    await network.pass(49)
    expect(device.received()).toHaveLength(5)
    expect(network.broker.clientCount).toBe(2)
    await network.pass(1)
    expect(network.broker.clientCount).toBe(1)
    const [connack, again] = await device.connect({ cleanSession: false })
    expect([connack, again]).toEqual([{ type: SN.CONNACK, returnCode: 0 }, register(1, 1, 'a/b')])
    expect(await device.send(regack(1, 1))).toMatchObject([{ type: SN.PUBLISH, dup: false, messageId: 1 }])
  })

  it('are registered once more when the client does not know the id, and then dropped', async () => {
    const network = new SnNetworkFixture()
    const other = await network.mqtt('other')
    const device = await network.connected()
    await device.subscribe('a/b', 1)
    other.publish('a/b', 'x', 1)
    await network.clock.settle()
    device.received()
    expect(await device.send(puback(1, 2, 1))).toEqual([register(1, 1, 'a/b')])
    expect(await device.send(regack(1, 1))).toMatchObject([{ type: SN.PUBLISH, messageId: 1 }])
    expect(await device.send(puback(1, 2, 1))).toEqual([])
    expect(network.broker.client('device')!.session.queue?.inFlightCount).toBe(0)
    expect(network.gateway.counts.dropped.undeliverable).toBe(1)
  })

  it.each([1, 2] as const)('are dropped at QoS %i if the client refuses their topic', async (qos) => {
    const network = new SnNetworkFixture()
    const other = await network.mqtt('other')
    const device = await network.connected()
    await device.subscribe('a/#', 2)
    other.publish('a/b', 'x', qos)
    await network.clock.settle()
    await device.send(regack(1, 1, RETURN_CODE.NOT_SUPPORTED))
    expect(network.broker.client('device')!.session.queue?.inFlightCount).toBe(0)
    expect(network.gateway.counts.dropped.undeliverable).toBe(1)
  })

  it('are sent again after a while to a client that is congested', async () => {
    const network = new SnNetworkFixture()
    const other = await network.mqtt('other')
    const device = await network.connected()
    await device.subscribe('a/b', 1)
    other.publish('a/b', 'x', 1)
    await network.clock.settle()
    device.received()
    expect(await device.send(puback(1, RETURN_CODE.CONGESTION, 1))).toEqual([])
    await network.pass(10)
    expect(device.received()).toMatchObject([{ type: SN.PUBLISH, dup: true, messageId: 1 }])
  })

  it('are dropped if they do not fit into a datagram', async () => {
    const network = new SnNetworkFixture()
    const other = await network.mqtt('other')
    const device = await network.connected()
    await device.subscribe('tp', 1)
    other.publish('tp', 'x'.repeat(65_300), 1)
    other.publish('tp', 'x'.repeat(65_000), 0)
    await network.clock.settle()
    expect(device.received()).toMatchObject([{ type: SN.PUBLISH, qos: 0 }])
    expect(network.gateway.counts.dropped.undeliverable).toBe(1)
  })
})
