import type { WatchMoment } from '../../../shared/contract/watch'

/** A message as rules see it. All times here are µs since 1970 UTC. */
export interface Seen {
  topic: string
  /** Its number in the history: 1, 2, 3… */
  topicId: number
  at: number
  /** null: it was not recorded. */
  messageId: number | null
  payload: Buffer
  /**
   * It comes from what the broker retains, because of a subscription. It has a value, but is no sign of life, and was not sent just now.
   */
  isStored: boolean
}

/** Reads the payloads of one topic. */
export interface PayloadReader {
  /** The value at the rule's pointer, as text; null: there is none. */
  value(message: Seen): { text: string; number: number } | null
  /** Why the payload is malformed; null: it is not, or nothing says what it should be. */
  fault(message: Seen): string | null
}

/** Makes the reader of a topic for a condition. */
export type Readers = (topic: string, condition: { path: string; as: 'bound' | 'json' }) => PayloadReader

/** A rule acts on a topic. */
export interface Firing extends WatchMoment {
  ruleId: string
}
