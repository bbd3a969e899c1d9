import { expect, it } from 'vitest'
import { Broker } from './broker'
import { HandClock } from './hand-clock.fixture'
import type { CloseCause, Watchable } from './hooks'
import { PacketClient } from './packet-client.fixture'

const clock = new HandClock()

/** A broker that tells how connections begin and end. */
function watched(limits = {}): {
  broker: Broker
  told: unknown[]
  client: (address: string) => PacketClient
} {
  const broker = new Broker({ clock, limits })
  const told: unknown[] = []
  broker.hooks.add({
    connected: ({ address }, { version }, keepAlive, session) =>
      told.push(['connected', address, version, keepAlive, session]),
    closed: ({ address }, cause, isAccepted) => told.push([...described(cause), address, isAccepted]),
    expired: (clientId) => told.push(['expired', clientId])
  })
  return { broker, told, client: (address) => new PacketClient(broker, clock, address) }
}

function described(cause: CloseCause): unknown[] {
  if (cause.by === 'network') return ['network']
  return cause.by === 'client'
    ? ['client', cause.reasonCode]
    : ['broker', cause.reasonCode, cause.reason.slice(0, 10), cause.other?.address ?? null]
}

it('tells how connections begin and why they end, also those that never were accepted', async () => {
  const { told, client } = watched({ connectTimeout: 5_000 })
  await client('a').connect('c', { keepalive: 0 })
  const b = client('b')
  await b.connect('c', { clean: true, keepalive: 10, properties: { sessionExpiryInterval: 20 } })
  await b.ask({ cmd: 'disconnect', reasonCode: 4 })
  const d = client('d')
  await d.connect('c', { properties: { sessionExpiryInterval: 20 } })
  await d.vanish()
  client('silent')
  const stranger = client('stranger')
  stranger.raw.write('30 00')
  await clock.settle()
  await clock.jump(6_000)
  await clock.jump(20_000)
  expect(told).toEqual([
    ['connected', 'a', 5, 60, 'new'],
    ['broker', 0x8e, 'Another cl', 'b', 'a', true],
    ['connected', 'b', 5, 10, 'cleaned'],
    ['client', 4, 'b', true],
    ['connected', 'd', 5, 60, 'resumed'],
    ['network', 'd', true],
    ['broker', 0x82, 'The first ', null, 'stranger', false],
    ['broker', 0xa0, 'The client', null, 'silent', false],
    ['expired', 'c']
  ])
})

it('shows each packet of a watched connection once and whole, until the watch ends', async () => {
  const { broker, client } = watched()
  const packets: string[] = []
  let stop = (): void => undefined
  const remove = broker.hooks.add({
    arrived: (connection: Watchable, { clientId }) => {
      if (clientId !== 'seen') return
      stop = connection.watch({
        received: (bytes) => packets.push(`> ${bytes[0]! >> 4} ${bytes.length}`),
        sent: (bytes) => packets.push(`< ${bytes[0]! >> 4} ${bytes.length}`)
      })
    }
  })
  const seen = client('s')
  await seen.connect('seen')
  await client('o').connect('other')
  await seen.ask({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 't', qos: 0 }] })
  await seen.publish('t', 'short')
  await seen.publish('t', '\0'.repeat(9_000))
  expect(packets.slice(2)).toEqual([
    '> 8 9',
    '< 9 6',
    '> 3 11',
    '< 3 11',
    '> 3 9007',
    // A long payload is not copied, so it is shown by itself.
    '< 3 7',
    '< 0 9000'
  ])
  expect(packets.slice(0, 2)).toEqual([expect.stringMatching(/^> 1 /), expect.stringMatching(/^< 2 /)])
  stop()
  remove()
  await seen.publish('t', 'unseen')
  expect(packets).toHaveLength(9)
  expect(broker.client('seen')!.connection.output.isWatched).toBe(false)
})

it('counts what is on its way to all clients, whatever becomes of it', async () => {
  const { broker, client } = watched({ queueMessages: 3 })
  const total = (): number[] => [broker.backlog.waiting, broker.backlog.waitingBytes, broker.backlog.inFlight]
  const summed = (): number[] => {
    const sum = [0, 0, 0]
    for (const { queue } of broker.sessions.all()) {
      sum[0]! += queue?.waitingCount ?? 0
      sum[1]! += queue?.waitingBytes ?? 0
      sum[2]! += queue?.inFlightCount ?? 0
    }
    return sum
  }
  const p = client('p')
  await p.connect('p')
  for (let round = 0; round < 60; round++) {
    const id = `c${round % 7}`
    const each = client(id)
    const properties = { sessionExpiryInterval: round % 3 === 0 ? 0 : 100, receiveMaximum: 1 + (round % 2) }
    await each.connect(id, { clean: round % 5 === 0, properties })
    await each.ask({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 2 }] })
    for (let i = 1; i <= 3; i++)
      await p.publish('t', 'x'.repeat(i), { qos: (1 + (i % 2)) as 1 | 2, messageId: i })
    for (const packet of each.take())
      if (packet.cmd === 'publish' && round % 2 === 0)
        await each.acknowledge(packet.qos === 1 ? 'puback' : 'pubrec', packet.messageId!)
    if (round % 4 === 0) await each.vanish()
    if (round % 11 === 0) broker.sessions.find(id)?.discard(null)
    expect(total()).toEqual(summed())
  }
  expect(total()[0]).toBeGreaterThan(0)
  for (let i = 0; i < 7; i++) broker.kick(`c${i}`)
  await clock.jump(101_000)
  expect(total()).toEqual([0, 0, 0])
})

it('does not count what comes for a session that ended meanwhile', async () => {
  const { broker, client } = watched()
  const c = client('c')
  await c.connect('c', { properties: {} })
  await c.ask({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 't', qos: 1 }] })
  broker.hooks.add({ deliver: (id) => broker.kick(id) })
  const p = client('p')
  await p.connect('p')
  await p.publish('t', 'x', { qos: 1, messageId: 1 })
  expect([broker.backlog.waiting, broker.backlog.inFlight]).toEqual([0, 0])
})
