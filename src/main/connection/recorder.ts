import type { MessageProperties, Qos } from '../../shared/message'
import type { HistoryWriter, NewMessage } from '../history/writer'
import { tickAt } from './rate'
import type { TopicTree } from './tree'

/** QoS 0 messages are on disk at most this long after they came, in ms. */
const COMMIT_EVERY = 100

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

export interface RecorderEvents {
  /** Something changed that a view may show. */
  changed(): void
  /** A QoS 1 or 2 message came that is not a retained one: a kept session may have queued it. */
  mayBeQueued(): void
  /** From now on nothing is recorded. */
  failed(reason: string): void
}

/**
 * Puts every message in the history, then in the tree. QoS 1 and 2 messages are on disk before PUBACK or PUBREC leaves, by
 * group commit: the socket is corked when the first of a burst comes and uncorked after the commit that follows it.
 */
export class Recorder {
  received = 0
  sent = 0
  unrecorded = 0
  /** Why nothing is being recorded; null while it is. */
  fault: string | null = null
  private corked: Gate | null = null
  private immediate: NodeJS.Immediate | null = null
  private timer: NodeJS.Timeout | null = null

  constructor(
    private readonly writer: HistoryWriter,
    private readonly tree: TopicTree,
    private readonly events: RecorderEvents
  ) {}

  /** An incoming QoS 0 message. */
  atMostOnce(arrival: Arrival): void {
    this.record(arrival)
    this.commitSoon()
  }

  /** An incoming QoS 1 message, whose PUBACK waits behind the gate. */
  atLeastOnce(arrival: Arrival, gate: Gate): void {
    this.hold(gate)
    this.record(arrival)
  }

  /** An incoming QoS 2 message, whose PUBREC waits behind the gate. One that is already recorded is not recorded again. */
  exactlyOnce(arrival: Arrival, packetId: number, gate: Gate): void {
    this.hold(gate)
    if (this.writer.isPending(packetId)) return
    if (this.record(arrival)) this.try(() => this.writer.addPending(packetId))
  }

  /** The PUBREL of a QoS 2 message, whose PUBCOMP waits behind the gate: the broker may use the id again after it. */
  released(packetId: number, gate: Gate): void {
    if (!this.writer.isPending(packetId)) return
    this.hold(gate)
    this.try(() => this.writer.releasePending(packetId))
  }

  /** The broker holds no session for this client. */
  sessionLost(): void {
    this.try(() => this.writer.clearPending())
    this.commitSoon()
  }

  /** The broker is about to send again what it retains: a mark from before may be out of date. */
  forgetRetained(): void {
    this.try(() => {
      for (const entry of this.writer.topics.values()) this.writer.setRetained(entry, false)
    })
    this.commitSoon()
  }

  /** A message that was handed to the socket. */
  outgoing(message: Omit<NewMessage, 'direction' | 'dup' | 'properties'> & { topic: string }): void {
    this.sent++
    const { topic, ...rest } = message
    this.try(() =>
      this.writer.append(this.writer.entry(topic), {
        ...rest,
        direction: 'out',
        dup: false,
        properties: null
      })
    )
    this.commitSoon()
  }

  /** Puts everything on disk now, and lets held acknowledgements go. */
  flush(): void {
    if (this.immediate) clearImmediate(this.immediate)
    if (this.timer) clearTimeout(this.timer)
    this.immediate = null
    this.timer = null
    const gate = this.corked
    this.corked = null
    if (this.try(() => this.writer.commit())) gate?.uncork()
    else gate?.destroy()
  }

  private record({ topic, payload, qos, retain, dup, properties }: Arrival): boolean {
    this.received++
    const recorded = this.try(() => {
      const entry = this.writer.entry(topic)
      this.writer.append(entry, { direction: 'in', payload, qos, retain, dup, properties })
      // An empty payload clears what is retained; on MQTT 3.1.1 a live one comes without the retain flag (3.3.1.3).
      if (retain || payload.length === 0) this.writer.setRetained(entry, payload.length > 0)
      this.tree.count(entry, tickAt(Date.now()))
    })
    if (!recorded) this.unrecorded++
    this.events.changed()
    if (qos > 0 && !retain) this.events.mayBeQueued()
    return recorded
  }

  private hold(gate: Gate): void {
    // What is not recorded is acknowledged all the same, and counted.
    if (this.fault !== null) return
    if (!this.corked) {
      this.corked = gate
      gate.cork()
    }
    this.immediate ??= setImmediate(() => this.flush())
  }

  private commitSoon(): void {
    this.timer ??= setTimeout(() => this.flush(), COMMIT_EVERY)
  }

  private try(write: () => void): boolean {
    if (this.fault !== null) return false
    try {
      write()
      return true
    } catch (error) {
      this.fault = error instanceof Error ? error.message : String(error)
      this.events.failed(this.fault)
      return false
    }
  }
}
