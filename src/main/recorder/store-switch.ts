import { EventEmitter } from 'node:events'
import { existsSync, renameSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import type { RecordingFault } from '../../shared/contract/connections'
import { NewerHistoryError } from '../history/schema'
import type { MessageStore } from '../history/store'
import type { TopicEntry } from '../history/topics'
import { HistoryWriter } from '../history/writer'
import { LiveStore } from './live-store'

/** Wait before reopening the history after a failure, in ms; doubles from the first to the last. */
const FIRST_RETRY = 500
const LAST_RETRY = 30_000

/** The events of a StoreSwitch. */
interface StoreSwitchEvents {
  /** Recording stopped, or resumed (null). `setAside`: where a damaged history was moved. */
  changed: [fault: RecordingFault | null, setAside: string | null]
  /** The history was replaced by another file: readers must reopen it. */
  replaced: []
  /** A file is about to take over, with its own topics and ids: known topics are no longer valid. */
  reset: []
  /** Topics were read from the file. */
  topics: [entries: TopicEntry[]]
  /** This many messages that were only in memory have now been recorded. */
  recovered: [messages: number]
  /** Everything received so far must be committed now. */
  commit: []
  /** Reading the history failed. */
  broke: [error: unknown]
}

/**
 * Stores messages in the history file while it can be written, otherwise in memory until it can be written again. A damaged file is
 * renamed, and a new one created.
 */
export class StoreSwitch extends EventEmitter<StoreSwitchEvents> {
  store: MessageStore
  /** The history file; null while messages are not recorded. */
  writer: HistoryWriter | null = null
  fault: RecordingFault | null = null
  /** The share of the file's topics that are loaded, 0 to 1; null when all are. */
  loading: number | null = null
  private loaded: Promise<void> = Promise.resolve()
  private live = new LiveStore([], [], () => null)
  private failed: HistoryWriter | null = null
  private powerSafe = false
  private retry: NodeJS.Timeout | null = null
  private wait = FIRST_RETRY
  private damaged = false
  private movedTo: string | null = null
  private ended = false

  constructor(
    private readonly path: string,
    /** Makes other readers close a damaged file, because Windows cannot rename an open file. */
    private readonly releaseReaders: () => Promise<void> = () => Promise.resolve()
  ) {
    super()
    this.store = this.live
  }

  /** Sets whether messages must survive a power cut. */
  setPowerSafe(on: boolean): void {
    this.powerSafe = on
    this.writer?.setPowerSafe(on)
  }

  /** Waits until all topics of the file are loaded. */
  async whenLoaded(): Promise<void> {
    await this.loaded
  }

  /** Handles a failure of the file: discards uncommitted changes and keeps messages in memory from now on. */
  fail(error: unknown): void {
    const { writer } = this
    if (!writer) return
    this.writer = null
    this.failed = writer
    this.loading = null
    try {
      writer.rollBack()
    } catch {
      // The original failure says more than this one.
    }
    this.live = new LiveStore(writer.topics.values(), writer.pending, (entry) => {
      try {
        return writer.last(entry)
      } catch {
        return null
      }
    })
    this.store = this.live
    this.note(error)
  }

  /** Returns a topic's newest message if it is only in memory. */
  liveMessage(topic: string): ReturnType<LiveStore['message']> {
    return this.writer ? null : this.live.message(topic)
  }

  /** Writes everything and closes the file. */
  end(): void {
    this.ended = true
    if (this.retry) clearTimeout(this.retry)
    this.failed?.abandon()
    try {
      this.writer?.close()
    } catch {
      // Messages that could not be written are lost; topic totals catch up when the file is next opened.
      this.writer?.abandon()
    }
    this.writer = null
  }

  private note(error: unknown): void {
    this.fault = { kind: kindOf(error), reason: error instanceof Error ? error.message : String(error) }
    this.damaged = this.fault.kind === 'damaged'
    this.emit('changed', this.fault, this.movedTo)
    this.retry = setTimeout(() => void this.tryAgain(), this.wait)
    this.wait = Math.min(this.wait * 2, LAST_RETRY)
  }

  private async tryAgain(): Promise<void> {
    // If this fails, rename anyway: where readers still have the file open, Windows refuses, and the next retry tries again.
    if (this.damaged) await this.releaseReaders().catch(() => undefined)
    if (!this.ended) this.open()
  }

  /** Opens the file. If that fails, messages stay in memory and opening is retried until the file can be written. */
  open(): void {
    this.retry = null
    let writer: HistoryWriter | null = null
    try {
      if (this.damaged) this.setAside()
      writer = HistoryWriter.open(this.path)
      if (this.powerSafe) writer.setPowerSafe(true)
      const messages = this.live.recordable()
      for (const [topic, message] of messages) writer.append(writer.entry(topic), message, message.receivedAt)
      this.live.pending.carryOver(writer.pending)
      writer.touch()
      writer.commit()
      this.recovered(writer, messages.length)
    } catch (error) {
      writer?.abandon()
      this.note(error)
    }
  }

  private recovered(writer: HistoryWriter, messages: number): void {
    this.emit('reset')
    this.failed?.abandon()
    this.failed = null
    this.writer = writer
    this.store = writer
    this.live = new LiveStore([], [], () => null)
    this.wait = FIRST_RETRY
    this.loaded = this.load(writer).catch((error: unknown) => {
      if (this.writer === writer) this.emit('broke', error)
    })
    if (messages > 0) this.emit('recovered', messages)
    this.fault = null
    this.emit('changed', null, this.movedTo)
  }

  private async load(writer: HistoryWriter): Promise<void> {
    for (const { entries, share } of writer.load()) {
      this.loading = share
      this.emit('topics', entries)
      await turn()
      if (this.writer !== writer || this.ended) return
    }
    this.loading = null
    await writer.finishClearing(() => this.emit('commit'))
  }

  private setAside(): void {
    this.failed?.abandon()
    this.failed = null
    const name = `${this.path}.damaged-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}`
    for (const part of ['', '-wal', '-shm'])
      if (existsSync(this.path + part)) renameSync(this.path + part, name + part)
    this.damaged = false
    this.movedTo = name
    this.emit('replaced')
  }
}

/** Classifies a failure of the history by SQLite's result code or Node's error code. */
function kindOf(error: unknown): RecordingFault['kind'] {
  if (error instanceof NewerHistoryError) return 'newer'
  const { code } = error as { code?: unknown }
  if (typeof code !== 'string') return 'other'
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return 'damaged'
  if (/^SQLITE_FULL|^ENOSPC/.test(code)) return 'full'
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return 'locked'
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|^EACCES|^EPERM|^EROFS/.test(code)) return 'unwritable'
  return 'other'
}
