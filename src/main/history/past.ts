import type Database from 'better-sqlite3'
import { PREVIEW_BYTES, type Qos } from '../../shared/message'
import { orClose } from './or-close'
import { openForReading } from './schema'
import { edgeId, firstIdFrom } from './times'
import type { LastMessage } from './topics'

/** A message's id and when it was received (µs since 1970 UTC). */
export interface Moment {
  id: number
  at: number
}

/** A topic's newest incoming message up to a moment. */
export interface PastMessage extends LastMessage {
  id: number
  direction: number
}

interface Segment {
  id: number
  last: number
}

type MessageRow = [receivedAt: number, qos: Qos, size: number, start: Buffer, direction: number]

/**
 * Reads a history as of a moment, given as a message id: "by then" means up to that id. Methods throw SQLite's own errors. Messages
 * that retention or the user deleted later are unknown, except the newest message of each topic, which retention keeps.
 */
export class PastReader {
  private readonly posting
  private readonly message
  private segments: Segment[] = []
  /** Newest incoming message of each topic beyond the last segment, by then. */
  private tail = new Map<number, number>()
  private tailOf = -1

  private constructor(private readonly database: Database.Database) {
    this.posting = database
      .prepare<[number, number], Buffer>('SELECT ids FROM posting WHERE segment = ? AND topic_id = ?')
      .pluck()
    this.message = database
      .prepare<[number, number], MessageRow>(
        `SELECT received_at, qos, length(payload), coalesce(substr(payload, 1, ?), x''), direction FROM message WHERE id = ?`
      )
      .raw()
  }

  /** Throws NewerHistoryError, or SQLite's own errors, also when there is no such file. */
  static open(path: string): PastReader {
    return orClose(openForReading(path), (database) => new PastReader(database))
  }

  close(): void {
    this.database.close()
  }

  /** The first and last message; null in an empty history. Spared messages may be far older than the first that retention did not reach. */
  ends(): { first: Moment; last: Moment } | null {
    const last = this.momentAt(edgeId(this.database, 'max'))
    if (!last) return null
    const floor = this.database
      .prepare("SELECT value FROM meta WHERE key = 'retention_floor'")
      .pluck()
      .get() as number | undefined
    const first = this.database
      .prepare('SELECT min(id) FROM message WHERE id >= ?')
      .pluck()
      .get(floor ?? 0) as number | null
    return { first: this.momentAt(first ?? last.id) ?? last, last }
  }

  /** The newest message received at or before a time; null when there is none. */
  before(time: number): Moment | null {
    const id = this.database
      .prepare('SELECT max(id) FROM message WHERE id < ?')
      .pluck()
      .get(firstIdFrom(this.database, time + 1)) as number | null
    return id === null ? null : this.momentAt(id)
  }

  /** Message count in each of `buckets` equal periods, derived from ids: messages deleted since still count. */
  density(from: number, to: number, buckets: number): number[] {
    const edges = Array.from({ length: buckets + 1 }, (_, index) =>
      firstIdFrom(this.database, Math.round(from + ((to - from) * index) / buckets))
    )
    return Array.from({ length: buckets }, (_, index) => edges[index + 1]! - edges[index]!)
  }

  /** Every topic above an id that has incoming messages now, even if its totals are not written yet. */
  topics(above = 0): [id: number, name: string][] {
    return this.database
      .prepare<[number], [number, string]>(
        `SELECT id, name FROM topic WHERE id > ? AND (last_id > 0 OR id IN (
           SELECT topic_id FROM message
           WHERE id > coalesce((SELECT value FROM meta WHERE key = 'checkpoint_id'), 0) AND direction = 0
         )) ORDER BY id`
      )
      .raw()
      .all(above)
  }

  /** The highest topic id that existed by then. Topic ids follow the order of first messages. */
  introduced(moment: number): number {
    this.settle(moment)
    const highest = this.database
      .prepare<[number], number | null>('SELECT max(topic_id) FROM posting WHERE segment = ?')
      .pluck()
    let found = 0
    for (const { id, last } of this.segments) {
      if (id > moment) break
      if (last <= moment) found = Math.max(found, highest.get(id) ?? 0)
      else found = Math.max(found, this.introducedWithin(id, moment, found))
    }
    for (const topic of this.tail.keys()) found = Math.max(found, topic)
    return found
  }

