import { EventEmitter } from 'node:events'
import type { TopicEntry } from '../history/topics'
import type { RecordedMessage } from './message'

/** Who wants to know of recorded messages. It may throw: nobody else is affected, and it misses only what it failed on. */
export interface Subscriber {
  /** For the log. */
  name: string
  /** A message was recorded. Called in the recorder's turn, so it must be quick. */
  message?(message: RecordedMessage): void
  /** Topics were read from the history, with what they have counted so far. */
  topics?(entries: readonly TopicEntry[]): void
  /** A topic lost its oldest incoming messages. */
  removed?(entry: TopicEntry, messages: number): void
  /** Another file takes over: entries and ids from before mean nothing from here on. */
  reset?(): void
}

/** A subscriber that threw. */
export interface SubscriberFault {
  subscriber: string
  error: unknown
  /** How often it has failed so far. */
  times: number
}

/**
 * Tells subscribers what was recorded, in order, each message once. Whatever a subscriber does, the recorder and the other
 * subscribers go on. Emits `fault` for a subscriber's 1st, 10th, 100th… failure, so that a broken one cannot flood the log.
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
        // One `try` around many messages costs nothing; after a fault it goes on behind the message that caused it.
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
