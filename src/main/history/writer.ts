import type Database from 'better-sqlite3'
import type { Scope } from '../../shared/contract/messages'
import { BatchInsert } from './batch'
import { Checkpoint } from './checkpoint'
import { Clearing, isInScope, type Commit, type Progress } from './clear'
import { Clock } from './clock'
import { FutureTimes } from './future-times'
import { countLate, messagesAfter } from './late'
import { Meta } from './meta'
import { orClose } from './or-close'
import { PendingQos2 } from './pending'
import { Retention, type RetentionLimits } from './retention'
import { openForWriting } from './schema'
import { SegmentWriter } from './segments'
import type { MessageStore, NewMessage } from './store'
import { TopicTable, type LastMessage, type TopicEntry } from './topics'

/** Interval and time budget for writing topic totals (both ms): a small share of the time, however many topics change. */
const CHECKPOINT_EVERY = 1_000
const CHECKPOINT_BUDGET = 25

/**
 * The only writer of a history file. The first write opens a transaction; `commit` puts it on disk.
 * Methods throw SQLite's own errors; after one, only `abandon` may be called.
 */
export class HistoryWriter implements MessageStore {
  readonly topics = new Map<string, TopicEntry>()
  readonly pending: PendingQos2
  private readonly byId: (TopicEntry | undefined)[] = []
  private readonly table: TopicTable
  private readonly messages: BatchInsert
  private readonly checkpoint: Checkpoint
  private readonly segments: SegmentWriter
  private readonly retention: Retention
  private readonly clearing: Clearing
  private readonly clock: Clock
  private readonly futureTimes: FutureTimes
  private nextId: number
  private open = false
  private retainedForgotten = false
  private checkpointAt = 0
  private readonly meta: Meta
  private readonly beginStatement
  private readonly commitStatement

  private constructor(private readonly database: Database.Database) {
    this.messages = new BatchInsert(database, 'message', 10)
    this.meta = new Meta(database)
    this.beginStatement = database.prepare('BEGIN IMMEDIATE')
    this.commitStatement = database.prepare('COMMIT')
    this.table = new TopicTable(database)
    this.segments = new SegmentWriter(database)
    this.pending = new PendingQos2(database, () => this.begin())
    this.checkpoint = new Checkpoint(this.meta.get('checkpoint_id') ?? 0, (entry) => this.table.update(entry))
    const newest = database
      .prepare<[], { id: number; received_at: number }>(
        'SELECT id, received_at FROM message ORDER BY id DESC LIMIT 1'
      )
      .get()
    this.clock = new Clock(newest?.received_at ?? 0)
    this.futureTimes = new FutureTimes(database, this.clock, {
      begin: () => this.begin(),
      commit: () => this.commit()
    })
    this.nextId = Math.max(this.meta.get('next_id') ?? 1, (newest?.id ?? 0) + 1)
    this.retention = new Retention(database, this.meta, {
      entry: (topicId) => this.entryOf(topicId),
      update: (entry) => this.table.update(entry),
      isBeingCleared: ({ name }, id) => this.clearing.covers(name, id),
      closeSegment: () => this.segments.close(),
      begin: () => this.begin(),
      commit: () => this.commit()
    })
    this.clearing = new Clearing(database, this.meta, {
      commit: () => this.commit(),
      totalsUpTo: (id) => {
        this.begin()
        this.writeTotals(CHECKPOINT_BUDGET)
        this.commit()
        return this.checkpoint.mark >= id
      }
    })
  }

  /** Opens or creates a profile's history file; `load` then reads its topics. Throws NewerHistoryError, or SQLite's own errors. */
  static open(path: string): HistoryWriter {
    return orClose(openForWriting(path), (database) => {
      const writer = new HistoryWriter(database)
      writer.catchUp()
      return writer
    })
  }

  /** Reads the file's topics, a few ms at a time, with the share read, 0 to 1. Messages may be recorded meanwhile. */
  *load(): Generator<{ entries: TopicEntry[]; share: number }> {
    const last = (this.database.prepare('SELECT max(id) FROM topic').pluck().get() as number | null) ?? 1
    for (let id = 0, more = true; more;) {
      const step = this.table.after(id)
      more = step.more
      id = step.entries.at(-1)?.id ?? last
      const entries = step.entries.map((entry) => this.byId[entry.id] ?? this.know(entry))
      yield { entries, share: Math.min(1, id / last) }
    }
  }

  /** Writes something to check that the file is writable. */
  touch(): void {
    this.begin()
    this.writeTotals(0)
  }

  /** Sets whether committed messages also survive a power failure, not only a crash of the process. Slower. */
  setPowerSafe(on: boolean): void {
    this.commit()
    this.database.pragma(`synchronous = ${on ? 'FULL' : 'NORMAL'}`)
  }

  readonly now = (): number => this.clock.now()

  entry(name: string): TopicEntry {
    const known = this.topics.get(name)
    if (known) return known
    this.begin()
    return this.know(this.table.add(name))
  }

