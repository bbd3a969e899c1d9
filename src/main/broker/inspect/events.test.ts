import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { ClientEvent } from '../../../shared/contract/broker-clients'
import { Refusal } from '../codec/refusal'
import { HandClock } from '../core/hand-clock.fixture'
import { temporaryFolder } from '../../history/fixture'
import { EventFile } from '../store/event-file'
import { EventLog } from './event-log'
import { Fights } from './fights'
import { Inspected } from './fixture'

const eventsOf = (place: Inspected, clientId: string | null): Promise<ClientEvent[]> =>
  place.call('clients.events', { clientId, before: null, limit: 100 })

it('keeps why each connection ended, over a restart', async () => {
  const place = new Inspected(true)
  const said = place.client('10.0.0.1:1')
  await said.connect('c', { username: 'ann', keepalive: 10 })
  await said.ask({ cmd: 'disconnect', reasonCode: 4 })
  const gone = place.client('10.0.0.2:1')
  await gone.connect('c', { keepalive: 10 })
  await gone.vanish()
  await place.client('10.0.0.3:1').connect('c', { keepalive: 10 })
  // The sweep comes once a second.
  await place.clock.jump(16_000)
  await place.client('10.0.0.4:1').connect('c')
  await place.client('10.0.0.5:1').connect('c', { clean: true })
  await place.call('clients.get', { clientId: 'c' })
  place.broker.kick('c')
  const wrong = place.client('10.0.0.6:1')
  await wrong.connect('c')
  wrong.raw.write('00 00')
  await place.clock.settle()
  await place.client('10.0.0.7:1').connect('c')
  await place.restart()
  const events = await eventsOf(place, 'c')
  const told = events.map((each) =>
    each.kind === 'connected'
      ? `${each.session} from ${each.address}`
      : each.kind === 'disconnected'
        ? `${each.cause} ${each.code}${each.other ? ` by ${each.other}` : ''}`
        : each.kind
  )
  expect(told.reverse()).toEqual([
    'new from 10.0.0.1:1',
    'client 4',
    'resumed from 10.0.0.2:1',
    'network null',
    'resumed from 10.0.0.3:1',
    `keepAlive ${0x8d}`,
    'resumed from 10.0.0.4:1',
    `takenOver ${0x8e} by 10.0.0.5:1`,
    'cleaned from 10.0.0.5:1',
    `kicked ${0x98}`,
    'resumed from 10.0.0.6:1',
    `error ${0x82}`,
    'resumed from 10.0.0.7:1',
    `shutdown ${0x8b}`
  ])
  expect(events.at(-1)).toMatchObject({ version: 5, username: 'ann', keepAlive: 10, listener: null })
  const after = await place.call('clients.events', { clientId: 'c', before: events[3]!.id, limit: 2 })
  expect(after).toEqual(events.slice(4, 6))
})

it('keeps refusals with their reason, and the end of a session', async () => {
  const place = new Inspected()
  place.broker.hooks.add({
    connect: ({ username }) => (username === 'eve' ? new Refusal('Not you.', 0x87) : null)
  })
  await place.client('10.0.0.9:1').connect('c', { username: 'eve' })
  const client = place.client('10.0.0.9:2')
  await client.connect('c', { properties: { sessionExpiryInterval: 5 } })
  await client.vanish()
  await place.clock.jump(6_000)
  expect((await eventsOf(place, 'c')).reverse()).toMatchObject([
    { kind: 'refused', address: '10.0.0.9:1', code: 0x87, reason: 'Not you.' },
    { kind: 'connected', session: 'new' },
    { kind: 'disconnected', cause: 'network' },
    { kind: 'expired', clientId: 'c' }
  ])
  expect(await eventsOf(place, 'other')).toEqual([])
  expect(await eventsOf(place, null)).toHaveLength(4)
})

it('finds two clients that fight over an id, until they stop for a minute', async () => {
  const place = new Inspected()
  const hosts = ['10.0.0.1', '10.0.0.2']
  const takeTurns = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      await place.client(`${hosts[i % 2]}:${1_000 + i}`).connect('esp32')
      await place.clock.jump(2_000)
    }
  }
  await takeTurns(3)
  expect((await place.call('overview.get')).fights).toEqual([])
  await place.client('10.0.0.2:1999').connect('esp32')
  const [fight] = (await place.call('overview.get')).fights
  expect(fight).toEqual({ clientId: 'esp32', addresses: hosts, takeovers: 3, lastAt: place.clock.now() })
  expect(await place.call('clients.get', { clientId: 'esp32' })).toMatchObject({
    fight,
    row: { fighting: true }
  })
  await takeTurns(2)
  const told = (await eventsOf(place, 'esp32')).filter(({ kind }) => kind === 'fight')
  expect(told).toMatchObject([{ addresses: hosts }])
  await place.clock.jump(60_000)
  expect((await place.call('overview.get')).fights).toEqual([])
})

it('takes no fight for a client that returns from a third address, or slowly', async () => {
  const place = new Inspected()
  for (const address of ['a:1', 'b:1', 'c:1', 'a:2', 'b:2']) await place.client(address).connect('roams')
  for (const address of ['a:1', 'b:1', 'a:2', 'b:2', 'a:3']) {
    await place.client(address).connect('slow')
    await place.clock.jump(40_000)
  }
  expect((await place.call('overview.get')).fights).toEqual([])
})

it('takes no fight for takeovers among three addresses that do not follow each other', () => {
  const fights = new Fights()
  const takeovers = [
    ['a', 'b'],
    ['c', 'a'],
    ['a', 'c']
  ] as const
  for (const [at, [from, to]] of takeovers.entries())
    expect(fights.takenOver('c', `${from}:1`, `${to}:1`, at)).toBeNull()
})

it('keeps the newest events of each client, and lets no client push out those of another', () => {
  const file = new EventFile(join(temporaryFolder(), 'events.db'))
  const of = (clientId: string, at: number) => ({ clientId, at, details: { kind: 'expired' as const } })
  file.add([of('quiet', 1)])
  file.add(Array.from({ length: 500 }, (_, i) => of('loud', i + 2)))
  expect(file.read('loud', null, 1_000).map(({ at }) => at)).toEqual(
    Array.from({ length: 200 }, (_, i) => 501 - i)
  )
  expect(file.read('quiet', null, 10)).toHaveLength(1)
  file.close()
})

it('writes events a little later, and in memory if the file cannot be used', async () => {
  const clock = new HandClock()
  const path = join(temporaryFolder(), 'events.db')
  writeFileSync(
    path,
    'This is no database, and long enough for SQLite to see that it is none of its own.'.repeat(20)
  )
  const log = new EventLog(clock, path)
  expect(log.fault).toContain('not a database')
  log.hooks().expired!('c')
  expect(clock.pending).toBe(1)
  await clock.jump(1_000)
  expect(clock.pending).toBe(0)
  expect(log.read('c', null, 10)).toMatchObject([{ kind: 'expired', at: clock.now() - 1_000 }])
  log.close()
})
