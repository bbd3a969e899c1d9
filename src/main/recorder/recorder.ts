import { EventEmitter } from 'node:events'
import type { NewMessage } from '../history/store'
import type { Arrival, RecordedMessage } from './message'
import type { MessageStream } from './message-stream'
import type { StoreSwitch } from './store-switch'

/** QoS 0 messages are on disk at most this long after they were received, in ms. */
const COMMIT_EVERY = 100
/** Most QoS 0 messages that wait for a commit. If they wait longer, they survive garbage collections, which then cost more than commits. */
const COMMIT_COUNT = 400

/** A socket whose acknowledgements wait for the commit. */
export interface Gate {
  /** Holds back everything written from now on. */
  cork(): void
  uncork(): void
  /** Drops the connection and everything held back. */
  destroy(): void
}

/** The receiver of a client's messages: the recorder, or a substitute that records nothing. */
export interface Recipient extends Pick<
  Recorder,
  'atMostOnce' | 'exactlyOnce' | 'released' | 'sessionLost' | 'outgoing' | 'noteRetained' | 'flush'
> {
  atLeastOnce(arrival: Arrival, gate: Gate, packetId: number): void
}

/** A message not yet delivered to subscribers, with the previous last id of its topic's entry. */
interface Untold extends RecordedMessage {
  lastIdBefore: number
}

/**
 * Writes every message to the history, then delivers it to the stream's subscribers. QoS 1 and 2 messages are on disk before PUBACK or
 * PUBREC is sent, by group commit: the socket is corked at the first message of a burst and uncorked after the commit that follows. If
 * the commit fails, the socket is dropped with the acknowledgements: the broker sends those messages again, and subscribers get them then.
 * Emits `marked` when `noteRetained` changes a mark.
 */
export class Recorder extends EventEmitter<{ marked: [] }> {
  received = 0
  sent = 0
  /** Messages that are not in the history. */
  unrecorded = 0
  /** Messages received since the last commit. */
  private untold: Untold[] = []
  private uncommittedSent = 0
  /** Whether the broker keeps the session: after a reconnect it resends unacknowledged messages. */
  sessionKept = false
  /** Whether live messages keep the retain flag that they were published with, which MQTT 5 subscriptions can request (3.8.3.1). */
  retainAsPublished = false
  private corked: Gate | null = null
  private immediate: NodeJS.Immediate | null = null
  private timer: NodeJS.Timeout | null = null

  constructor(
    private readonly recording: StoreSwitch,
    private readonly stream: MessageStream
  ) {
    super()
    // The counts in the file include every message so far, so subscribers must get those messages first.
    recording.on('reset', () => {
      this.flush()
      stream.reset()
    })
    recording.on('topics', (entries) => {
      this.flush()
      stream.topics(entries)
    })
    recording.on('commit', () => this.flush())
    recording.on('recovered', (messages) => (this.unrecorded -= messages))
    recording.on('broke', (error) => this.fail(error))
  }

  /** Records an incoming QoS 0 message. */
  atMostOnce(arrival: Arrival): void {
    this.record(arrival)
    if (this.untold.length >= COMMIT_COUNT) this.flush()
    else this.commitSoon()
  }

  /** Records an incoming QoS 1 message, whose PUBACK waits behind the gate. */
  atLeastOnce(arrival: Arrival, gate: Gate): void {
    this.hold(gate)
    this.record(arrival)
  }

  /** Records an incoming QoS 2 message, whose PUBREC waits behind the gate, unless it is already recorded. */
  exactlyOnce(arrival: Arrival, packetId: number, gate: Gate): void {
    this.hold(gate)
    if (this.recording.store.pending.has(packetId)) return
    if (this.record(arrival)) this.write(() => this.recording.store.pending.add(packetId))
  }

  /** Handles the PUBREL of a QoS 2 message. The PUBCOMP waits behind the gate, because the broker may reuse the id after it. */
  released(packetId: number, gate: Gate): void {
    // Nothing to wait for. Without a writer, go on: ids pending before recording stopped may be unknown, if the file could not be read.
    if (this.recording.writer && !this.recording.store.pending.has(packetId)) return
    this.hold(gate)
    this.write(() => this.recording.store.pending.delete(packetId))
  }

  /** The broker has no session for this client: forgets pending QoS 2 messages. */
  sessionLost(): void {
    this.write(() => this.recording.store.pending.clear())
    this.commitSoon()
  }

