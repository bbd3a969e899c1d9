import type Database from 'better-sqlite3'
import { openForReading } from './schema'

/** Number of messages per topic in a range of ids, both directions. */
type Counts = Map<number, number>

/** How topics changed between two moments. Names are looked up by id, only for the topics that are listed. */
export interface Between {
  /** Topics whose first message came in between. */
  appeared: Counts
  /** Topics with messages before and in between. */
  changed: Counts
  /** Topics with no messages in between but some in the preceding period of equal length; the number is theirs. */
  silent: Counts
}

/** Compares topics between two moments (message ids, the first exclusive, the last inclusive). Yields after each part. */
export function* between(path: string, from: number, to: number): Generator<number, Between> {
  const database = openForReading(path)
  try {
    const inside = yield* counts(database, from, to, 0)
    const before = yield* counts(database, from - (to - from), from, 0.5)
    const firstId = firstIds(database)
    const appeared: Counts = new Map()
    const changed: Counts = new Map()
    for (const [topic, messages] of inside) {
      const isNew = !before.has(topic) && firstId(topic, from) === null
      ;(isNew ? appeared : changed).set(topic, messages)
    }
    const silent: Counts = new Map([...before].filter(([topic]) => !inside.has(topic)))
    return { appeared, changed, silent }
  } finally {
    database.close()
  }
}

/** Names of the topics by id. */
export function namesOf(path: string, topics: readonly number[]): Map<number, string> {
  const database = openForReading(path)
  try {
    const name = database.prepare<[number], string>('SELECT name FROM topic WHERE id = ?').pluck()
    return new Map(
      topics.flatMap((topic) => {
        const found = name.get(topic)
        return found === undefined ? [] : [[topic, found] as const]
      })
    )
  } finally {
    database.close()
  }
}

function* counts(
  database: Database.Database,
  above: number,
  to: number,
  share: number
): Generator<number, Counts> {
  const found: Counts = new Map()
  const add = (topic: number, messages: number): void => {
    if (messages > 0) found.set(topic, (found.get(topic) ?? 0) + messages)
  }
  const segments = database
    .prepare<[number, number], { id: number; last: number }>(
      'SELECT id, last_id AS last FROM segment WHERE last_id > ? AND id <= ? ORDER BY id'
    )
    .all(above, to)
  const postings = database
    .prepare<[number], [number, Buffer]>('SELECT topic_id, ids FROM posting WHERE segment = ?')
    .raw()
  for (const [index, { id, last }] of segments.entries()) {
    const whole = id > above && last <= to
    for (const [topic, ids] of postings.iterate(id)) {
      let messages = ids.length / 2
      if (!whole) {
        messages = 0
        for (let place = 0; place < ids.length; place += 2) {
          const message = id + ids.readUInt16LE(place)
          if (message > above && message <= to) messages++
        }
      }
      add(topic, messages)
    }
    yield share + (0.5 * (index + 1)) / segments.length
  }
  const indexed = database.prepare('SELECT coalesce(max(last_id), 0) FROM segment').pluck().get() as number
  const beyond = database
    .prepare<[number, number], [number, number]>(
      'SELECT topic_id, count(*) FROM message WHERE id > ? AND id <= ? GROUP BY topic_id'
    )
    .raw()
  for (const [topic, messages] of beyond.iterate(Math.max(above, indexed), to)) add(topic, messages)
  return found
}

/** Returns a lookup that checks whether a topic had a message up to an id: the id of one such message, or null. */
function firstIds(database: Database.Database): (topic: number, upTo: number) => number | null {
  const indexed = database.prepare('SELECT coalesce(max(last_id), 0) FROM segment').pluck().get() as number
  const beyond = database
    .prepare<[number, number, number], number | null>(
      'SELECT max(id) FROM message WHERE id > ? AND id <= ? AND +topic_id = ?'
    )
    .pluck()
  const segments = database.prepare<[], number>('SELECT id FROM segment ORDER BY id').pluck().all()
  const posting = database
    .prepare<[number, number], Buffer>('SELECT ids FROM posting WHERE segment = ? AND topic_id = ?')
    .pluck()
  return (topic, upTo) => {
    for (const segment of segments) {
      if (segment > upTo) break
      const ids = posting.get(segment, topic)
      if (ids && segment + ids.readUInt16LE(0) <= upTo) return segment + ids.readUInt16LE(0)
    }
    return upTo > indexed ? (beyond.get(indexed, upTo, topic) ?? null) : null
  }
}
