import type { Topics } from './topics.ts'

/** What a firehose sends, over and over: one message a topic, made before it starts. */
export interface Stream {
  topics: Topics
  /** Bytes. */
  payload: number
  qos: 0 | 1
}

/** How much of it, and how fast. */
export interface Burst {
  messages: number
  /** Messages a second; null: as fast as the socket takes them. */
  rate: number | null
}

/** What came of a burst. */
export interface Sent {
  /** PUBLISH packets of all bursts, the last one's marker among them. */
  sent: number
  /** Their PUBACKs. */
  acknowledged: number
  /** From the burst's first PUBLISH to the PUBACK of the QoS 1 marker behind its last, ms: then all of them have been taken in. */
  milliseconds: number
}

export type FirehoseNews =
  { kind: 'listening'; port: number } | { kind: 'subscribed' } | { kind: 'done'; result: Sent }
