import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { beforeEach, expect, it } from 'vitest'
import { temporaryFolder } from '../../history/fixture'
import { randomFrom } from '../../../shared/random'
import { Message } from '../codec/message'
import type { Delivery } from '../core/outgoing'
import { OutgoingTable } from './outgoing-table'
import { openBrokerFile } from './schema'

let database: Database.Database

beforeEach(() => {
  database = openBrokerFile(join(temporaryFolder(), 'broker.db'))
})

function deliveryOf(number: number, payload = `message ${number}`): Delivery {
  const isOdd = number % 2 === 1
  const properties = isOdd ? Buffer.of(3, 0, 1, 120) : Buffer.alloc(0)
  const expiry = number % 3 === 0 ? number : null
  const message = Message.of(`plant/größe/${number}`, Buffer.from(payload), { qos: 2, properties, expiry })
  message.receivedAt = 1_700_000_000_000 + number
  const identifiers = number % 5 === 0 ? [1, 268_435_455] : null
  return { number, message, qos: isOdd ? 1 : 2, retain: number % 4 === 0, identifiers, dup: false, sentAt: 0 }
}

function described({ number, message, qos, retain, identifiers }: Delivery): unknown {
  const { topic, payload, properties, expiry, receivedAt } = message ?? {}
  return {
    ...{ number, qos, retain, identifiers, topic, expiry, receivedAt },
    payload: payload?.toString(),
    properties: properties?.toString('hex')
  }
}

/** What a broker that starts on the file gets, by session. */
function loaded(): Record<string, unknown[]> {
  const found: Record<string, unknown[]> = {}
  new OutgoingTable(database).load((session, delivery) => (found[session] ??= []).push(described(delivery)))
  return found
}

it('keeps what a plain map keeps, while messages come, are received, are done, and sessions end', () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = randomFrom(seed)
  let table = new OutgoingTable(database)
  table.load(() => undefined)
  const model = new Map<number, Map<number, Delivery>>([1, 2, 3].map((session) => [session, new Map()]))
  const nextNumbers = [0, 0, 0, 0]
  for (let round = 0; round < 300; round++) {
    for (let step = random(40); step > 0; step--) {
      const session = 1 + random(3)
      const kept = model.get(session)!
      const numbers = [...kept.keys()]
      const number = numbers[random(numbers.length)]
      const kind = random(20)
      if (kind < 11) {
        // Now and then the numbers of a session have a gap, because QoS 1 and 2 messages were not for the store.
        if (random(30) === 0) nextNumbers[session]! += 5
        const delivery = deliveryOf(nextNumbers[session]!++)
        kept.set(delivery.number, delivery)
        table.add(session, delivery)
      } else if (number === undefined) continue
      else if (kind < 17) {
        kept.delete(number)
        table.remove(session, number)
        // A second time, or one that is not there, changes nothing.
        if (random(4) === 0) table.remove(session, number + random(2) * 1_000)
      } else if (kind < 19) {
        const delivery = kept.get(number)!
        kept.set(number, { ...delivery, message: null })
        table.release(session, number)
      } else if (random(10) === 0) {
        kept.clear()
        table.forget(session)
      }
    }
    table.write()
    const expected: Record<string, unknown[]> = {}
    for (const [session, kept] of model)
      if (kept.size > 0) expected[session] = [...kept.values()].map(described)
    expect(loaded(), `seed ${seed}, round ${round}`).toEqual(expected)
    if (random(5) > 0) continue
    table = new OutgoingTable(database)
    table.load(() => undefined)
  }
})

it('leaves nothing in the file when all is done', () => {
  const table = new OutgoingTable(database)
  for (const number of [0, 1, 2]) table.add(1, deliveryOf(number))
  table.write()
  table.remove(1, 1)
  table.write()
  expect(loaded()[1]).toHaveLength(2)
  table.remove(1, 0)
  table.remove(1, 2)
  // Done before it was ever written.
  table.add(1, deliveryOf(3))
  table.remove(1, 3)
  table.write()
  for (const name of ['outgoing', 'progress'])
    expect(database.prepare(`SELECT count(*) FROM ${name}`).pluck().get()).toBe(0)
})

it('begins a new row behind a megabyte', () => {
  const table = new OutgoingTable(database)
  for (const number of [0, 1, 2, 3]) table.add(9, deliveryOf(number, 'x'.repeat(600_000)))
  table.write()
  expect(database.prepare('SELECT first FROM outgoing').pluck().all()).toEqual([0, 2])
  expect(loaded()[9]).toHaveLength(4)
})
