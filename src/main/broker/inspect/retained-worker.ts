import type { CallOutput } from '../../../shared/contract'
import type { BrokerRetainedScope, BrokerRetainedWork } from '../../../shared/contract/workbench'
import { AppError } from '../../../shared/errors'
import { Pacer } from '../../pacer'
import { Message } from '../codec/message'
import type { Broker } from '../core/broker'
import type { Clock } from '../core/clock'
import type { Holdable } from '../core/pressure'

/** ms of work before others get their turn. */
const SLICE = 4
/** Payload and topic bytes that are kept for an undo. */
const UNDO_BYTES = 64 * 1_048_576
const NOTHING = Buffer.alloc(0)

/** Clears retained messages and publishes them again, in slices between the clients' messages. */
export class RetainedWorker implements Holdable {
  private work: BrokerRetainedWork = { running: false, kind: null, done: 0, total: 0, skipped: 0, undo: null }
  private removed: Message[] = []
  private isCancelled = false
  private resumed: Promise<void> | null = null
  private release: () => void = () => undefined

  constructor(
    private readonly broker: Broker,
    private readonly clock: Clock
  ) {}

  status(): BrokerRetainedWork {
    return { ...this.work }
  }

  cancel(): BrokerRetainedWork {
    this.isCancelled = this.work.running
    return this.status()
  }

  /** Ends what is in progress: the broker stops. */
  stop(): void {
    this.cancel()
    this.resume()
  }

  async count(scope: BrokerRetainedScope): Promise<CallOutput<'brokerRetained.count'>> {
    const pacer = new Pacer(SLICE)
    const sum = { messages: 0, bytes: 0, undoBytes: UNDO_BYTES }
    for (const message of this.in(scope)) {
      sum.messages++
      sum.bytes += message.payloadLength
      if (pacer.isDue) await pacer.yield()
    }
    return sum
  }

  /** Throws RETAINED_BUSY. */
  clear(scope: BrokerRetainedScope): BrokerRetainedWork {
    this.begin('clear', 0)
    this.removed = []
    this.work.undo = { messages: 0, bytes: 0, lost: 0 }
    this.go(async (pause) => {
      const found: Message[] = []
      for (const message of this.in(scope)) {
        if (this.isCancelled) return
        found.push(message)
        await pause()
      }
      this.work.total = found.length
      for (const { topic } of found) {
        if (this.isCancelled) return
        this.remove(topic)
        await pause()
      }
    })
    return this.status()
  }

  /** Throws RETAINED_BUSY, and NOT_FOUND if there is nothing to undo. */
  undo(overwrite: boolean): BrokerRetainedWork {
    const { removed } = this
    if (!this.work.running && removed.length === 0) throw new AppError('NOT_FOUND', { what: 'undo', id: '' })
    this.begin('undo', removed.length)
    this.go(async (pause) => {
      const left: Message[] = []
      for (const [index, message] of removed.entries()) {
        if (this.isCancelled) {
          left.push(...removed.slice(index))
          break
        }
        if (message.isExpired(this.clock.now())) this.work.done++
        else if (!overwrite && this.broker.retained.get(message.topic)) {
          this.work.skipped++
          left.push(message)
        } else {
          this.broker.publish(message, this)
          this.work.done++
        }
        await pause()
      }
      this.removed = left
      const bytes = left.reduce((sum, { size }) => sum + size, 0)
      this.work.undo = left.length === 0 ? null : { messages: left.length, bytes, lost: 0 }
    })
    return this.status()
  }

  hold(): void {
    this.resumed = new Promise((resolve) => (this.release = resolve))
  }

  resume(): void {
    this.resumed = null
    this.release()
  }

  /** As an empty retained message does that a client publishes [MQTT-3.3.1-6]. */
  private remove(topic: string): void {
    const message = this.broker.retained.get(topic)
    if (!message) return
    const { undo } = this.work
    if (undo!.bytes + message.size > UNDO_BYTES) undo!.lost++
    else {
      this.removed.push(message)
      undo!.messages++
      undo!.bytes += message.size
    }
    const empty = Message.of(topic, NOTHING, { qos: message.qos, retain: true })
    empty.receivedAt = this.clock.now()
    this.broker.publish(empty, this)
    this.work.done++
  }

  private begin(kind: 'clear' | 'undo', total: number): void {
    if (this.work.running) throw new AppError('RETAINED_BUSY', {})
    this.isCancelled = false
    this.work = { ...this.work, running: true, kind, done: 0, total, skipped: 0 }
  }

  private go(work: (pause: () => Promise<void>) => Promise<void>): void {
    const pacer = new Pacer(SLICE)
    const pause = async (): Promise<void> => {
      if (this.resumed) await this.resumed
      if (pacer.isDue) await pacer.yield()
    }
    void work(pause).finally(() => (this.work.running = false))
  }

  /** The messages of a scope, without those of the broker itself. */
  private *in(scope: BrokerRetainedScope): Generator<Message> {
    const { retained } = this.broker
    switch (scope.kind) {
      case 'topics':
        for (const topic of scope.topics) {
          const message = retained.get(topic)
          if (message && !isOwn(topic)) yield message
        }
        return
      case 'below':
        yield* this.matching(`${scope.topic}/#`)
        return
      case 'filter':
        yield* this.matching(scope.filter)
        return
      case 'all':
        for (const message of retained.all()) if (!isOwn(message.topic)) yield message
    }
  }

  private *matching(filter: string): Generator<Message> {
    for (const message of this.broker.retained.matching(filter)) if (!isOwn(message.topic)) yield message
  }
}

function isOwn(topic: string): boolean {
  return /^\$SYS(?:\/|$)/.test(topic)
}
