import { EventEmitter } from 'node:events'
import type { NewMessage } from '../history/store'
import type { Arrival, RecordedMessage } from './message'
import type { MessageStream } from './message-stream'
import type { StoreSwitch } from './store-switch'

/** QoS 0 messages are on disk at most this long after they came, in ms. */
const COMMIT_EVERY = 100
/** And so many of them at most wait for it: what waits long outlives its first garbage collections, which then cost more than commits do. */
const COMMIT_COUNT = 400

/** The socket whose acknowledgements wait for the commit. */
export interface Gate {
  /** Holds back what is written from now on. */
  cork(): void
  uncork(): void
  /** Drops the connection with everything that was held back. */
  destroy(): void
}

/** Who takes what a client receives: the recorder, or somebody who records nothing. */
export type Recipient = Pick<
  Recorder,
  | 'atMostOnce'
  | 'atLeastOnce'
  | 'exactlyOnce'
  | 'released'
  | 'sessionLost'
  | 'outgoing'
  | 'noteRetained'
  | 'flush'
>

/** A message that subscribers have not been told of, with what its topic's entry had before. */
interface Untold extends RecordedMessage {
  lastIdBefore: number
}

/**
 * Puts every message in the history, then tells the stream's subscribers. QoS 1 and 2 messages are on disk before PUBACK or PUBREC
 * leaves, by group commit: the socket is corked when the first of a burst comes and uncorked after the commit that follows it. Where
 * that fails, the socket is dropped with the acknowledgements: the broker sends those messages again, and subscribers hear of them then.
 * Emits `marked` when it is told what the broker retains.
 */
export class Recorder extends EventEmitter<{ marked: [] }> {
  received = 0
  sent = 0
  /** Messages that are in no history. */
  unrecorded = 0
  /** What came since the last commit. */
  private untold: Untold[] = []
  private uncommittedSent = 0
  /** Whether the broker keeps the session: after a reconnect it sends again what was not acknowledged. */
  sessionKept = false
  /** Whether live messages come with the retain flag that they were published with: MQTT 5 subscriptions ask for it (3.8.3.1). */
  retainAsPublished = false
  private corked: Gate | null = null
  private immediate: NodeJS.Immediate | null = null
  private timer: NodeJS.Timeout | null = null

  constructor(
    private readonly recording: StoreSwitch,
    private readonly stream: MessageStream
  ) {
    super()
    // What is counted from the file includes every message so far: subscribers hear of those first.
    recording.on('reset', () => {
      this.flush()
      stream.reset()
    })
    recording.on('topics', (entries) => {
      this.flush()
      stream.topics(entries)
    })
    recording.on('recovered', (messages) => (this.unrecorded -= messages))
    recording.on('broke', (error) => this.fail(error))
  }

  /** An incoming QoS 0 message. */
  atMostOnce(arrival: Arrival): void {
    this.record(arrival)
    if (this.untold.length >= COMMIT_COUNT) this.flush()
    else this.commitSoon()
  }

  /** An incoming QoS 1 message, whose PUBACK waits behind the gate. */
  atLeastOnce(arrival: Arrival, gate: Gate): void {
    this.hold(gate)
    this.record(arrival)
  }

  /** An incoming QoS 2 message, whose PUBREC waits behind the gate. One that is already recorded is not recorded again. */
  exactlyOnce(arrival: Arrival, packetId: number, gate: Gate): void {
    this.hold(gate)
    if (this.recording.store.pending.has(packetId)) return
    if (this.record(arrival)) this.write(() => this.recording.store.pending.add(packetId))
  }

  /** The PUBREL of a QoS 2 message, whose PUBCOMP waits behind the gate: the broker may use the id again after it. */
  released(packetId: number, gate: Gate): void {
    // Nothing is to be awaited; what was pending before recording stopped is not known where the file could not even be read.
    if (this.recording.writer && !this.recording.store.pending.has(packetId)) return
    this.hold(gate)
    this.write(() => this.recording.store.pending.delete(packetId))
  }

  /** The broker holds no session for this client. */
  sessionLost(): void {
    this.write(() => this.recording.store.pending.clear())
    this.commitSoon()
  }

  /** The broker is about to send again what it retains: a mark from before may be out of date. */
  forgetRetained(): void {
    this.write(() => this.recording.store.forgetRetained())
    this.commitSoon()
  }

  /** What the broker retains on a topic is known from elsewhere than its messages: since `at` (whole seconds since 1970 UTC), or nothing (0). */
  noteRetained(topic: string, at: number): void {
    const entry = this.recording.store.topics.get(topic)
    if (!entry || entry.retainedAt === at) return
    this.write(() => this.recording.store.setRetained(entry, at))
    this.commitSoon()
    this.emit('marked')
  }

  /** A message that was handed to the socket. */
  outgoing(message: Omit<NewMessage, 'direction' | 'dup' | 'properties'> & { topic: string }): void {
    this.sent++
    if (this.recording.writer) this.uncommittedSent++
    else this.unrecorded++
    const { topic, ...rest } = message
    this.write(() => {
      const { store } = this.recording
      store.append(store.entry(topic), { ...rest, direction: 'out', dup: false, properties: null })
    })
    this.commitSoon()
  }

  /** The history could not be read or written: nothing since the last commit is in it, nor may it be acknowledged. */
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

  /** Whether messages are to survive a power cut. */
  setPowerSafe(on: boolean): void {
    this.flush()
    this.write(() => this.recording.setPowerSafe(on))
  }

  /** Puts everything on disk now, lets held acknowledgements go, and tells subscribers. */
  flush(): void {
    if (this.immediate) clearImmediate(this.immediate)
    if (this.timer) clearTimeout(this.timer)
    this.immediate = null
    this.timer = null
    this.write(() => this.recording.store.commit())
    // After a failure these are what the history missed and the broker will not send again.
    const messages = this.untold
    this.untold = []
    this.uncommittedSent = 0
    this.release()?.uncork()
    this.stream.publish(messages)
  }

  /** False where the message could not be written: the broker sends it again, or it is only live. */
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
    // An empty payload clears what is retained. Before MQTT 5 a live one comes without the retain flag (3.1.1, 3.3.1.3): it may have.
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

  /** Whether the broker sends a message again that was not acknowledged. */
  private comesAgain({ qos }: Arrival): boolean {
    return qos > 0 && this.sessionKept
  }

  private hold(gate: Gate): void {
    this.immediate ??= setImmediate(() => this.flush())
    // What is not recorded is acknowledged all the same, and counted.
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

  /** Writes to the history, or fails. */
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
