import { EventEmitter } from 'node:events'
import type { TopicEntry } from '../history/topics'
import type { RecordedMessage } from './message'

/** A receiver of recorded messages. If it throws, it misses only that message, and nothing else is affected. */
export interface Subscriber {
  /** For the log. */
  name: string
  /** A message was recorded. Called synchronously by the recorder, so it must be quick. */
  message?(message: RecordedMessage): void
  /** Topics were read from the history, with their counts so far. */
  topics?(entries: readonly TopicEntry[]): void
  /** A topic lost its oldest incoming messages. */
  removed?(entry: TopicEntry, messages: number): void
  /** Another file takes over: earlier entries and ids are no longer valid. */
  reset?(): void
}

/** A subscriber that threw. */
export interface SubscriberFault {
  subscriber: string
  error: unknown
  /** Number of its failures so far. */
  times: number
}

/**
 * Delivers recorded messages to subscribers, in order and once each. A failing subscriber affects neither the recorder nor other
 * subscribers. Emits `fault` for a subscriber's 1st, 10th, 100th… failure, so that a broken one cannot flood the log.
 */
export class MessageStream extends EventEmitter<{ fault: [SubscriberFault] }> {
  private readonly subscribers: Subscriber[] = []
  private readonly faults = new Map<Subscriber, number>()

  subscribe(subscriber: Subscriber): void {
    this.subscribers.push(subscriber)
  }

  publish(messages: readonly RecordedMessage[]): void {
    for (const subscriber of this.subscribers) {
      if (!subscriber.message) continue
      for (let next = 0; next < messages.length;) {
        // One `try` around many messages costs nothing. After a fault, continue with the message after the one that caused it.
        this.guard(subscriber, () => {
          while (next < messages.length) subscriber.message!(messages[next++]!)
        })
      }
    }
  }

  topics(entries: readonly TopicEntry[]): void {
    for (const each of this.subscribers) this.guard(each, () => each.topics?.(entries))
  }

  removed(entry: TopicEntry, messages: number): void {
    for (const each of this.subscribers) this.guard(each, () => each.removed?.(entry, messages))
  }

  reset(): void {
    for (const each of this.subscribers) this.guard(each, () => each.reset?.())
  }

  private guard(subscriber: Subscriber, tell: () => void): void {
    try {
      tell()
    } catch (error) {
      const times = (this.faults.get(subscriber) ?? 0) + 1
      this.faults.set(subscriber, times)
      if (Number.isInteger(Math.log10(times)))
        this.emit('fault', { subscriber: subscriber.name, error, times })
    }
  }
}
