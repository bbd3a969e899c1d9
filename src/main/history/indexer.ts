import type Database from 'better-sqlite3'
import { Meta } from './meta'
import { orClose } from './or-close'
import { openForReading } from './schema'
import { indexPath } from './path'
import { SearchIndex, SHARD_IDS } from './search-index'
import { edgeId } from './times'

/** A shard is dropped when less than this share of its messages is left: scanning the rest is fast. */
const SPARSE = 0.1

/** Brings a history's search index up to date in batches. Methods throw SQLite's own errors. */
export class Indexer {
  private readonly read

  private constructor(
    private readonly database: Database.Database,
    readonly index: SearchIndex
  ) {
    this.read = database.prepare<[number, number], { id: number; payload: Buffer }>(
      'SELECT id, payload FROM message WHERE id > ? ORDER BY id LIMIT ?'
    )
  }

  /** Throws NewerHistoryError, or SQLite's own errors, also when there is no such history. */
  static open(path: string): Indexer {
    return orClose(openForReading(path), (database) => {
      // The migration that introduced the index gave every history an identity.
      const identity = new Meta(database).get('identity')!
      return orClose(new SearchIndex(indexPath(path), identity), (index) => new Indexer(database, index))
    })
  }

  /** Indexes at most `messages` messages. Returns false when none is left. */
  advance(messages: number): boolean {
    const rows = this.read.all(this.index.watermark, messages)
    if (rows.length > 0) this.index.add(rows, rows.at(-1)!.id)
    return rows.length === messages
  }

  /** Number of messages not indexed yet. */
  get unindexed(): number {
    return Math.max(0, edgeId(this.database, 'max') - this.index.watermark)
  }

  /** Drops shards whose messages are mostly deleted. */
  tidy(): void {
    const left = this.database
      .prepare<[number, number], number>(
        'SELECT coalesce(sum(messages), 0) FROM segment WHERE last_id >= ? AND id < ?'
      )
      .pluck()
    for (const shard of this.index.shards()) {
      const first = shard * SHARD_IDS
      // The newest shard is still being filled.
      if (first + SHARD_IDS > this.index.watermark) return
      if ((left.get(first, first + SHARD_IDS) ?? 0) < SHARD_IDS * SPARSE) this.index.drop(shard)
    }
  }

  close(): void {
    this.index.close()
    this.database.close()
  }
}
