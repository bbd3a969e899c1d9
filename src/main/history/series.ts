import type Database from 'better-sqlite3'
import { idsOf, type Range } from './keys'
import { openForReading } from './schema'
import { edgeId, firstIdFrom } from './times'

/** An incoming message of a topic. */
export interface TopicMessage {
  id: number
  /** µs since 1970 UTC. */
  at: number
  payload: Buffer
}

/** Reads the incoming messages of single topics one after another. Methods throw SQLite's own errors. */
export class TopicReader {
  private readonly message

  private constructor(private readonly database: Database.Database) {
    this.message = database
      .prepare<[number, number], [at: number, payload: Buffer]>(
        `SELECT received_at, payload FROM message WHERE id = ? AND direction = 0 AND length(payload) <= ?`
      )
      .raw()
  }

  /** Throws NewerHistoryError, or SQLite's own errors, also when there is no such file. */
  static open(path: string): TopicReader {
    return new TopicReader(openForReading(path))
  }

  /** Ids and times (µs) of the first message above the retention floor and of the last one; null in an empty history. */
  ends(): { first: { id: number; at: number }; last: { id: number; at: number } } | null {
    const at = this.database.prepare<[number], number>('SELECT received_at FROM message WHERE id = ?').pluck()
    const floor = this.database.prepare("SELECT value FROM meta WHERE key = 'retention_floor'").pluck().get()
    const first = this.database
      .prepare<[number], number | null>('SELECT min(id) FROM message WHERE id >= ?')
      .pluck()
      .get((floor as number | undefined) ?? 0)
    const last = edgeId(this.database, 'max')
    const lastAt = at.get(last)
    if (lastAt === undefined) return null
    const id = first ?? last
    return { first: { id, at: at.get(id) ?? lastAt }, last: { id: last, at: lastAt } }
  }

  /** The lowest id received at or after a time. */
  idFrom(time: number): number {
    return firstIdFrom(this.database, time)
  }

  /**
   * Visits messages in a range of ids, down from the newest or up from the oldest, until a visit returns false or time is up. Skips those
   * larger than `bytes` bytes. Returns the last id reached, or null when the range is finished.
   */
  read(
    topic: string,
    way: 'down' | 'up',
    range: Range,
    { bytes, milliseconds }: { bytes: number; milliseconds: number },
    visit: (message: TopicMessage) => boolean
  ): number | null {
    const deadline = performance.now() + milliseconds
    let visited = 0
    return this.database.transaction(() => {
      for (const id of idsOf(this.database, way, { topic, subtree: false }, range)) {
        const found = this.message.get(id, bytes)
        if (found && !visit({ id, at: found[0], payload: found[1] })) return id
        if (++visited % 64 === 0 && performance.now() > deadline) return id
      }
      return null
    })()
  }

  close(): void {
    this.database.close()
  }
}
