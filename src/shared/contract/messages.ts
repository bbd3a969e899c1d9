import { z } from 'zod'
import { PublishProperties } from '../composed-properties'
import { Bytes, MessageHead, Qos } from '../message'
import { filterFault, topicFault } from '../topic'
import { DecodedPayload, Decoder } from './decode'
import { call } from './define'
import { OfHistory } from './histories'
import { Job } from './jobs'

/** A message with its decoded payload. */
export const MessageView = DecodedPayload.extend({ head: MessageHead })
export type MessageView = z.infer<typeof MessageView>

/** A row of the history: the head, and the start of the payload in one line. */
export const HistoryRow = MessageHead.extend({
  preview: z.string(),
  binary: z.boolean(),
  cut: z.boolean()
})
export type HistoryRow = z.infer<typeof HistoryRow>

/** A topic, a topic and everything below it, or (topic null) everything of a connection. */
export const Scope = z.object({ topic: z.string().nullable(), subtree: z.boolean() })
export type Scope = z.infer<typeof Scope>

/** A search of the history. Conditions that are null match everything. */
export const SearchQuery = z.object({
  /**
   * Text in payloads and topic names, ignoring case. With `hex`: payload bytes of two digits each, optionally separated by blanks. Empty:
   * matches every message.
   */
  text: z.string(),
  hex: z.boolean(),
  /** Topic filter. */
  filter: z.string().nullable(),
  /** Received at or after, and before: µs since 1970 UTC. */
  from: z.number().int().nullable(),
  to: z.number().int().nullable(),
  qos: Qos.nullable(),
  retain: z.boolean().nullable(),
  direction: z.enum(['in', 'out']).nullable()
})
export type SearchQuery = z.infer<typeof SearchQuery>

/** A search that matches every message. */
export const everyMessage: SearchQuery = {
  text: '',
  hex: false,
  filter: null,
  from: null,
  to: null,
  qos: null,
  retain: null,
  direction: null
}

/** A found message. */
export const FoundRow = HistoryRow.extend({
  /** The match within the preview, as UTF-16 offsets; null if it is in the topic or outside the preview. */
  place: z.tuple([z.number().int(), z.number().int()]).nullable()
})
export type FoundRow = z.infer<typeof FoundRow>

/** The result of one step of a search. */
export const SearchStep = z.object({
  /** Newest first. */
  rows: z.array(FoundRow),
  /** To continue, search before this id; null: the end. A step ends when its rows are full, or after a quarter of a second. */
  next: z.number().int().nullable(),
  /** Share of the range searched so far, 0 to 1. */
  share: z.number(),
  /** Messages not indexed yet, which are searched one by one. */
  unindexed: z.number().int()
})
export type SearchStep = z.infer<typeof SearchStep>

/** The result of a publish: it was sent (QoS 0), or acknowledged by PUBACK (QoS 1) or PUBCOMP (QoS 2). */
export const PublishResult = z.object({
  outcome: z.enum(['sent', 'puback', 'pubcomp']),
  /** null at QoS 0. */
  packetId: z.number().int().nullable(),
  /** From the call to the outcome. */
  milliseconds: z.number(),
  /** v5 reason code of the PUBACK or PUBREC, e.g. 0x10 "No matching subscribers"; null: none given. */
  reasonCode: z.number().int().nullable(),
  /** Payload bytes. */
  size: z.number().int()
})
export type PublishResult = z.infer<typeof PublishResult>

/** A topic name to publish to. */
export const Topic = z.string().superRefine((topic, context) => {
  const fault = topicFault(topic)
  if (fault) context.addIssue({ code: 'custom', message: `TOPIC_${fault}` })
})

/** Bytes of two digits each, optionally separated by blanks. */
const HEX_BYTES = /^(\s*[0-9a-f]{2})*\s*$/i

const ConnectionId = z.object({ connectionId: z.string() })

export const messageCalls = {
  /**
   * Properties are sent by MQTT 5 only. Throws NOT_CONNECTED, PAYLOAD_TOO_LARGE, PUBLISH_REFUSED, QOS_NOT_SUPPORTED,
   * RETAIN_NOT_SUPPORTED, TOPIC_ALIAS_TOO_LARGE, TIMED_OUT.
   */
  'messages.publish': call(
    'connection',
    ConnectionId.extend({
      topic: Topic,
      payload: Bytes,
      qos: Qos,
      retain: z.boolean(),
      properties: PublishProperties.optional()
    }),
    PublishResult
  ),
  /**
   * Recorded messages of a scope, newest first. `before` pages to older ones; `after` returns only newer ones (still newest
   * first). `more`: there are others beyond the limit in that direction.
   */
  'messages.page': call(
    'archive',
    OfHistory.extend({
      scope: Scope,
      before: z.number().int().optional(),
      after: z.number().int().optional(),
      limit: z.number().int().min(1).max(1_000)
    }),
    z.object({ rows: z.array(HistoryRow), more: z.boolean() })
  ),
  /** Recorded messages that match, newest first, one step at a time. Throws INVALID_INPUT, HISTORY_UNAVAILABLE. */
  'messages.search': call(
    'archive',
    OfHistory.extend({
      query: SearchQuery,
      before: z.number().int().optional(),
      limit: z.number().int().min(1).max(1_000)
    }).superRefine(({ query }, context) => {
      const fault = query.filter === null ? null : filterFault(query.filter)
      if (fault) context.addIssue({ code: 'custom', path: ['filter'], message: `FILTER_${fault}` })
      if (query.hex && !HEX_BYTES.test(query.text))
        context.addIssue({ code: 'custom', path: ['text'], message: 'HEX_MALFORMED' })
    }),
    SearchStep
  ),
  /** One recorded message with its whole payload; null: it was cleared. */
  'messages.get': call(
    'archive',
    OfHistory.extend({ id: z.number().int(), decoder: Decoder }),
    MessageView.nullable()
  ),
  /** Decodes a payload that is in no history, as a message of this one's would be. */
  'messages.decode': call(
    'archive',
    OfHistory.extend({ topic: z.string(), payload: Bytes, decoder: Decoder }),
    DecodedPayload
  ),
  /** How many messages `messages.clear` would remove. */
  'messages.count': call(
    'archive',
    OfHistory.extend({ scope: Scope }),
    z.object({ messages: z.number().int() })
  ),
  /**
   * Removes the recorded messages of a scope. Their topics leave the tree at once, then the job deletes their rows. The job cannot be
   * cancelled, and continues after a restart. Throws HISTORY_UNAVAILABLE.
   */
  'messages.clear': call('connection', ConnectionId.extend({ scope: Scope }), Job)
}

export const messageEvents = {
  'messages.cleared': ConnectionId.extend({ scope: Scope })
}
