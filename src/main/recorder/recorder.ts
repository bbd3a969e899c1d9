import type { MessageProperties, Qos } from '../../shared/message'
import type { NewMessage } from '../history/store'
import type { TopicEntry } from '../history/topics'
import { tickAt } from '../topics/rate'
import type { StoreSwitch } from './store-switch'
import type { TrafficMeter } from '../topics/traffic-meter'
import type { TopicTree } from '../topics/tree'

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

/** An incoming PUBLISH. */
export interface Arrival {
  topic: string
  payload: Buffer
  qos: Qos
  retain: boolean
  dup: boolean
  properties: MessageProperties | null
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

export interface RecorderEvents {
  /** Something changed that a view may show. */
  changed(): void
  /** A message came: it is kept under an id, received at a time (µs since 1970 UTC). */
  arrived(arrival: Arrival, messageId: number, receivedAt: number): void
  /** A QoS 1 or 2 message came that is not a retained one: a kept session may have queued it. */
  mayBeQueued(): void
}

/**
 * Puts every message in the history, then in the tree. QoS 1 and 2 messages are on disk before PUBACK or PUBREC leaves, by
 * group commit: the socket is corked when the first of a burst comes and uncorked after the commit that follows it. Where that
 * fails, the socket is dropped with the acknowledgements: the broker sends those messages again.
 */
export class Recorder {
  received = 0
  sent = 0
  /** Messages that are in no history. */
  unrecorded = 0
  /** What was recorded since the last commit. */
  private uncommitted: Arrival[] = []
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
    private readonly tree: TopicTree,
    private readonly traffic: TrafficMeter,
    private readonly events: RecorderEvents
  ) {}

  /** An incoming QoS 0 message. */
  atMostOnce(arrival: Arrival): void {
    this.record(arrival)
    if (this.uncommitted.length >= COMMIT_COUNT) this.flush()
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
    if (this.record(arrival)) this.try(() => this.recording.store.pending.add(packetId))
  }

  /** The PUBREL of a QoS 2 message, whose PUBCOMP waits behind the gate: the broker may use the id again after it. */
  released(packetId: number, gate: Gate): void {
    // Nothing is to be awaited; what was pending before recording stopped is not known where the file could not even be read.
    if (this.recording.writer && !this.recording.store.pending.has(packetId)) return
    this.hold(gate)
    this.try(() => this.recording.store.pending.delete(packetId))
  }

  /** The broker holds no session for this client. */
  sessionLost(): void {
    this.try(() => this.recording.store.pending.clear())
    this.commitSoon()
  }

  /** The broker is about to send again what it retains: a mark from before may be out of date. */
  forgetRetained(): void {
    this.try(() => this.recording.store.forgetRetained())
    this.commitSoon()
  }

  /** What the broker retains on a topic is known from elsewhere than its messages: since `at` (whole seconds since 1970 UTC), or nothing (0). */
  noteRetained(topic: string, at: number): void {
    const entry = this.recording.store.topics.get(topic)
    if (!entry || entry.retainedAt === at) return
    this.try(() => this.recording.store.setRetained(entry, at))
    this.commitSoon()
    this.events.changed()
  }

  /** A message that was handed to the socket. */
  outgoing(message: Omit<NewMessage, 'direction' | 'dup' | 'properties'> & { topic: string }): void {
    this.sent++
    if (this.recording.writer) this.uncommittedSent++
    else this.unrecorded++
    const { topic, ...rest } = message
    this.try(() => {
      const { store } = this.recording
      store.append(store.entry(topic), { ...rest, direction: 'out', dup: false, properties: null })
    })
    this.commitSoon()
  }

  /** The history could not be read or written: nothing since the last commit is in it, nor may it be acknowledged. */
  fail(error: unknown): void {
    if (!this.recording.writer) return
    const lost = this.uncommitted
    this.uncommitted = []
    this.unrecorded += this.uncommittedSent
    this.uncommittedSent = 0
    this.recording.fail(error)
    this.release()?.destroy()
    const { store } = this.recording
    for (const { topic, ...message } of lost) {
      // It comes again, and is recorded or counted then.
      if (message.qos > 0 && this.sessionKept) continue
      store.append(store.entry(topic), { ...message, direction: 'in' })
      this.unrecorded++
    }
  }

  /** Whether messages are to survive a power cut. */
  setPowerSafe(on: boolean): void {
    this.flush()
    this.try(() => this.recording.setPowerSafe(on))
  }

  /** Messages that were only live have been recorded after all. */
  recovered(messages: number): void {
    this.unrecorded -= messages
  }

  /** Puts everything on disk now, and lets held acknowledgements go. */
  flush(): void {
    if (this.immediate) clearImmediate(this.immediate)
    if (this.timer) clearTimeout(this.timer)
    this.immediate = null
    this.timer = null
    if (!this.try(() => this.recording.store.commit())) return
    this.uncommitted = []
    this.uncommittedSent = 0
    this.release()?.uncork()
  }

  private record(arrival: Arrival): boolean {
    this.received++
    if (this.recording.writer) this.uncommitted.push(arrival)
    const recorded = this.try(() => this.keep(arrival))
    if (recorded && !this.recording.writer) this.unrecorded++
    // It is in the tree all the same.
    if (!recorded) {
      const entry = this.recording.store.entry(arrival.topic)
      this.count(entry, arrival.payload, tickAt(Date.now()))
      this.events.arrived(arrival, entry.lastId, Date.now() * 1_000)
    }
    this.events.changed()
    if (arrival.qos > 0 && !arrival.retain) this.events.mayBeQueued()
    return recorded
  }

  private keep(arrival: Arrival): void {
    const { topic, payload, qos, retain, dup, properties } = arrival
    const { store } = this.recording
    const entry = store.entry(topic)
    const receivedAt = store.append(entry, { direction: 'in', payload, qos, retain, dup, properties })
    // An empty payload clears what is retained. Before MQTT 5 a live one comes without the retain flag (3.1.1, 3.3.1.3): it may have.
    const empty = payload.length === 0
    if (retain || (empty && !this.retainAsPublished))
      store.setRetained(entry, empty ? 0 : Math.floor(receivedAt / 1e6))
    this.count(entry, payload, tickAt(receivedAt / 1_000))
    this.events.arrived(arrival, entry.lastId, receivedAt)
  }

  private count(entry: TopicEntry, { length }: Buffer, tick: number): void {
    this.tree.count(entry, tick)
    this.traffic.count(entry.id, length, tick)
  }

  private hold(gate: Gate): void {
    // What is not recorded is acknowledged all the same, and counted.
    if (!this.recording.writer) return
    if (!this.corked) {
      this.corked = gate
      gate.cork()
    }
    this.immediate ??= setImmediate(() => this.flush())
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
  private try(write: () => unknown): boolean {
    try {
      write()
      return true
    } catch (error) {
      this.fail(error)
      return false
    }
  }
}
