import type Database from 'better-sqlite3'
import { compileFilter } from '../../shared/topic'
import { orClose } from './or-close'
import { openForReading } from './schema'
import { idsIn } from './segments'
import { edgeId, firstIdFrom } from './times'

/** Which messages of a history to read. */
export interface Selection {
  /** Topic filter; null for everything. */
  filter: string | null
  /** Received at or after, and before: µs since 1970 UTC; null leaves the end open. */
  from: number | null
  to: number | null
}

/** Narrows a selection further. */
export interface Narrowed {
  /** Which topics to read, instead of those of the filter. */
  matches?: (topic: string) => boolean
  /** The last id to read; by default the newest one when reading begins. */
  upTo?: number
}

/** A message as SQLite returns it: id, topic id, received at (µs), direction (1 out), QoS, retain, dup, payload, properties. */
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

/** Some messages, and the share of the range read so far, 0 to 1. */
export interface ScanStep {
  rows: ScannedRow[]
  share: number
}

/** A step reads at most this many ids, rows and payload bytes (plus one row), which takes a few ms. */
const STEP_IDS = 4_096
const STEP_ROWS = 1_000
const STEP_BYTES = 1_048_576
const STEP_TOPICS = 5_000
/** Up to this many topics are looked up in postings one by one, with at most this many lookups per step. */
const LOOK_UP = 300
const STEP_LOOK_UPS = 2_000
/** A segment is walked when at least one in this many messages is selected. */
const DENSE = 16

const COLUMNS = 'id, topic_id, received_at, direction, qos, retain, dup, payload, properties'

/** Reads some of the selected messages from an id on, and the id to continue from. */
type ReadPart = (start: number, last: number) => { rows: ScannedRow[]; next: number }

/** Gathers the rows of one step. */
class Part {
  private readonly rows: ScannedRow[] = []
  private bytes = 0

  /** Adds a row. Returns whether the step is full. */
  add(row: ScannedRow): boolean {
    this.bytes += row[7].length
    return this.rows.push(row) >= STEP_ROWS || this.bytes >= STEP_BYTES
  }

  until(next: number): { rows: ScannedRow[]; next: number } {
    return { rows: this.rows, next }
  }
}

/**
 * Reads the messages of a selection in order of arrival, on a connection of its own. Each step is a read transaction of a
 * few ms, however long the caller waits between steps: a longer transaction would let the writer's log grow. Messages
 * recorded after the start are left out.
 */
export class HistoryScan {
  private readonly nameOf

  private constructor(
    private readonly database: Database.Database,
    private readonly selection: Selection,
    private readonly narrowed: Narrowed
  ) {
    this.nameOf = database.prepare<[number], string>('SELECT name FROM topic WHERE id = ?').pluck()
  }

  /** Throws NewerHistoryError, or SQLite's own errors, also when there is no such file. */
  static open(path: string, selection: Selection, narrowed: Narrowed = {}): HistoryScan {
    return orClose(openForReading(path), (database) => new HistoryScan(database, selection, narrowed))
  }

  /** The topics that are read; null: all. */
  private get matches(): ((topic: string) => boolean) | null {
    const { filter } = this.selection
    return this.narrowed.matches ?? (filter === null ? null : compileFilter(filter))
  }

  /** The highest id; 0: there are no messages. */
  get newestId(): number {
    return edgeId(this.database, 'max')
  }

  topicName(topicId: number): string {
    return this.nameOf.get(topicId) as string
  }

  *steps(): Generator<ScanStep> {
    const { from, to } = this.selection
    const { matches } = this
    const first = from === null ? edgeId(this.database, 'min') : firstIdFrom(this.database, from)
    const end = to === null ? edgeId(this.database, 'max') : firstIdFrom(this.database, to) - 1
    const last = Math.min(end, this.narrowed.upTo ?? Infinity)
    let topics = Infinity
    if (matches !== null) {
      yield* this.selectTopics(matches)
      topics = this.database.prepare('SELECT count(*) FROM temp.selected').pluck().get() as number
      if (topics === 0) return
    }
    const read = topics <= LOOK_UP ? this.byPostings(topics) : this.byWalking()
    for (let next = first; next <= last;) {
      const part = read(next, last)
      next = part.next
      yield { rows: part.rows, share: (next - first) / (last + 1 - first) }
    }
  }

  /** Reads all messages of a range and keeps the selected ones. */
  private byWalking(): ReadPart {
    const read = this.database
      .prepare<unknown[], ScannedRow>(
        `SELECT ${COLUMNS} FROM message WHERE id >= ? AND id <= ?
         ${this.matches === null ? '' : 'AND +topic_id IN temp.selected'} ORDER BY id`
      )
      .raw()
    return (start, last) => {
      const reach = Math.min(start + STEP_IDS - 1, last)
      const part = new Part()
      for (const row of read.iterate(start, reach)) if (part.add(row)) return part.until(row[0] + 1)
      return part.until(reach + 1)
    }
  }

  /** Finds the messages of a few topics by postings. Messages in no segment yet, and segments dense with them, are walked. */
  private byPostings(topics: number): ReadPart {
    const { database } = this
    const walk = this.byWalking()
    const segmentFrom = database.prepare<[number], { id: number; last: number }>(
      'SELECT id, last_id AS last FROM segment WHERE last_id >= ? ORDER BY id LIMIT 1'
    )
    const postings = database
      .prepare<[number], Buffer>('SELECT ids FROM posting WHERE segment = ? AND topic_id IN temp.selected')
      .pluck()
    const message = database
      .prepare<[number], ScannedRow>(`SELECT ${COLUMNS} FROM message WHERE id = ?`)
      .raw()
    return (start, last) => {
      const part = new Part()
      let next = start
      for (let lookedUp = 0; next <= last && lookedUp < STEP_LOOK_UPS; lookedUp += topics) {
        const segment = segmentFrom.get(next)
        if (!segment) return next === start ? walk(next, last) : part.until(next)
        const reach = Math.min(segment.last, last)
        const ids = postings
          .all(segment.id)
          .flatMap((posting) => idsIn(segment.id, posting))
          .filter((id) => id >= next && id <= reach)
        if (ids.length * DENSE > reach - Math.max(next, segment.id))
          return next === start ? walk(next, reach) : part.until(next)
        for (const id of ids.sort((a, b) => a - b)) {
          const row = message.get(id)
          if (row && part.add(row)) return part.until(id + 1)
        }
        next = reach + 1
      }
      return part.until(next)
    }
  }

  close(): void {
    this.database.close()
  }

  /** Stores the topics that match in a temporary table, in batches. */
  private *selectTopics(matches: (topic: string) => boolean): Generator<ScanStep> {
    this.database.exec('CREATE TEMP TABLE selected (id INTEGER PRIMARY KEY)')
    const insert = this.database.prepare('INSERT INTO temp.selected VALUES (?)')
    const read = this.database.prepare<[number, number], { id: number; name: string }>(
      'SELECT id, name FROM topic WHERE id > ? ORDER BY id LIMIT ?'
    )
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