  /** A topic's newest incoming message by then, with at most the first `bytes` bytes of its payload; null when it had none. */
  lastOf(topicId: number, moment: number, bytes = PREVIEW_BYTES): PastMessage | null {
    this.settle(moment)
    const inTail = this.tail.get(topicId)
    if (inTail !== undefined) {
      const found = this.read(inTail, bytes)
      if (found) return found
    }
    for (let index = this.segments.length - 1; index >= 0; index--) {
      const segment = this.segments[index]!.id
      if (segment > moment) continue
      const ids = this.posting.get(segment, topicId)
      if (!ids) continue
      for (let place = ids.length - 2; place >= 0; place -= 2) {
        const id = segment + ids.readUInt16LE(place)
        const found = id <= moment ? this.read(id, bytes) : null
        if (found?.direction === 0) return found
      }
    }
    return null
  }

  /**
   * Number of messages each topic had by then, and its newest one (either direction), by topic id. Works in parts, newest first. Yields
   * the share done.
   */
  *totals(moment: number): Generator<number, { messages: Float64Array; lastIds: Float64Array }> {
    this.settle(moment)
    const size =
      ((this.database.prepare('SELECT max(id) FROM topic').pluck().get() as number | null) ?? 0) + 1
    const messages = new Float64Array(size)
    const lastIds = new Float64Array(size)
    const indexed = this.segments.at(-1)?.last ?? 0
    const beyond = this.database
      .prepare<[number, number], [number, number, number]>(
        'SELECT topic_id, count(*), max(id) FROM message WHERE id > ? AND id <= ? GROUP BY topic_id'
      )
      .raw()
    for (const [topic, count, last] of beyond.iterate(indexed, moment)) {
      messages[topic] = count
      lastIds[topic] = last
    }
    const postings = this.database
      .prepare<[number], [number, Buffer]>('SELECT topic_id, ids FROM posting WHERE segment = ?')
      .raw()
    const segments = this.segments.filter(({ id }) => id <= moment).reverse()
    for (const [index, { id, last }] of segments.entries()) {
      for (const [topic, ids] of postings.iterate(id)) {
        let count = ids.length / 2
        if (last > moment) while (count > 0 && id + ids.readUInt16LE(2 * count - 2) > moment) count--
        if (count === 0) continue
        messages[topic]! += count
        if (lastIds[topic] === 0) lastIds[topic] = id + ids.readUInt16LE(2 * count - 2)
      }
      yield (index + 1) / segments.length
    }
    return { messages, lastIds }
  }

  /** Reads the segments, and the messages after the last one, when the moment changed. */
  private settle(moment: number): void {
    if (this.tailOf === moment) return
    this.tailOf = moment
    this.segments = this.database
      .prepare<[], Segment>('SELECT id, last_id AS last FROM segment ORDER BY id')
      .all()
    const indexed = this.segments.at(-1)?.last ?? 0
    this.tail = new Map(
      moment <= indexed
        ? []
        : this.database
            .prepare<[number, number], [number, number]>(
              'SELECT topic_id, max(id) FROM message WHERE id > ? AND id <= ? AND direction = 0 GROUP BY topic_id'
            )
            .raw()
            .all(indexed, moment)
    )
  }

  /** The newest topic by then among those first seen in a segment: ids follow the order of first messages. */
  private introducedWithin(segment: number, moment: number, known: number): number {
    const news = this.database
      .prepare<[number, number], [number, Buffer]>(
        'SELECT topic_id, ids FROM posting WHERE segment = ? AND topic_id > ? ORDER BY topic_id'
      )
      .raw()
    let found = known
    for (const [topic, ids] of news.iterate(segment, known)) {
      if (segment + ids.readUInt16LE(0) > moment) break
      found = topic
    }
    return found
  }

  private read(id: number, bytes: number): PastMessage | null {
    const row = this.message.get(bytes, id)
    if (!row) return null
    const [receivedAt, qos, size, start, direction] = row
    return { id, receivedAt, qos, size, start, direction }
  }

  private momentAt(id: number): Moment | null {
    const at = this.database.prepare('SELECT received_at FROM message WHERE id = ?').pluck().get(id) as
      number | undefined
    return at === undefined ? null : { id, at }
  }
}
