import type Database from 'better-sqlite3'
import { compileFilter, matchedLevels } from '../../shared/topic'

/** Topics read at once. */
const ROWS = 20_000

/**
 * Puts the topics whose names fit into a temporary table, and keeps it until another question is asked of it or topics are added.
 * Their number is what matters to how a search goes about it.
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

  /** Topics that a filter matches. Of a shared subscription's filter, the part after `$share/group/` counts. */
  matching(filter: string): void {
    const levels = matchedLevels(filter)
    const wild = levels.findIndex((level) => level === '+' || level === '#')
    const start = levels.slice(0, wild === -1 ? undefined : wild).join('/')
    this.select(`filter ${filter}`, compileFilter(filter), start)
  }

  /** Topics whose names have a text, whatever its case. */
  named(text: string, fits: (name: string) => boolean): void {
    this.select(`name ${text}`, fits, '', /^[\0-\x7f]*$/.test(text) ? text.toLowerCase() : '')
  }

  /** @param start every topic in question begins with; `part`: ASCII that SQLite can look for itself, in names that are all ASCII */
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
    // Topics are only ever added: those that were looked at need no second look.
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
