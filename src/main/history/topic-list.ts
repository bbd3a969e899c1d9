import type Database from 'better-sqlite3'
import { orClose } from './or-close'
import { openForReading } from './schema'

/** Lists the topics of a history a page at a time, in the order of their first messages. Methods throw SQLite's own errors. */
export class TopicList {
  private constructor(private readonly database: Database.Database) {}

  /** Throws NewerHistoryError, or SQLite's own errors, also when there is no such file. */
  static open(path: string): TopicList {
    return orClose(openForReading(path), (database) => new TopicList(database))
  }

  /** The next topics that match, above an id, and the id to continue above (null: there are no more). */
  page(
    above: number,
    matches: (topic: string) => boolean,
    limit: number
  ): { topics: string[]; next: number | null } {
    const read = this.database
      .prepare<[number], [number, string]>('SELECT id, name FROM topic WHERE id > ? ORDER BY id')
      .raw()
    const topics: string[] = []
    let last = above
    for (const [id, name] of read.iterate(above)) {
      if (topics.length === limit) return { topics, next: last }
      last = id
      if (matches(name)) topics.push(name)
    }
    return { topics, next: null }
  }

  /** How many topics there are. */
  count(): number {
    return this.database.prepare('SELECT count(*) FROM topic').pluck().get() as number
  }

  close(): void {
    this.database.close()
  }
}
