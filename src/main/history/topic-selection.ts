import type Database from 'better-sqlite3'
import { compileFilter, matchedLevels } from '../../shared/topic'

/** Topics read at once. */
const ROWS = 20_000

/**
 * Stores the topics whose names match in a temporary table, and reuses it until the query changes or topics are added.
 * A search chooses its strategy by their number.
 */
export class TopicSelection {
  private question = ''
  private newest = 0
  count = 0

  constructor(
    private readonly database: Database.Database,
    private readonly table: string
  ) {
    database.exec(`CREATE TEMP TABLE ${table} (topic_id INTEGER PRIMARY KEY)`)
  }

  /** Selects topics that a filter matches. For a shared subscription, the part after `$share/group/` counts. */
  matching(filter: string): void {
    const levels = matchedLevels(filter)
    const wild = levels.findIndex((level) => level === '+' || level === '#')
    const start = levels.slice(0, wild === -1 ? undefined : wild).join('/')
    this.select(`filter ${filter}`, compileFilter(filter), start)
  }

  /** Selects topics whose names contain a text, ignoring case. */
  named(text: string, fits: (name: string) => boolean): void {
    this.select(`name ${text}`, fits, '', /^[\0-\x7f]*$/.test(text) ? text.toLowerCase() : '')
  }

  /** @param start prefix of every possible match; `part`: ASCII text that SQLite itself can look for in all-ASCII names */
  private select(question: string, fits: (name: string) => boolean, start: string, part = ''): void {
    const { database, table } = this
    const newest = (database.prepare('SELECT max(id) FROM topic').pluck().get() as number | null) ?? 0
    const known = question === this.question
    if (known && newest === this.newest) return
    if (!known) {
      database.exec(`DELETE FROM temp.${table}`)
      this.count = 0
    }
    const insert = database.prepare(`INSERT INTO temp.${table} VALUES (?)`)
    const read = database
      .prepare<unknown[], [number, string]>(
        `SELECT id, name FROM topic WHERE id > :last AND substr(name, 1, length(:start)) = :start
         AND (instr(lower(name), :part) > 0 OR length(name) <> octet_length(name)) ORDER BY id LIMIT ${ROWS}`
      )
      .raw()
    // Topics are only ever added: those already checked need no second check.
    for (let last = known ? this.newest : 0; ;) {
      const rows = read.all({ last, start, part })
      for (const [id, name] of rows) {
        if (!fits(name)) continue
        insert.run(id)
        this.count++
      }
      if (rows.length < ROWS) break
      last = rows.at(-1)![0]
    }
    this.question = question
    this.newest = newest
  }
}
