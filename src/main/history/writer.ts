import { statSync } from 'node:fs'
import type Database from 'better-sqlite3'
import type { Message } from '../../shared/message'
import { Clock } from './clock'
import { openForWriting } from './schema'
import { clearTopics } from './clear'
import { loadTopics, prepareTopicUpdate, previewBytes, type TopicEntry } from './topics'

/** A message to be recorded; the writer gives it its id and time. */
export type NewMessage = Omit<Message, 'id' | 'receivedAt' | 'topic' | 'size' | 'payload'> & {
  payload: Buffer
}

/** How often topic totals are written, in ms. */
const CHECKPOINT_EVERY = 1_000

/**
 * The one writer of a history file. Writes collect in a transaction that the first one opens; `commit` puts them on disk.
 * Methods throw SQLite's own errors.
 */
export class HistoryWriter {
  /** Every topic ever recorded in the file, by name. */
  readonly topics: Map<string, TopicEntry>
  private readonly clock: Clock
  private readonly pendingQos2: Set<number>
  private readonly dirty: TopicEntry[] = []
  private nextId: number
  private open = false
  private checkpointAt = 0
  private readonly insertTopic
  private readonly insertMessage
  private readonly updateTopic
  private readonly setMeta
  private readonly insertPending
  private readonly deletePending
  private readonly beginStatement
  private readonly commitStatement