  /** Records a message. Pass `at` (µs) if it arrived earlier than now. */
  append(entry: TopicEntry, message: NewMessage, at?: number): number {
    this.begin()
    const receivedAt = at === undefined ? this.clock.now() : this.clock.notBefore(at)
    const id = this.nextId++
    const { direction, qos, retain, dup, payload, properties } = message
    this.messages.add(
      id,
      entry.id,
      ++entry.sequence,
      receivedAt,
      direction === 'in' ? 0 : 1,
      qos,
      retain ? 1 : 0,
      dup ? 1 : 0,
      payload,
      properties ? JSON.stringify(properties) : null
    )
    this.segments.note(id, entry.id, payload.length)
    entry.newestId = id
    if (direction === 'in') {
      this.retention.superseded(entry)
      entry.messages++
      entry.lastId = id
    }
    this.checkpoint.touch(entry)
    return receivedAt
  }

  setRetained(entry: TopicEntry, at: number): void {
    if (entry.retainedAt === at) return
    this.begin()
    entry.retainedAt = at
    this.checkpoint.touch(entry)
  }

  forgetRetained(): void {
    for (const entry of this.topics.values()) this.setRetained(entry, 0)
    // Topics not loaded yet are updated when they are loaded.
    this.retainedForgotten = true
  }

  last(entry: TopicEntry, bytes?: number): LastMessage | null {
    this.messages.drain()
    return this.table.last(entry, bytes)
  }

  /** Puts everything since the last commit on disk, and some of the topic totals. */
  commit(): void {
    if (!this.open) return
    const now = performance.now()
    if (now - this.checkpointAt >= CHECKPOINT_EVERY) {
      this.writeTotals(CHECKPOINT_BUDGET)
      this.checkpointAt = now
    }
    this.messages.drain()
    this.commitStatement.run()
    this.open = false
  }

  /** The topics of a scope, once all are loaded. */
  entriesIn(scope: Scope): TopicEntry[] {
    return [...this.topics.values()].filter(({ name }) => isInScope(scope, name))
  }

  /**
   * Deletes a scope's current messages, in slices that leave time for recording. Its topics restart from zero at once. `commit` commits
   * between slices: the recorder's flush, if there is one. If the process ends, clearing continues when the file is opened again.
   * Resolves with the number of messages deleted.
   */
  async clear(scope: Scope, progress?: Progress, commit: Commit = () => this.commit()): Promise<number> {
    this.begin()
    // Close the segment, so that messages to clear and messages received meanwhile are in different segments.
    this.segments.close()
    for (const entry of this.entriesIn(scope)) {
      entry.messages = 0
      entry.lastId = 0
      entry.newestId = 0
      entry.retainedAt = 0
      this.checkpoint.touch(entry)
    }
    this.meta.set('next_id', this.nextId)
    return this.clearing.add({ ...scope, ceiling: this.nextId - 1 }, commit, progress)
  }

  /** Continues clearing that an earlier process began. Call it once, when all topics are loaded. */
  async finishClearing(commit: Commit = () => this.commit()): Promise<void> {
    await this.clearing.resume(commit)
  }

  /**
   * Corrects times in the future, and deletes the oldest messages while the history is over its limits, for a few ms. Call it once all
   * topics are loaded. Reports how many incoming messages topics lost. Returns true when more work is due at once.
   */
  retain(limits: RetentionLimits, removed: (entry: TopicEntry, messages: number) => void): boolean {
    this.messages.drain()
    const correcting = this.futureTimes.step()
    return this.retention.step(limits, removed) || correcting
  }

  /** Commits, with the totals of all topics, and closes the file. */
  close(): void {
    this.clearing.stop()
    this.begin()
    this.writeTotals(Infinity)
    this.commit()
    this.database.close()
  }

  /** Discards uncommitted writes; from now on only committed data may be read. */
  rollBack(): void {
    this.clearing.stop()
    this.open = false
    if (this.database.inTransaction) this.database.exec('ROLLBACK')
    this.pending.reload()
  }

  /** Closes the file and discards uncommitted writes. */
  abandon(): void {
    this.clearing.stop()
    this.database.close()
  }

  private begin(): void {
    if (this.open) return
    this.beginStatement.run()
    this.open = true
  }

  private know(entry: TopicEntry): TopicEntry {
    if (this.retainedForgotten && entry.retainedAt > 0) {
      entry.retainedAt = 0
      this.checkpoint.touch(entry)
    }
    this.topics.set(entry.name, entry)
    this.byId[entry.id] = entry
    return entry
  }

  private entryOf(topicId: number): TopicEntry | null {
    const known = this.byId[topicId]
    if (known) return known
    const entry = this.table.get(topicId)
    return entry && this.know(entry)
  }

  private writeTotals(budget: number): void {
    this.checkpoint.advance(this.nextId - 1, budget)
    this.meta.set('checkpoint_id', this.checkpoint.mark)
    this.meta.set('next_id', this.nextId)
  }

  /** Adds messages that the last process committed after its last segment and totals. */
  private catchUp(): void {
    const indexed = this.database
      .prepare('SELECT coalesce(max(last_id), 0) FROM segment')
      .pluck()
      .get() as number
    for (const rows of messagesAfter(this.database, Math.min(indexed, this.checkpoint.mark))) {
      this.begin()
      for (const row of rows) {
        if (row.id > indexed) this.segments.note(row.id, row.topicId, row.size)
        const entry = row.id > this.checkpoint.mark ? this.entryOf(row.topicId) : null
        if (entry && countLate(entry, row, this.clearing)) this.checkpoint.touch(entry)
      }
      this.commitStatement.run()
      this.open = false
    }
    if (!this.checkpoint.pending) return
    this.begin()
    this.writeTotals(Infinity)
    this.commit()
  }
}
