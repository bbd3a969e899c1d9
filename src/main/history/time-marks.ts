import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { Moment, noTimeMarks, TimeMark, TimeMarks } from '../../shared/contract/moments'
import { WatchEntry } from '../../shared/contract/watch'
import { Meta } from './meta'
import { watchLogPath } from './path'
import { openForReading } from './schema'

/** How many marks of rules a recording keeps: the newest. */
const MOST = 1_000
/** More characters in a file are not read as marks: recordings may come from anybody. */
const LONGEST = 5_000_000

/**
 * Keeps the marks in the time bar of a history in its copy: those that rules left on topics which the copy has, and the person's flag.
 * They are metadata, so the tables stay as they are and an older Treetop opens the file without them.
 */
export function copyMarks(source: string, copy: Database.Database, flag: Moment | null): void {
  const isThere = copy.prepare('SELECT 1 FROM topic WHERE name = ? AND newest_id > 0').pluck()
  const marks = marksBeside(source).filter(({ topic }) => isThere.get(topic) !== undefined)
  if (marks.length === 0 && flag === null) return
  new Meta(copy).set('marks', JSON.stringify({ flag, marks: marks.slice(-MOST) } satisfies TimeMarks))
}

/** The marks that a recording has; those of rules newest first. What cannot be read counts as none. */
export function marksIn(path: string): TimeMarks {
  const database = openForReading(path)
  try {
    const text = database
      .prepare<[number], unknown>(`SELECT value FROM meta WHERE key = 'marks' AND length(value) <= ?`)
      .pluck()
      .get(LONGEST)
    if (typeof text !== 'string') return noTimeMarks
    const { flag, marks } = TimeMarks.parse(JSON.parse(text))
    const isThere = database.prepare('SELECT 1 FROM message WHERE id = ?').pluck()
    return {
      flag: flag && isThere.get(flag.id) !== undefined ? flag : null,
      marks: marks.slice(-MOST).reverse()
    }
  } catch (error) {
    if (error instanceof Database.SqliteError) throw error
    return noTimeMarks
  } finally {
    database.close()
  }
}

/** What rules marked in a history, oldest first. Their log is a file of JSON lines; unreadable lines are left out. */
function marksBeside(source: string): TimeMark[] {
  let text: string
  try {
    text = readFileSync(watchLogPath(source), 'utf8')
  } catch {
    return []
  }
  return text.split('\n').flatMap((line) => {
    const entry = entryIn(line)
    if (!entry?.marked) return []
    const { number, at, rule, topic } = entry
    return [{ number, at, rule, topic }]
  })
}

function entryIn(line: string): WatchEntry | null {
  try {
    return WatchEntry.parse(JSON.parse(line))
  } catch {
    return null
  }
}
