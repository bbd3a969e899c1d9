import { rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { keepPrivate } from '../private-file'
import { indexedText, LARGEST_INDEXED } from './needle'
import { orClose } from './or-close'

/** Increase it when the file's contents change: an older index is rebuilt. */
const FORMAT = 1
/** Message ids per shard: a shard is dropped as a whole. */
export const SHARD_IDS = 1_048_576
/** Candidates read at once, and candidates sampled to tell rare grams from common ones. */
const PAGE = 256
const SAMPLE = 256
/** Number of rare grams that candidates must have; checking more costs more time than it saves. */
const GRAMS_USED = 3

/**
 * The search index of a history: which messages have which three bytes, for ids up to a watermark (FTS5, trigrams, without
 * positions: a tenth of a microsecond a byte). It can be deleted: messages not indexed are scanned.
 */
export class SearchIndex {
  private database: Database.Database
  private readonly statements = new Map<
    number,
    { insert: Database.Statement; find: Database.Statement<unknown[], number> }
  >()
  /** Messages up to this id are indexed. */
  watermark = 0

  /** @param identity of the history: an index of another history is deleted */
  constructor(
    private readonly path: string,
    private readonly identity: string
  ) {
    this.database = this.open()
  }

  /** Indexes messages in id order; afterwards everything up to `watermark` is done. */
  add(messages: readonly { id: number; payload: Buffer }[], watermark: number): void {
    this.database.transaction(() => {
      for (const { id, payload } of messages) {
        const { insert } = this.shard(Math.floor(id / SHARD_IDS))
        if (payload.length > LARGEST_INDEXED)
          this.database.prepare('INSERT OR IGNORE INTO large VALUES (?)').run(id)
        else insert.run(id, indexedText(payload))
      }
      this.database.prepare("UPDATE state SET value = ? WHERE key = 'watermark'").run(watermark)
    })()
    this.watermark = watermark
  }

  /** Whether a shard is indexed; a dropped one is not. */
  has(shard: number): boolean {
    return this.statements.has(shard)
  }

  /** Ids of a shard in a range (both ends exclusive) whose payloads may have all grams, newest first. */
  *candidates(
    shard: number,
    grams: string[],
    { above, below }: { above: number; below: number }
  ): Generator<number> {
    const statements = this.statements.get(shard)
    if (!statements) return
    const query = this.rarest(shard, grams)
      .map((gram) => `"${gram.replaceAll('"', '""')}"`)
      .join(' AND ')
    const large = this.database
      .prepare<[number, number], number>('SELECT id FROM large WHERE id > ? AND id < ? ORDER BY id DESC')
      .pluck()
      .all(Math.max(above, shard * SHARD_IDS - 1), Math.min(below, (shard + 1) * SHARD_IDS))
    for (let last = below; ;) {
      const ids = statements.find.all(query, last, above, PAGE)
      const more = ids.length === PAGE
      while (large.length > 0 && (!more || large[0]! > ids[PAGE - 1]!)) ids.push(large.shift()!)
      yield* ids.sort((a, b) => b - a)
      if (!more) return
      last = ids.at(-1)!
    }
  }

  /** Drops a shard: its messages are scanned from then on. */
  drop(shard: number): void {
    this.database.exec(`DROP TABLE shard_${shard}`)
    this.database
      .prepare('DELETE FROM large WHERE id >= ? AND id < ?')
      .run(shard * SHARD_IDS, (shard + 1) * SHARD_IDS)
    this.statements.delete(shard)
  }

  /** Shards that are indexed, oldest first. */
  shards(): number[] {
    return [...this.statements.keys()].sort((a, b) => a - b)
  }

  close(): void {
    this.database.close()
  }

  /** The rarest grams, judged by how far back the newest SAMPLE messages with each gram reach. */
  private rarest(shard: number, grams: string[]): string[] {
    if (grams.length <= GRAMS_USED) return grams
    const oldest = this.database
      .prepare<[string, number], number | null>(
        `SELECT min(rowid) FROM (SELECT rowid FROM shard_${shard} WHERE shard_${shard} MATCH ? ORDER BY rowid DESC LIMIT ?)`
      )
      .pluck()
    return grams
      .map((gram) => ({ gram, reach: oldest.get(`"${gram.replaceAll('"', '""')}"`, SAMPLE) ?? 0 }))
      .sort((a, b) => a.reach - b.reach)
      .slice(0, GRAMS_USED)
      .map(({ gram }) => gram)
  }

  private shard(number: number): { insert: Database.Statement; find: Database.Statement<unknown[], number> } {
    const known = this.statements.get(number)
    if (known) return known
    const table = `shard_${number}`
    this.database.exec(
      `CREATE VIRTUAL TABLE IF NOT EXISTS ${table} USING fts5(body, content='', detail=none, columnsize=0, tokenize='trigram case_sensitive 1')`
    )
    const statements = {
      insert: this.database.prepare(`INSERT INTO ${table} (rowid, body) VALUES (?, ?)`),
      find: this.database
        .prepare<unknown[], number>(
          `SELECT rowid FROM ${table} WHERE ${table} MATCH ? AND rowid < ? AND rowid > ? ORDER BY rowid DESC LIMIT ?`
        )
        .pluck()
    }
    this.statements.set(number, statements)
    return statements
  }

  /** Opens the file; if it is damaged or has another history or format, recreates it. */
  private open(): Database.Database {
    try {
      return this.opened((database) => this.read(database))
    } catch {
      // Whatever the error, the index can be rebuilt.
    }
    this.statements.clear()
    for (const end of ['', '-wal', '-shm']) rmSync(this.path + end, { force: true })
    return this.opened((database) => this.create(database))
  }

  private opened(prepare: (database: Database.Database) => void): Database.Database {
    keepPrivate(this.path)
    return orClose(new Database(this.path), (database) => {
      database.pragma('journal_mode = WAL')
      database.pragma('synchronous = NORMAL')
      prepare(database)
      return database
    })
  }

  private create(database: Database.Database): void {
    database.exec(
      'CREATE TABLE state (key TEXT PRIMARY KEY, value ANY) STRICT; CREATE TABLE large (id INTEGER PRIMARY KEY) STRICT'
    )
    const insert = database.prepare('INSERT INTO state VALUES (?, ?)')
    for (const [key, value] of Object.entries({ format: FORMAT, identity: this.identity, watermark: 0 })) {
      insert.run(key, value)
    }
  }

  /** Throws if the file is damaged, or has another history or format. */
  private read(database: Database.Database): void {
    const state = new Map(
      database.prepare<[], [string, string | number]>('SELECT key, value FROM state').raw().all()
    )
    if (state.get('format') !== FORMAT || state.get('identity') !== this.identity)
      throw new Error('the index of another history, or of another format')
    this.database = database
    const tables = database
      .prepare<[], string>(
        "SELECT name FROM sqlite_schema WHERE name GLOB 'shard_*' AND sql LIKE 'CREATE VIRTUAL%'"
      )
      .pluck()
      .all()
    for (const table of tables) this.shard(Number(table.slice('shard_'.length)))
    this.watermark = Number(state.get('watermark'))
  }
}
