import { openForReading } from './schema'
import type { ScannedRow, ScanStep } from './scan'
import { firstIdFrom } from './times'

/** Which state of the topics is read. */
export interface StateQuery {
  matches: (topic: string) => boolean
  /** `retained`: the message that the broker retained, as far as its flag tells; `last`: the newest one. */
  state: 'retained' | 'last'
  /** The moment, in µs since 1970 UTC. */
  before: number
  /** Whether messages that Treetop published count. */
  published: boolean
}

/** A step walks this many messages, or reads this many whole ones or payload bytes (plus one message). */
const STEP_ROWS = 5_000
const STEP_MESSAGES = 500
const STEP_BYTES = 1_048_576

/**
 * The message of each topic at a moment, in order of arrival. An empty retained message means that there was none [MQTT-3.3.1-10]. Walks
 * back to the beginning in short steps, because messages of silent topics may be there.
 */
export function* stateBefore(
  path: string,
  { matches, state, before, published }: StateQuery
): Generator<ScanStep> {
  const database = openForReading(path)
  try {
    const end = firstIdFrom(database, before)
    const heads = database
      .prepare<[number], [number, number, number, number, number]>(
        `SELECT id, topic_id, direction, retain, length(payload) FROM message WHERE id < ? ORDER BY id DESC LIMIT ${STEP_ROWS}`
      )
      .raw()
    const name = database.prepare<[number], string>('SELECT name FROM topic WHERE id = ?').pluck()
    const decided = new Set<number>()
    const found: number[] = []
    for (let below = end; ;) {
      const rows = heads.all(below)
      for (const [id, topic, direction, retain, size] of rows) {
        below = id
        if ((direction === 1 && !published) || (retain === 0 && state === 'retained')) continue
        if (decided.has(topic)) continue
        decided.add(topic)
        if (size > 0 && matches(name.get(topic) ?? '')) found.push(id)
      }
      yield { rows: [], share: 0 }
      if (rows.length < STEP_ROWS) break
    }
    const message = database
      .prepare<[number], ScannedRow>(
        `SELECT id, topic_id, received_at, direction, qos, retain, dup, payload, properties FROM message WHERE id = ?`
      )
      .raw()
    let rows: ScannedRow[] = []
    let bytes = 0
    for (const id of found.reverse()) {
      const row = message.get(id)
      if (!row) continue
      rows.push(row)
      bytes += row[7].length
      if (bytes < STEP_BYTES && rows.length < STEP_MESSAGES) continue
      yield { rows, share: 0 }
      rows = []
      bytes = 0
    }
    yield { rows, share: 0 }
  } finally {
    database.close()
  }
}