  /** Clears all retained marks, which may be outdated: the broker is about to send its retained messages again. */
  forgetRetained(): void {
    this.write(() => this.recording.store.forgetRetained())
    this.commitSoon()
  }

  /** Marks a known topic as having a retained message since `at` (whole seconds since 1970 UTC), or none (0). */
  noteRetained(topic: string, at: number): void {
    const entry = this.recording.store.topics.get(topic)
    if (!entry || entry.retainedAt === at) return
    this.write(() => this.recording.store.setRetained(entry, at))
    this.commitSoon()
    this.emit('marked')
  }

  /** Records a published message. */
  outgoing(message: Omit<NewMessage, 'direction' | 'dup'> & { topic: string }): void {
    this.sent++
    if (this.recording.writer) this.uncommittedSent++
    else this.unrecorded++
    const { topic, ...rest } = message
    this.write(() => {
      const { store } = this.recording
      store.append(store.entry(topic), { ...rest, direction: 'out', dup: false })
    })
    this.commitSoon()
  }

  /** Handles a failure to read or write the history: nothing since the last commit is in it, so none of that may be acknowledged. */
  fail(error: unknown): void {
    if (!this.recording.writer) return
    const lost = this.untold
    this.untold = []
    this.unrecorded += this.uncommittedSent
    this.uncommittedSent = 0
    for (const { entry, lastIdBefore } of lost.toReversed()) {
      entry.messages--
      entry.lastId = lastIdBefore
    }
    this.recording.fail(error)
    this.release()?.destroy()
    for (const message of lost) if (!this.comesAgain(message)) this.keep(message)
    this.commitSoon()
  }

  /** Sets whether messages must survive a power cut. */
  setPowerSafe(on: boolean): void {
    this.flush()
    this.write(() => this.recording.setPowerSafe(on))
  }

  /** Writes everything to disk now, releases held acknowledgements, and notifies subscribers. */
  flush(): void {
    if (this.immediate) clearImmediate(this.immediate)
    if (this.timer) clearTimeout(this.timer)
    this.immediate = null
    this.timer = null
    this.write(() => this.recording.store.commit())
    // After a failure these are the messages that the history missed and the broker will not send again.
    const messages = this.untold
    this.untold = []
    this.uncommittedSent = 0
    this.release()?.uncork()
    this.stream.publish(messages)
  }

  /** Returns false if the message could not be written: either the broker sends it again, or it is only kept in memory. */
  private record(arrival: Arrival): boolean {
    this.received++
    if (this.write(() => this.keep(arrival))) return true
    if (!this.comesAgain(arrival)) this.keep(arrival)
    return false
  }

  private keep(arrival: Arrival): void {
    const { topic, payload, qos, retain, dup, properties } = arrival
    const { store, writer } = this.recording
    const entry = store.entry(topic)
    const lastIdBefore = entry.lastId
    const receivedAt = store.append(entry, { direction: 'in', payload, qos, retain, dup, properties })
    // An empty payload clears the retained message. Before MQTT 5 live messages arrive without the retain flag (3.1.1, 3.3.1.3), so any
    // empty one may be clearing.
    const empty = payload.length === 0
    if (retain || (empty && !this.retainAsPublished))
      store.setRetained(entry, empty ? 0 : Math.floor(receivedAt / 1e6))
    const { lastId: id, messages: topicMessages } = entry
    this.untold.push({
      topic,
      payload,
      qos,
      retain,
      dup,
      properties,
      id,
      receivedAt,
      entry,
      topicMessages,
      lastIdBefore
    })
    if (!writer) this.unrecorded++
  }

  /** Whether the broker resends the message if it is not acknowledged. */
  private comesAgain({ qos }: Arrival): boolean {
    return qos > 0 && this.sessionKept
  }

  private hold(gate: Gate): void {
    this.immediate ??= setImmediate(() => this.flush())
    // Without a writer, messages are acknowledged immediately, and counted as unrecorded.
    if (!this.recording.writer || this.corked) return
    this.corked = gate
    gate.cork()
  }

  private commitSoon(): void {
    this.timer ??= setTimeout(() => this.flush(), COMMIT_EVERY)
  }

  private release(): Gate | null {
    const gate = this.corked
    this.corked = null
    return gate
  }

  /** Writes to the history; on an error calls `fail` and returns false. */
  private write(write: () => unknown): boolean {
    try {
      write()
      return true
    } catch (error) {
      this.fail(error)
      return false
    }
  }
}
