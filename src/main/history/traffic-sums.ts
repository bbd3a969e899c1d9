import type Database from 'better-sqlite3'
import { openForReading } from './schema'
import { MOST_TOPIC_IDS } from './topics'

/** Rows read at once. */
const PAGE = 20_000

/** Adds up the messages and bytes received per topic of a history, a part at a time. */
export class TrafficSums {
  /** Sums by topic id. */
  private messages = new Float64Array(0)
  private bytes = new Float64Array(0)
  private readonly names: string[] = []
  private readonly last: { id: number; at: number } | null
  private readonly first: { id: number; at: number } | null
  private at = 0
  private ended = false

  private constructor(private readonly database: Database.Database) {
    const edge = (order: 'ASC' | 'DESC'): { id: number; at: number } | null =>
      database
        .prepare<[], { id: number; at: number }>(
          `SELECT id, received_at AS at FROM message WHERE direction = 0 ORDER BY id ${order} LIMIT 1`
        )
        .get() ?? null
    this.last = edge('DESC')
    this.first = edge('ASC')
    this.at = (this.first?.id ?? 1) - 1
    this.ended = this.last === null
  }

  /** Throws SQLite's own errors, as `step` does. */
  static open(path: string): TrafficSums {
    return new TrafficSums(openForReading(path))
  }

  /** Time from the first to the last message, in s. */
  get seconds(): number {
    return this.first && this.last ? Math.max(1, (this.last.at - this.first.at) / 1e6) : 1
  }

  /** Works for the given number of ms. Returns the progress, 0 to 1. */
  step(milliseconds: number): number {
    const deadline = performance.now() + milliseconds
    while (!this.ended) {
      this.addPage()
      if (performance.now() > deadline) break
    }
    if (!this.first || !this.last || this.ended) return 1
    return Math.min(0.999, (this.at - this.first.id) / (this.last.id - this.first.id + 1))
  }

  /** The sums per topic. */
  *counted(): Generator<{ topic: string; messages: number; bytes: number }> {
    for (const [id, topic] of this.names.entries()) {
      const messages = this.messages[id] ?? 0
      if (messages > 0) yield { topic, messages, bytes: this.bytes[id]! }
    }
  }

  close(): void {
    this.database.close()
  }

  private addPage(): void {
    const rows = this.database
      .prepare<[number, number], [id: number, topic: number, bytes: number, direction: number]>(
        `SELECT id, topic_id, length(payload), direction FROM message WHERE id > ? AND id <= ? ORDER BY id LIMIT ${PAGE}`
      )
      .raw()
      .all(this.at, this.last!.id)
    let highest = -1
    for (const [, topic] of rows) if (topic > highest) highest = topic
    this.makeRoom(highest)
    for (const [, topic, bytes, direction] of rows) {
      if (direction !== 0) continue
      this.messages[topic]! += 1
      this.bytes[topic]! += bytes
    }
    this.at = rows.at(-1)?.[0] ?? this.last!.id
    this.ended = this.at >= this.last!.id
  }

  /** Grows the arrays up to a topic id, and reads the topic names up to it. */
  private makeRoom(id: number): void {
    if (id < this.names.length) return
    // In an untrusted recording the id may be any number.
    if (id > MOST_TOPIC_IDS) throw new RangeError(`topic id ${id}`)
    const found = this.database
      .prepare<[number, number], [id: number, name: string]>(
        'SELECT id, name FROM topic WHERE id >= ? AND id <= ?'
      )
      .raw()
    const from = this.names.length
    this.names.length = id + 1
    this.names.fill('', from)
    for (const [topic, name] of found.iterate(from, id)) this.names[topic] = name
    if (id < this.messages.length) return
    this.messages = grown(this.messages, 2 * (id + 1))
    this.bytes = grown(this.bytes, 2 * (id + 1))
  }
}

function grown(of: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length)
  larger.set(of)
  return larger
}
