import type Database from 'better-sqlite3'
import { compileFilter } from '../../shared/topic'
import { openForReading } from './schema'
import { edgeId, firstIdFrom } from './times'

/** Which messages of a history are meant. */
export interface Selection {
  /** Topic filter; null for everything. */
  filter: string | null
  /** Received at or after, and before: µs since 1970 UTC; null leaves the end open. */
  from: number | null
  to: number | null
}

/** A message as SQLite gives it: id, topic id, received at (µs), direction (1 out), QoS, retain, dup, payload, properties. */
export type ScannedRow = [
  id: number,
  topicId: number,
  receivedAt: number,
  direction: number,
  qos: number,
  retain: number,
  dup: number,
  payload: Buffer,
  properties: string | null
]

/** Some messages, and the share of the range that has been read with them, 0 to 1. */
export interface ScanStep {
  rows: ScannedRow[]
  share: number
}

/** A step reads at most this many ids, rows and payload bytes (and one row more): a few ms. */
const STEP_IDS = 4_096
const STEP_ROWS = 1_000
const STEP_BYTES = 1_048_576
const STEP_TOPICS = 5_000

const COLUMNS = 'id, topic_id, received_at, direction, qos, retain, dup, payload, properties'

/**
 * Reads the messages of a selection in order of arrival, on a connection of its own. Each step is a read transaction of a
 * few ms, however long the caller waits between them: one that stayed open would keep the writer's log growing. Messages
 * recorded after the start are left out.
 */
export class HistoryScan {
  private readonly nameOf

  private constructor(
    private readonly database: Database.Database,
    private readonly selection: Selection
  ) {
    this.nameOf = database.prepare<[number], string>('SELECT name FROM topic WHERE id = ?').pluck()
  }

  /** Throws NewerHistoryError, or SQLite's own errors, also when there is no such file. */
  static open(path: string, selection: Selection): HistoryScan {
    return new HistoryScan(openForReading(path), selection)
  }

  topicName(topicId: number): string {
    return this.nameOf.get(topicId) as string
  }

  *steps(): Generator<ScanStep> {
    const { filter, from, to } = this.selection
    const first = from === null ? edgeId(this.database, 'min') : firstIdFrom(this.database, from)
    const last = to === null ? edgeId(this.database, 'max') : firstIdFrom(this.database, to) - 1
    let only: number | null = null
    if (filter !== null) {
      yield* this.selectTopics(filter)
      const selected = this.database.prepare('SELECT id FROM temp.selected LIMIT 2').pluck().all() as number[]
      if (selected.length === 0) return
      if (selected.length === 1) only = selected[0]!
    }
    // One topic is read by its index, several by walking all messages.
    const read = this.database
      .prepare<unknown[], ScannedRow>(
        `SELECT ${COLUMNS} FROM message WHERE id >= ? AND id <= ?
         ${filter === null ? '' : only === null ? 'AND +topic_id IN temp.selected' : `AND topic_id = ${only}`} ORDER BY id`
      )
      .raw()
    let next = first
    while (next <= last) {
      const start = next
      const reach = only === null ? Math.min(start + STEP_IDS - 1, last) : last
      const rows: ScannedRow[] = []
      let bytes = 0
      next = reach + 1
      for (const row of read.iterate(start, reach)) {
        rows.push(row)
        bytes += row[7].length
        if (rows.length < STEP_ROWS && bytes < STEP_BYTES) continue
        next = row[0] + 1
        break
      }
      yield { rows, share: (next - first) / (last + 1 - first) }
    }
  }

  close(): void {
    this.database.close()
  }

  /** Notes the topics that match a filter, some at a time. */
  private *selectTopics(filter: string): Generator<ScanStep> {
    this.database.exec('CREATE TEMP TABLE selected (id INTEGER PRIMARY KEY)')
    const insert = this.database.prepare('INSERT INTO temp.selected VALUES (?)')
    const read = this.database.prepare<[number, number], { id: number; name: string }>(
      'SELECT id, name FROM topic WHERE id > ? ORDER BY id LIMIT ?'
    )
    const matches = compileFilter(filter)
    for (let last = 0; ;) {
      const topics = read.all(last, STEP_TOPICS)
      this.database.transaction(() => {
        for (const { id, name } of topics) if (matches(name)) insert.run(id)
      })()
      if (topics.length < STEP_TOPICS) return
      last = topics[topics.length - 1]!.id
      yield { rows: [], share: 0 }
    }
  }
}
