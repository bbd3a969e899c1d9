import type { ReplayOptions } from '../../../shared/contract/replay'
import type { MessageProperties, Qos } from '../../../shared/message'
import { withPrefix } from '../../../shared/topic-map'
import { shiftTimes } from './times'

/** A message to replay, as it was recorded. */
export interface ReplayMessage {
  topic: string
  /** When it was received, in µs since 1970 UTC. */
  at: number
  qos: Qos
  retain: boolean
  payload: Uint8Array
  properties: MessageProperties | null
  /** It belongs to the state at the start of the period: it is published at once, retained, and `at` is that start. */
  isState: boolean
}

/** Some messages, in order. */
export interface ReplayPage {
  messages: ReplayMessage[]
  /** Share of the pass that has been read, 0 to 1. */
  share: number
  /** The pass is over; the next page begins the next one. */
  isEnd: boolean
}

/** What is published. */
export interface ReplayedMessage {
  topic: string
  payload: Buffer
  qos: Qos
  retain: boolean
  properties: MessageProperties | null
}

/** The message as it is published at a time (µs since 1970 UTC). */
export function replayed(message: ReplayMessage, options: ReplayOptions, now: number): ReplayedMessage {
  const { prefix, times, pointers, qos, retain } = options
  const { payload, properties } = message
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  return {
    topic: withPrefix(message.topic, prefix),
    payload:
      times === 'keep'
        ? bytes
        : shiftTimes(bytes, now - message.at, message.at, times === 'find' ? null : pointers),
    qos: qos ?? message.qos,
    retain: message.isState || (retain ?? message.retain),
    // Who answers is found under the same rewritten topics.
    properties:
      properties?.responseTopic === undefined
        ? properties
        : { ...properties, responseTopic: withPrefix(properties.responseTopic, prefix) }
  }
}
