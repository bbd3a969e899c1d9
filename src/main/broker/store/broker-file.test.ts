import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { mountsDisks, smallDisk } from '../../history/disk.fixture'
import { temporaryFolder } from '../../history/fixture'
import { messages } from '../core/packet-client.fixture'
import { Place, subscribed } from './place.fixture'
import { NewerBrokerFileError } from './schema'
import { SqliteStore } from './sqlite-store'

const qos1 = { qos: 1 as const, messageId: 1 }

it('refuses a file that a newer Treetop wrote, and leaves it as it is', () => {
  const path = join(temporaryFolder(), 'broker.db')
  const newer = new Database(path)
  newer.pragma('user_version = 99')
  newer.close()
  expect(() => new SqliteStore(path)).toThrow(NewerBrokerFileError)
  const after = new Database(path)
  expect(after.pragma('user_version', { simple: true })).toBe(99)
  expect(after.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(0)
  after.close()
})

it.skipIf(!mountsDisks)('throws if the folder is read-only', () => {
  const disk = smallDisk('1m')
  disk.makeReadOnly()
  expect(() => new SqliteStore(join(disk.place, 'broker.db'))).toThrow(/unable to open/)
})

it.skipIf(!mountsDisks)(
  'goes on in memory when the disk is full: what was not kept is not acknowledged',
  async () => {
    const disk = smallDisk('1m')
    const place = new Place(join(disk.place, 'broker.db'))
    const { s, p } = await subscribed(place)
    const innocent = place.client()
    await innocent.connect('innocent', { clean: true, properties: {} })
    const answers = await p.publish('t', 'x'.repeat(2_000_000), qos1)
    expect(answers).toMatchObject([{ cmd: 'disconnect', reasonCode: 0x83 }])
    expect(p.raw.isOver).toBe(true)
    expect(place.failures.map(({ message }) => message)).toEqual(['database or disk is full'])
    expect(place.broker.refusals).toEqual([])
    // The others are served. The session lives on in memory.
    expect(innocent.raw.isOver).toBe(false)
    expect(messages(s.take())).toHaveLength(1)
    await s.vanish()
    expect(await innocent.publish('t', 'later', qos1)).toMatchObject([{ cmd: 'puback', reasonCode: 0 }])
    const again = place.client()
    expect(messages(await again.connect('s')).map(([, payload]) => payload.length)).toEqual([2_000_000, 5])
    expect(place.failures).toHaveLength(1)
  }
)

it.skipIf(!mountsDisks)('goes on with QoS 2 messages whose release was to be written', async () => {
  const place = new Place(join(smallDisk('1m').place, 'broker.db'))
  const { s, p } = await subscribed(place)
  await p.publish('t', 'x', { qos: 2, messageId: 1 })
  expect(messages(s.take())).toHaveLength(1)
  // Both come before the commit, which fails.
  s.raw.write('5002 0001')
  await p.publish('t', 'x'.repeat(2_000_000), { qos: 1, messageId: 2 })
  expect(place.failures).toHaveLength(1)
  expect(s.take().map(({ cmd }) => cmd)).toEqual(['pubrel', 'publish'])
})

it.skipIf(!mountsDisks)('lets go of the file when it fails', async () => {
  const disk = smallDisk('1m')
  const place = new Place(join(disk.place, 'broker.db'))
  const open = (): boolean =>
    readdirSync('/proc/self/fd').some((fd) => {
      const target = `/proc/self/fd/${fd}`
      return lstatSync(target, { throwIfNoEntry: false }) && readlinkSync(target) === place.path
    })
  const { p } = await subscribed(place)
  expect(open()).toBe(true)
  await p.publish('t', 'x'.repeat(2_000_000), qos1)
  expect(open()).toBe(false)
})
