import { PREVIEW_BYTES, type Message } from '../../shared/message'
import { Clock } from '../history/clock'
import type { MessageStore, NewMessage } from '../history/store'
import { newEntry, type LastMessage, type TopicEntry } from '../history/topics'

/** Maximum payload bytes kept; beyond that, only the first bytes of each payload are kept. */
const KEPT_BYTES = 64 * 1_048_576

/** A message that is not in a file. `whole` is false if only the first bytes of its payload were kept. */
export interface LiveMessage extends NewMessage {
  receivedAt: number
  size: number
  whole: boolean
}

/** Packet ids of pending QoS 2 messages while nothing is recorded; also tracks what changes for the ids that are in the file. */
class LivePending extends Set<number> {
  private readonly released = new Set<number>()
  private cleared = false

  override delete(packetId: number): boolean {
    this.released.add(packetId)
    return super.delete(packetId)
  }

  override clear(): void {
    this.cleared = true
    super.clear()
  }

  /** Applies the changes to the file's pending ids. */
  carryOver(file: MessageStore['pending']): void {
    if (this.cleared) file.clear()
    for (const packetId of this.released) file.delete(packetId)
    for (const packetId of this) file.add(packetId)
  }
}

/** Replaces a history that cannot be written: keeps each topic's newest incoming message in memory, so that the tree stays current. */
export class LiveStore implements MessageStore {
  readonly topics: Map<string, TopicEntry>
  private readonly lasts = new Map<TopicEntry, LiveMessage>()
  readonly pending: LivePending
  private readonly clock = new Clock(0)
  private bytes = 0
  private nextId = 1
  private nextTopic = 1

  /** Continues from the known topics and pending ids; `readKept` returns a topic's newest recorded message, or null if unreadable. */
  constructor(
    known: Iterable<TopicEntry>,
    pending: Iterable<number>,
    private readonly readKept: (entry: TopicEntry) => LastMessage | null
  ) {
    this.topics = new Map()
    for (const entry of known) {
      this.topics.set(entry.name, entry)
      this.nextId = Math.max(this.nextId, entry.newestId + 1)
      this.nextTopic = Math.max(this.nextTopic, entry.id + 1)
    }
    this.pending = new LivePending(pending)
  }

  now(): number {
    return this.clock.now()
  }

  entry(name: string): TopicEntry {
    const known = this.topics.get(name)
    if (known) return known
    const entry = newEntry(this.nextTopic++, name)
    this.topics.set(name, entry)
    return entry
  }

  append(entry: TopicEntry, message: NewMessage): number {
    const receivedAt = this.clock.now()
    if (message.direction === 'out') return receivedAt
    const before = this.lasts.get(entry)
    this.bytes -= before?.payload.length ?? 0
    const { payload } = message
    const whole = this.bytes + payload.length <= KEPT_BYTES
    // Copy it: a slice would keep the socket's whole buffer alive.
    const kept = Buffer.from(whole ? payload : payload.subarray(0, PREVIEW_BYTES))
    this.bytes += kept.length
    this.lasts.set(entry, { ...message, payload: kept, receivedAt, size: payload.length, whole })
    entry.messages++
    entry.lastId = this.nextId++
    return receivedAt
  }

  setRetained(entry: TopicEntry, at: number): void {
    entry.retainedAt = at
  }

  forgetRetained(): void {
    for (const entry of this.topics.values()) entry.retainedAt = 0
  }

  last(entry: TopicEntry, bytes = PREVIEW_BYTES): LastMessage | null {
    const live = this.lasts.get(entry)
    if (!live) return this.readKept(entry)
    const { receivedAt, qos, size, payload } = live
    return { receivedAt, qos, size, start: payload.subarray(0, bytes) }
  }

  /** Returns a topic's newest message if it was received since recording stopped. */
  message(topic: string): Message | null {
    const entry = this.topics.get(topic)
    const live = entry && this.lasts.get(entry)
    return live ? { ...live, topic, id: entry.lastId } : null
  }

  /** Returns the messages that can still be recorded, oldest first. */
  recordable(): [topic: string, message: LiveMessage][] {
    return [...this.lasts]
      .filter(([, { whole }]) => whole)
      .sort(([, a], [, b]) => a.receivedAt - b.receivedAt)
      .map(([{ name }, message]) => [name, message])
  }

  commit(): void {
    // Nothing to write to disk.
  }
}
