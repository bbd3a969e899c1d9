import { z } from 'zod'
import { PublishProperties } from '../composed-properties'
import { Bytes, Qos } from '../message'
import { call } from './define'
import { PublishResult, Topic } from './messages'

/** Seconds to wait for an answer unless the request says otherwise. */
export const DEFAULT_PATIENCE = 10
/** The longest that an answer is waited for, in seconds. */
const LONGEST = 86_400
const MOST_ANSWERS = 1_000

/** What is waited for, after a message was published. */
export const Expected = z.object({
  /** ms */
  timeout: z
    .number()
    .min(1)
    .max(LONGEST * 1_000),
  /** How many answers. */
  answers: z.int().min(1).max(MOST_ANSWERS),
  /** Values to take out of an answer: a name, and a JSON Pointer (RFC 6901) into its payload; an empty one is the whole payload. */
  capture: z.array(z.object({ name: z.string(), pointer: z.string() })).max(100)
})
export type Expected = z.infer<typeof Expected>

export const Answer = z.object({
  /** Its id in the history, and its topic. */
  id: z.int(),
  topic: z.string(),
  /** µs since 1970 UTC. */
  receivedAt: z.int(),
  /** Since the request was sent. */
  milliseconds: z.number(),
  qos: Qos,
  size: z.int(),
  /** Start of its payload, as text or hex digits. */
  payload: z.string(),
  /** Values that were taken out of it, by name. */
  captured: z.array(z.object({ name: z.string(), value: z.string() })),
  /** Names whose pointer finds nothing. */
  missing: z.array(z.string())
})
export type Answer = z.infer<typeof Answer>

/** A request and what came back. */
export const RequestStatus = z.object({
  id: z.string(),
  connectionId: z.string(),
  /** `subscribing`: to the topic of the answer; nothing is sent before the broker has acknowledged that. */
  state: z.enum(['subscribing', 'waiting', 'answered', 'timedOut', 'cancelled', 'failed']),
  topic: z.string(),
  responseTopic: z.string(),
  /** Base64; null: the request has none. */
  correlation: z.string().nullable(),
  /** µs since 1970 UTC; null: not sent yet. */
  sentAt: z.int().nullable(),
  /** The broker's acknowledgement of the request; null: none came yet. */
  result: PublishResult.nullable(),
  /** How many answers are waited for, and how long, in ms. */
  wanted: z.int(),
  timeout: z.number(),
  answers: z.array(Answer),
  /** Why it failed (shared/errors.ts). */
  error: z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) }).nullable()
})
export type RequestStatus = z.infer<typeof RequestStatus>

/** A message as it was sent. */
export const SentContent = z.object({
  topic: z.string(),
  /** The payload: UTF-8 text, or Base64. */
  text: z.string(),
  isText: z.boolean(),
  properties: PublishProperties,
  /** It contained secrets, which are masked here: sent like this, it would be another message. */
  isMasked: z.boolean()
})
export type SentContent = z.infer<typeof SentContent>

/** A value that was captured from an answer. */
export const CapturedValue = z.object({
  name: z.string(),
  value: z.string(),
  /** ms since 1970 UTC. */
  at: z.number()
})
export type CapturedValue = z.infer<typeof CapturedValue>

const OfRequest = z.object({ connectionId: z.string(), id: z.string().min(1).max(100) })

export const requestCalls = {
  /**
   * Publishes a message and waits for answers on its response topic, which `requests.changed` reports under the given id. Without a response
   * topic, one of its own is made, and so is correlation data; before MQTT 5, the topic must be given, and is not sent. Throws NOT_CONNECTED
   * and INVALID_INPUT (`responseTopic`).
   */
  'requests.send': call(
    'connection',
    OfRequest.extend({
      topic: Topic,
      payload: Bytes,
      qos: Qos,
      retain: z.boolean(),
      properties: PublishProperties.optional(),
      expected: Expected
    }),
    z.void()
  ),
  /** Stops waiting. Has no effect on a request that has ended. */
  'requests.cancel': call('connection', OfRequest, z.void())
}

export const requestEvents = {
  'requests.changed': RequestStatus
}
