import type Database from 'better-sqlite3'
import type { Scope } from '../../shared/contract/messages'
import { type Message, type MessageHead, type MessageProperties, type Qos } from '../../shared/message'
import { countOf, idsOf, type Range } from './keys'
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

export interface Row {
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

export const HEAD = `m.id, t.name AS topic, m.received_at AS receivedAt, m.direction, m.qos, m.retain, m.dup,
  length(m.payload) AS size, m.properties`

/** Reads one history file while its writer is running. Methods throw SQLite's own errors. */
export class HistoryReader {
  private constructor(private readonly database: Database.Database) {}

  /** Throws NewerHistoryError, or SQLite's own errors, also when there is no such file. */
  static open(path: string): HistoryReader {
    return new HistoryReader(openForReading(path))
  }

  /**
   * Messages of a scope, newest first. With `after` alone, the page holds the messages directly after it; otherwise the newest in
   * the range. `more` says whether the range has more than `limit` messages.
   */
  page({ scope, before, after, limit }: PageQuery): { rows: StoredRow[]; more: boolean } {
    const range: Range = { above: after ?? 0, below: before ?? Number.MAX_SAFE_INTEGER }
    const read = this.database.prepare<[number], Row>(
      `SELECT ${HEAD}, coalesce(substr(m.payload, 1, ${PREVIEW_BYTES}), x'') AS payload
       FROM message m JOIN topic t ON t.id = m.topic_id WHERE m.id = ?`
    )
    return this.snapshot(() => {
      const upward = after !== undefined && before === undefined
      const rows: StoredRow[] = []
      let more = false
      for (const id of idsOf(this.database, upward ? 'up' : 'down', scope, range)) {
        const row = read.get(id)
        if (!row) continue
        more = rows.length === limit
        if (more) break
        rows.push({ ...headOf(row), start: row.payload })
      }
      if (upward) rows.reverse()
      return { rows, more }
    })
  }

  /** The complete message with an id, or null. */
  get(id: number): Message | null {
    const row = this.database
      .prepare<[number], Row>(
        `SELECT ${HEAD}, m.payload FROM message m JOIN topic t ON t.id = m.topic_id WHERE m.id = ?`
      )
      .get(id)
    return row ? { ...headOf(row), payload: row.payload } : null
  }

  /** Bytes of a message's payload; 0 when there is none with that id. */
  payloadBytes(id: number): number {
    const bytes = this.database.prepare('SELECT length(payload) FROM message WHERE id = ?').pluck().get(id)
    return (bytes as number | undefined) ?? 0
  }

  /** The id of the message before one on its topic, of the same direction; 0 when there is none among the last thousand. */
  previous({ id, topic, direction }: Pick<MessageHead, 'id' | 'topic' | 'direction'>): number {
    const { rows } = this.page({ scope: { topic, subtree: false }, before: id, limit: 1 })
    if (rows.length === 0 || rows[0]!.direction === direction) return rows[0]?.id ?? 0
    const more = this.page({ scope: { topic, subtree: false }, before: id, limit: 1_000 })
    return more.rows.find((row) => row.direction === direction)?.id ?? 0
  }

  /** Ids of a scope's messages before an id, newest first; some may have been deleted. */
  ids(scope: Scope, before: number, limit: number): number[] {
    return this.snapshot(() => {
      const ids: number[] = []
      for (const id of idsOf(this.database, 'down', scope, { above: 0, below: before })) {
        ids.push(id)
        if (ids.length === limit) break
      }
      return ids
    })
  }

  /** How many messages a scope holds, of either direction. */
  count(scope: Scope): number {
    return this.snapshot(() => countOf(this.database, scope))
  }

  close(): void {
    this.database.close()
  }

  /** Runs several reads on one state of the file. */
  private snapshot<T>(read: () => T): T {
    return this.database.transaction(read)()
  }
}

export function headOf(row: Row): MessageHead {
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
