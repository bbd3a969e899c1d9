import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { openForWriting } from './schema'
import { HistoryWriter } from './writer'

/** A message to put in a history; omitted fields get the simplest values. */
export interface FixtureMessage {
  topic: string
  payload?: string | Uint8Array
  /** µs since 1970 UTC; the id by default. */
  receivedAt?: number
  direction?: 'in' | 'out'
  qos?: number
  retain?: boolean
  dup?: boolean
  properties?: object
}

/** A folder that is deleted when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'treetop-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Whether `openHandles` works on this system. */
export const listsHandles = process.platform === 'linux'

/** How many handles this process has on a file or one whose name begins like it, such as its log; those that were removed count. */
export function openHandles(path: string): number {
  const targetOf = (handle: string): string => {
    try {
      return readlinkSync(`/proc/self/fd/${handle}`)
    } catch {
      // The handle that listed the directory is closed by now.
      return ''
    }
  }
  return readdirSync('/proc/self/fd').filter((handle) => targetOf(handle).startsWith(path)).length
}

/** A history file with the messages in order, ids from 1. It accepts more messages until the test ends. */
export function historyOf(
  messages: FixtureMessage[],
  path = join(temporaryFolder(), 'history.db')
): HistoryFixture {
  const fixture = new HistoryFixture(path, openForWriting(path))
  onTestFinished(() => void fixture.database.close())
  fixture.add(messages)
  return fixture
}

class HistoryFixture {
  private readonly topicIds = new Map<string, number>()
  private readonly sequences = new Map<string, number>()

  constructor(
    readonly path: string,
    readonly database: Database.Database
  ) {}

  add(messages: FixtureMessage[]): void {
    const insert = this.database.prepare(
      `INSERT INTO message (topic_id, topic_seq, received_at, direction, qos, retain, dup, payload, properties)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
    )
    const newest = this.database.prepare('SELECT coalesce(max(id), 0) FROM message').pluck()
    this.database.transaction(() => {
      let id = newest.get() as number
      for (const message of messages) {
        insert.run(
          this.topicId(message.topic),
          this.nextSequence(message.topic),
          message.receivedAt ?? ++id,
          message.direction === 'out' ? 1 : 0,
          message.qos ?? 0,
          message.retain ? 1 : 0,
          message.dup ? 1 : 0,
          Buffer.from(message.payload ?? ''),
          message.properties ? JSON.stringify(message.properties) : null
        )
      }
    })()
  }

  /** Divides the messages into segments and counts them, as a writer does when it opens the file. */
  index(): void {
    HistoryWriter.open(this.path).close()
  }

  private nextSequence(topic: string): number {
    const next = (this.sequences.get(topic) ?? 0) + 1
    this.sequences.set(topic, next)
    return next
  }

  private topicId(name: string): number {
    const known = this.topicIds.get(name)
    if (known !== undefined) return known
    const id = Number(this.database.prepare('INSERT INTO topic (name) VALUES (?)').run(name).lastInsertRowid)
    this.topicIds.set(name, id)
    return id
  }
}