  private constructor(
    private readonly path: string,
    private readonly database: Database.Database
  ) {
    this.insertTopic = database.prepare('INSERT INTO topic (name) VALUES (?)')
    this.insertMessage = database.prepare(
      `INSERT INTO message (id, topic_id, topic_seq, received_at, direction, qos, retain, dup, payload, properties)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
    )
    this.updateTopic = prepareTopicUpdate(database)
    this.setMeta = database.prepare(
      'INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value'
    )
    this.insertPending = database.prepare('INSERT OR IGNORE INTO pending_qos2 VALUES (?)')
    this.deletePending = database.prepare('DELETE FROM pending_qos2 WHERE packet_id = ?')
    this.beginStatement = database.prepare('BEGIN IMMEDIATE')
    this.commitStatement = database.prepare('COMMIT')
    this.topics = loadTopics(database)
    this.pendingQos2 = new Set(
      database.prepare('SELECT packet_id FROM pending_qos2').pluck().all() as number[]
    )
    const newest = database
      .prepare<[], { id: number; received_at: number }>(
        'SELECT id, received_at FROM message ORDER BY id DESC LIMIT 1'
      )
      .get()
    this.clock = new Clock(newest?.received_at ?? 0)
    this.nextId = Math.max(this.meta('next_id') ?? 1, (newest?.id ?? 0) + 1)
    this.catchUp(this.meta('checkpoint_id') ?? 0)
  }

  /** Opens or creates a profile's history file. Throws NewerHistoryError, or SQLite's own errors. */
  static open(path: string): HistoryWriter {
    return new HistoryWriter(path, openForWriting(path))
  }

  /** The entry of a topic, made on first sight. */
  entry(name: string): TopicEntry {
    const known = this.topics.get(name)
    if (known) return known
    this.begin()
    const id = Number(this.insertTopic.run(name).lastInsertRowid)
    const entry: TopicEntry = {
      id,
      name,
      messages: 0,
      sequence: 0,
      last: null,
      retained: false,
      dirty: false
    }
    this.topics.set(name, entry)
    return entry
  }

  /** Records a message and counts it in its topic. */
  append(entry: TopicEntry, message: NewMessage): void {
    this.begin()
    const id = this.nextId++
    const receivedAt = this.clock.now()
    const { direction, qos, retain, dup, payload, properties } = message
    this.insertMessage.run(
      id,
      entry.id,
      entry.sequence + 1,
      receivedAt,
      direction === 'in' ? 0 : 1,
      qos,
      retain ? 1 : 0,
      dup ? 1 : 0,
      payload,
      properties ? JSON.stringify(properties) : null
    )
    entry.sequence++
    if (direction === 'in') {
      entry.messages++
      entry.last = { id, receivedAt, qos, size: payload.length, preview: previewBytes(payload) }
    }
    this.touch(entry)
  }

  /** Notes what is known of the broker's retained message on a topic. */
  setRetained(entry: TopicEntry, retained: boolean): void {
    if (entry.retained === retained) return
    this.begin()
    entry.retained = retained
    this.touch(entry)
  }

  /** Whether the QoS 2 message with this packet id is recorded and waits for its PUBREL. */
  isPending(packetId: number): boolean {
    return this.pendingQos2.has(packetId)
  }

  addPending(packetId: number): void {
    this.begin()
    this.insertPending.run(packetId)
    this.pendingQos2.add(packetId)
  }

  /** The PUBREL came: the packet id may be used for another message. False when it was not pending. */
  releasePending(packetId: number): boolean {
    if (!this.pendingQos2.delete(packetId)) return false
    this.begin()
    this.deletePending.run(packetId)
    return true
  }

  /** The broker has no session: nothing is pending any more. */
  clearPending(): void {
    for (const packetId of [...this.pendingQos2]) this.releasePending(packetId)
  }

  /** Puts everything since the last commit on disk; topic totals about once a second, or now. */
  commit(checkpointNow = false): void {
    if (!this.open) return
    const now = performance.now()
    if (checkpointNow || now - this.checkpointAt >= CHECKPOINT_EVERY) {
      this.checkpoint()
      this.checkpointAt = now
    }
    this.commitStatement.run()
    this.open = false
  }

  /**
   * Removes the recorded messages of the given topics up to now, in slices that leave room for recording.
   * Their entries start anew at once. Answers with how many messages went.
   */
  async clear(entries: TopicEntry[]): Promise<number> {
    this.begin()
    for (const entry of entries) {
      entry.messages = 0
      entry.last = null
      entry.retained = false
      this.touch(entry)
    }
    const ceiling = this.nextId - 1
    this.commit(true)
    return clearTopics(this.database, entries, entries.length === this.topics.size, ceiling, () =>
      this.commit()
    )
  }

  /** Size on disk, with its write-ahead log, in bytes. */
  bytes(): number {
    return [this.path, `${this.path}-wal`].reduce(
      (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
      0
    )
  }

  /** Commits and closes the file. */
  close(): void {
    this.begin()
    this.commit(true)
    this.database.close()
  }

  private begin(): void {
    if (this.open) return
    this.beginStatement.run()
    this.open = true
  }

  private touch(entry: TopicEntry): void {
    if (entry.dirty) return
    entry.dirty = true
    this.dirty.push(entry)
  }

  private checkpoint(): void {
    for (const entry of this.dirty) {
      this.updateTopic(entry)
      entry.dirty = false
    }
    this.dirty.length = 0
    this.setMeta.run('checkpoint_id', this.nextId - 1)
    this.setMeta.run('next_id', this.nextId)
  }

  /** Counts the messages that were committed after the last checkpoint, as after a killed process. */
  private catchUp(checkpointId: number): void {
    const byId = new Map<number, TopicEntry>()
    const late = this.database
      .prepare<[number], LateRow>(
        `SELECT id, topic_id, topic_seq, received_at, direction, qos, retain, payload FROM message WHERE id > ? ORDER BY id`
      )
      .all(checkpointId)
    if (late.length === 0) return
    for (const entry of this.topics.values()) byId.set(entry.id, entry)
    this.begin()
    for (const row of late) {
      const entry = byId.get(row.topic_id)
      if (!entry) continue
      entry.sequence = row.topic_seq
      if (row.direction === 0) {
        const { id, received_at: receivedAt, qos, payload } = row
        entry.messages++
        entry.last = { id, receivedAt, qos, size: payload.length, preview: previewBytes(payload) }
        if (row.retain === 1) entry.retained = payload.length > 0
      }
      this.touch(entry)
    }
    this.commit(true)
  }

  private meta(key: string): number | undefined {
    return this.database.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(key) as
      number | undefined
  }
}

interface LateRow {
  id: number
  topic_id: number
  topic_seq: number
  received_at: number
  direction: 0 | 1
  qos: 0 | 1 | 2
  retain: 0 | 1
  payload: Buffer
}
