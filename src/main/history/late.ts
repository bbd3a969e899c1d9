import type Database from 'better-sqlite3'
import type { Clearing } from './clear'
import type { TopicEntry } from './topics'

/** The fields of a message that totals and segments need. */
interface LateRow {
  id: number
  topicId: number
  sequence: number
  receivedAt: number
  direction: 0 | 1
  retain: 0 | 1
  /** Payload bytes. */
  size: number
}

/** Messages read at once. */
const ROWS = 20_000

/** The messages after an id, in order of arrival, some at a time. */
export function* messagesAfter(database: Database.Database, after: number): Generator<LateRow[]> {
  const read = database.prepare<[number, number], LateRow>(
    `SELECT id, topic_id AS topicId, topic_seq AS sequence, received_at AS receivedAt, direction, retain, length(payload) AS size
     FROM message WHERE id > ? ORDER BY id LIMIT ?`
  )
  for (let last = after; ;) {
    const rows = read.all(last, ROWS)
    if (rows.length === 0) return
    yield rows
    last = rows[rows.length - 1]!.id
  }
}

/** Counts a message in its topic. Returns false when the topic's row already includes it. */
export function countLate(
  entry: TopicEntry,
  { id, sequence, receivedAt, direction, retain, size }: LateRow,
  clearing: Clearing
): boolean {
  if (sequence <= entry.sequence) return false
  entry.sequence = sequence
  if (clearing.covers(entry.name, id)) return true
  entry.newestId = id
  if (direction === 0) {
    entry.messages++
    entry.lastId = id
    if (retain === 1) entry.retainedAt = size > 0 ? Math.floor(receivedAt / 1e6) : 0
  }
  return true
}
