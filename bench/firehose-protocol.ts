import type { Topics } from './topics.ts'

/** What a firehose sends repeatedly: one message per topic, prepared before it starts. */
export interface Stream {
  topics: Topics
  /** Bytes per payload. */
  payload: number
  qos: 0 | 1
}

/** The size and rate of a burst. */
export interface Burst {
  messages: number
  /** Messages per second; null for as fast as the socket accepts them. */
  rate: number | null
}

/** The result of a burst. */
export interface Sent {
  /** PUBLISH packets of all bursts, including the last one's marker. */
  sent: number
  /** PUBACKs received for them. */
  acknowledged: number
  /** From the burst's first PUBLISH to the PUBACK of the QoS 1 marker after its last, in ms: by then all of them were taken in. */
  milliseconds: number
}

export type FirehoseNews =
  { kind: 'listening'; port: number } | { kind: 'subscribed' } | { kind: 'done'; result: Sent }
