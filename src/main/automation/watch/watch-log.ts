import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { WatchEntry } from '../../../shared/contract/watch'
import { keepPrivate } from '../../private-file'

/** How many entries are kept, and how many characters of them. */
const MOST = 5_000
const MOST_CHARACTERS = 5_000_000
/** Entries are on disk at most this long after they were made, in ms. */
const WRITE_AFTER = 300

/** A log entry that is not numbered yet. */
export type NewEntry = Omit<WatchEntry, 'number'>

/**
 * What the rules of a connection did: the newest entries, in memory and in a file of JSON lines. While the file cannot be written, the log
 * goes on in memory, and `fault` says why.
 */
export class WatchLog {
  fault: string | null = null
  private entries: { entry: WatchEntry; line: string }[] = []
  private characters = 0
  private next = 1
  /** Entries that are not in the file. */
  private unwritten = 0
  /** Lines of the file; Infinity: it must be written anew. */
  private lines = 0
  private timer: NodeJS.Timeout | null = null

  constructor(private readonly path: string) {}

  /** Reads the file. Lines that cannot be read are left out. */
  open(): void {
    let text = ''
    try {
      text = readFileSync(this.path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.fault = messageOf(error)
    }
    for (const line of text.split('\n')) {
      if (line === '') continue
      this.lines++
      const entry = entryIn(line)
      if (entry) this.keep(entry, line)
      // A line that was cut off must not take the next one with it.
      else this.lines = Infinity
    }
    if (text !== '' && !text.endsWith('\n')) this.lines = Infinity
  }

  add(made: NewEntry): WatchEntry {
    const entry = { number: this.next, ...made }
    this.keep(entry, JSON.stringify(entry))
    this.unwritten++
    this.timer ??= setTimeout(() => this.write(), WRITE_AFTER).unref()
    return entry
  }

  /** Newest first. */
  page(
    matches: (entry: WatchEntry) => boolean,
    before: number | null,
    limit: number
  ): { entries: WatchEntry[]; more: boolean } {
    const found: WatchEntry[] = []
    for (const { entry } of this.entries.toReversed()) {
      if ((before !== null && entry.number >= before) || !matches(entry)) continue
      if (found.length === limit) return { entries: found, more: true }
      found.push(entry)
    }
    return { entries: found, more: false }
  }

  /** Firings that had no end yet, oldest first. */
  unended(): WatchEntry[] {
    const open = new Map<string, WatchEntry>()
    for (const { entry } of this.entries) {
      const key = `${entry.ruleId} ${entry.topic}`
      if (entry.kind === 'fired') open.set(key, entry)
      if (entry.kind === 'back') open.delete(key)
    }
    return [...open.values()]
  }

  clear(): void {
    this.entries = []
    this.characters = 0
    this.unwritten = 0
    this.lines = Infinity
    this.write()
  }

  /** Writes what is not in the file. */
  write(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    const isShort = this.lines + this.unwritten <= 2 * MOST
    if (this.unwritten === 0 && isShort) return
    try {
      if (isShort) this.append()
      else this.replace()
      this.unwritten = 0
      this.fault = null
    } catch (error) {
      this.fault = messageOf(error)
      this.lines = Infinity
    }
  }

  private append(): void {
    if (this.lines === 0) keepPrivate(this.path)
    appendFileSync(this.path, textOf(this.entries.slice(-this.unwritten)))
    this.lines += this.unwritten
  }

  private replace(): void {
    const fresh = `${this.path}.new`
    keepPrivate(fresh)
    writeFileSync(fresh, textOf(this.entries))
    renameSync(fresh, this.path)
    this.lines = this.entries.length
  }

  private keep(entry: WatchEntry, line: string): void {
    this.entries.push({ entry, line })
    this.characters += line.length
    this.next = entry.number + 1
    while (this.entries.length > MOST || (this.characters > MOST_CHARACTERS && this.entries.length > 1)) {
      this.characters -= this.entries.shift()!.line.length
    }
  }
}

function textOf(entries: readonly { line: string }[]): string {
  return entries.map(({ line }) => `${line}\n`).join('')
}

function entryIn(line: string): WatchEntry | null {
  try {
    return WatchEntry.parse(JSON.parse(line))
  } catch {
    return null
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
