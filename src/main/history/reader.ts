import type Database from 'better-sqlite3'
import type { Scope } from '../../shared/contract/messages'
import { type Message, type MessageHead, type MessageProperties, type Qos } from '../../shared/message'
import { IN_SUBTREE, newestIds, oldestIds, subtreeOf, type Range } from './keys'
import { openForReading } from './schema'
import { PREVIEW_BYTES } from '../../shared/message'

/** Messages older than `before`, or newer than `after` (both exclusive message ids); all when neither is given. */
export interface PageQuery {
  scope: Scope
  before?: number
  after?: number
  limit: number
}

/** A message's head and the first bytes of its payload. */
export interface StoredRow extends MessageHead {
  start: Uint8Array
}

interface Row {
  id: number
  topic: string
  receivedAt: number
  direction: 0 | 1
  qos: Qos
  retain: 0 | 1
  dup: 0 | 1
  size: number
  properties: string | null
  payload: Buffer
}

const HEAD = `m.id, t.name AS topic, m.received_at AS receivedAt, m.direction, m.qos, m.retain, m.dup,
  length(m.payload) AS size, m.properties`

/** Reads one history file beside its writer. Methods throw SQLite's own errors. */
export class HistoryReader {
  private constructor(private readonly database: Database.Database) {}

  /** Throws NewerHistoryError, or SQLite's own errors, also when there is no such file. */
  static open(path: string): HistoryReader {
    return new HistoryReader(openForReading(path))
  }

  /**
   * Messages of a scope, newest first. With `after` alone they are those that follow it most closely; else the newest in
   * range. `more` says whether the range holds others beyond the limit.
   */
  page({ scope, before, after, limit }: PageQuery): { rows: StoredRow[]; more: boolean } {
    const range: Range = { above: after ?? 0, below: before ?? Number.MAX_SAFE_INTEGER }
    const read = this.database.prepare<[number], Row>(
      `SELECT ${HEAD}, substr(m.payload, 1, ${PREVIEW_BYTES}) AS payload
       FROM message m JOIN topic t ON t.id = m.topic_id WHERE m.id = ?`
    )
    return this.snapshot(() => {
      const upward = after !== undefined && before === undefined
      const ids = (upward ? oldestIds : newestIds)(this.database, scope, range, limit + 1)
      const kept = ids.slice(0, limit)
      if (upward) kept.reverse()
      const rows = kept.map((id) => {
        const row = read.get(id)!
        return { ...headOf(row), start: row.payload }
      })
      return { rows, more: ids.length > limit }
    })
  }

  /** One message whole, or null when there is none with that id. */
  get(id: number): Message | null {
    const row = this.database
      .prepare<[number], Row>(
        `SELECT ${HEAD}, m.payload FROM message m JOIN topic t ON t.id = m.topic_id WHERE m.id = ?`
      )
      .get(id)
    return row ? { ...headOf(row), payload: row.payload } : null
  }

  /** How many messages a scope holds, of either direction. */
  count({ topic, subtree }: Scope): number {
    if (topic === null) {
      return this.database.prepare('SELECT count(*) FROM message').pluck().get() as number
    }
    const ofTopics = 'SELECT count(*) FROM topic t CROSS JOIN message m ON m.topic_id = t.id WHERE'
    const counting = subtree
      ? this.database.prepare(`${ofTopics} ${IN_SUBTREE}`).bind(subtreeOf(topic))
      : this.database.prepare(`${ofTopics} t.name = ?`).bind(topic)
    return counting.pluck().get() as number
  }

  close(): void {
    this.database.close()
  }

  /** Runs several reads on one state of the file. */
  private snapshot<T>(read: () => T): T {
    return this.database.transaction(read)()
  }
}

function headOf(row: Row): MessageHead {
  const { id, topic, receivedAt, direction, qos, retain, dup, size, properties } = row
  return {
    id,
    topic,
    receivedAt,
    direction: direction === 0 ? 'in' : 'out',
    qos,
    retain: retain === 1,
    dup: dup === 1,
    size,
    properties: properties === null ? null : (JSON.parse(properties) as MessageProperties)
  }
}
