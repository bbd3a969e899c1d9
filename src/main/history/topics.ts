import type Database from 'better-sqlite3'
import { PREVIEW_BYTES, type Qos } from '../../shared/message'

/** The state of one topic. The writer maintains its row; the tree shows it. */
export interface TopicEntry {
  /** Row id in `topic`: 1, 2, 3… */
  readonly id: number
  readonly name: string
  /** Incoming messages kept. */
  messages: number
  /** `topic_seq` of its newest message, either direction. */
  sequence: number
  /** Ids of its newest message, either direction, and of its newest incoming one; 0: none. */
  newestId: number
  lastId: number
  /** When the broker was last known to retain a message here, in whole seconds since 1970 UTC; 0: not known to retain one. */
  retainedAt: number
  /** Its totals differ from its row. */
  dirty: boolean
}

/** The entry of a topic that has no messages yet. */
export function newEntry(id: number, name: string): TopicEntry {
  return { id, name, messages: 0, sequence: 0, newestId: 0, lastId: 0, retainedAt: 0, dirty: false }
}

/** A topic's newest incoming message, with the fields that the tree shows. */
export interface LastMessage {
  /** µs since 1970 UTC. */
  receivedAt: number
  qos: Qos
  /** Payload length in bytes. */
  size: number
  /** The first bytes of the payload: PREVIEW_BYTES unless requested otherwise. */
  start: Buffer
}

/** Counts are kept in arrays as long as the highest topic id. This limit stops an untrusted file from allocating more. */
export const MOST_TOPIC_IDS = 2 ** 25

type TopicRow = [
  id: number,
  name: string,
  messages: number,
  lastSeq: number,
  newestId: number,
  lastId: number,
  retainedAt: number
]

const COLUMNS = 'id, name, messages, last_seq, newest_id, last_id, retained'
/** Topics read before yielding: a few ms. */
const LOAD_ROWS = 10_000

/** Reads and writes the rows of `topic` as entries. */
export class TopicTable {
  private readonly insertRow
  private readonly updateRow
  private readonly byName
  private readonly byId
  private readonly some
  private readonly readLast

  constructor(database: Database.Database) {
    this.insertRow = database.prepare('INSERT INTO topic (name) VALUES (?) ON CONFLICT DO NOTHING')
    this.updateRow = database.prepare(
      'UPDATE topic SET messages = ?, last_seq = ?, newest_id = ?, last_id = ?, retained = ? WHERE id = ?'
    )
    const select = `SELECT ${COLUMNS} FROM topic WHERE`
    this.byName = database.prepare<[string], TopicRow>(`${select} name = ?`).raw()
    this.byId = database.prepare<[number], TopicRow>(`${select} id = ?`).raw()
    this.some = database
      .prepare<[number, number], TopicRow>(`${select} id > ? AND last_id > 0 ORDER BY id LIMIT ?`)
      .raw()
    this.readLast = database
      .prepare<[number, number], [number, Qos, number, Buffer]>(
        `SELECT received_at, qos, length(payload), coalesce(substr(payload, 1, ?), x'') FROM message WHERE id = ?`
      )
      .raw()
  }

  /** The entry of a name, from its row; inserts the row if needed. */
  add(name: string): TopicEntry {
    const { changes, lastInsertRowid } = this.insertRow.run(name)
    if (changes === 0) return entryOf(this.byName.get(name)!)
    return entryOf([Number(lastInsertRowid), name, 0, 0, 0, 0, 0])
  }

  get(id: number): TopicEntry | null {
    const row = this.byId.get(id)
    return row ? entryOf(row) : null
  }

  /** Topics with messages, in id order, after an id. Fewer than LOAD_ROWS means there are no more. */
  after(id: number): { entries: TopicEntry[]; more: boolean } {
    const entries = this.some.all(id, LOAD_ROWS).map(entryOf)
    return { entries, more: entries.length === LOAD_ROWS }
  }

  update({ id, messages, sequence, newestId, lastId, retainedAt }: TopicEntry): void {
    this.updateRow.run(messages, sequence, newestId, lastId, retainedAt, id)
  }

  /** The newest incoming message, with at most the first `bytes` bytes of its payload. */
  last({ lastId }: TopicEntry, bytes = PREVIEW_BYTES): LastMessage | null {
    const row = lastId === 0 ? undefined : this.readLast.get(bytes, lastId)
    if (!row) return null
    const [receivedAt, qos, size, start] = row
    return { receivedAt, qos, size, start }
  }
}

function entryOf([id, name, messages, sequence, newestId, lastId, retainedAt]: TopicRow): TopicEntry {
  return { id, name, messages, sequence, newestId, lastId, retainedAt, dirty: false }
}
