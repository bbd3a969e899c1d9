import { expect, it } from 'vitest'
import { FaultSpec } from '../../../shared/contract/faults'
import { everyPacket, type PacketRow } from '../../../shared/contract/packets'
import { Faults } from '../faults/faults'
import { Inspected } from './fixture'

const qos1 = { qos: 1 as const, messageId: 1 }

async function rowsOf(place: Inspected, clientId: string): Promise<PacketRow[]> {
  const window = { clientId, filter: everyPacket, first: 0, count: 1_000, until: null }
  return (await place.call('traces.window', window)).rows
}

const told = (rows: PacketRow[]): string[] =>
  rows.map(({ direction, type, subject }) =>
    `${direction === 'out' ? '>' : '<'} ${type} ${subject ?? ''}`.trim()
  )

it('records a client’s packets from before it connects, both ways, over connections, without its password', async () => {
  const place = new Inspected()
  await place.call('traces.start', { clientId: 'dev' })
  await place.client().connect('other')
  const first = place.client()
  await first.connect('dev', { username: 'ann', password: Buffer.from('s3cret') })
  await first.ask({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 1 }] })
  await first.publish('a', 'x'.repeat(20_000), qos1)
  await place.client().connect('dev')
  const rows = await rowsOf(place, 'dev')
  expect(told(rows)).toEqual([
    '> CONNECT dev',
    '< CONNACK',
    '> SUBSCRIBE a',
    '< SUBACK',
    '> PUBLISH a',
    '< PUBLISH a',
    '< PUBACK',
    '> CONNECT dev',
    '< DISCONNECT',
    '< CONNACK',
    '< PUBLISH a'
  ])
  const connect = await place.call('traces.get', { clientId: 'dev', number: 1 })
  expect(Buffer.from(connect!.bytes).toString('latin1')).toContain('******')
  expect(Buffer.from(connect!.bytes).toString('latin1')).not.toContain('s3cret')
  const sent = await place.call('traces.get', { clientId: 'dev', number: rows[5]!.number })
  expect(sent).toMatchObject({ row: { size: 20_010 }, waitingFor: 'PUBACK' })
  expect(sent!.bytes).toHaveLength(20_010)
  expect(await place.call('traces.list')).toMatchObject([{ clientId: 'dev', packets: 11 }])
  const file = await place.call('traces.export', { clientId: 'dev', filter: everyPacket, format: 'pcapng' })
  expect(file.packets).toBe(11)
  expect(Buffer.from(file.bytes).toString('latin1')).toContain('Treetop: dev')
})

it('records a client that is refused, and packets that cannot be read', async () => {
  const place = new Inspected()
  await place.call('traces.start', { clientId: 'dev' })
  const wrong = place.client()
  await wrong.connect('dev')
  wrong.raw.write('66 00')
  await place.clock.settle()
  await place.client().connect('dev', { properties: { authenticationMethod: 'unknown' } })
  const rows = await rowsOf(place, 'dev')
  expect(told(rows)).toEqual([
    '> CONNECT dev',
    '< CONNACK',
    '> PUBREL',
    '< DISCONNECT',
    '> CONNECT dev',
    '< CONNACK'
  ])
  expect(rows.at(-1)).toMatchObject({ failed: true, codeName: 'Bad authentication method' })
})

it('records a client that is connected already, until it ends, and then costs nothing', async () => {
  const place = new Inspected()
  const client = place.client()
  await client.connect('dev')
  await place.call('traces.start', { clientId: 'dev' })
  await client.publish('t', 'x', qos1)
  expect(told(await rowsOf(place, 'dev'))).toEqual(['> PUBLISH t', '< PUBACK'])
  const { output } = place.broker.client('dev')!.connection
  expect([output.isWatched, place.broker.hooks.arrived !== undefined]).toEqual([true, true])
  await place.call('traces.stop', { clientId: 'dev' })
  expect([output.isWatched, place.broker.hooks.arrived !== undefined]).toEqual([false, false])
  await expect(rowsOf(place, 'dev')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await place.call('traces.list')).toEqual([])
})

it('ends the oldest trace when there are twenty', async () => {
  const place = new Inspected()
  for (let i = 0; i <= 20; i++) await place.call('traces.start', { clientId: `c${i}` })
  const ids = (await place.call('traces.list')).map(({ clientId }) => clientId)
  expect([ids.length, ids[0], ids.at(-1)]).toEqual([20, 'c1', 'c20'])
})

it('tells which packets a fault struck: a lost one is in the trace, a withheld one is not', async () => {
  const place = new Inspected()
  const faults = new Faults(
    place.broker,
    place.clock,
    () => [],
    () => undefined
  )
  const add = (spec: object): unknown => faults.add(FaultSpec.parse({ seconds: 60, times: 1, ...spec }))
  await place.call('traces.start', { clientId: 'dev' })
  const client = place.client()
  await client.connect('dev')
  add({ kind: 'loss', packets: 'publish' })
  await client.publish('a', 'lost')
  add({ kind: 'withhold', packets: ['PUBACK'] })
  await client.publish('b', 'kept', qos1)
  const rows = await rowsOf(place, 'dev')
  const struck = await place.call('traces.struck', { clientId: 'dev' })
  expect(struck).toMatchObject([
    { fault: 'loss', direction: 'out', type: 'PUBLISH', packetId: null },
    { fault: 'withhold', direction: 'in', type: 'PUBACK', packetId: 1 }
  ])
  expect(rows.find(({ number }) => number === struck[0]!.number)).toMatchObject({ subject: 'a' })
  expect(told(rows)).not.toContain('< PUBACK')
  faults.stop()
})
