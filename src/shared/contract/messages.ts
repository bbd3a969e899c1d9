import { z } from 'zod'
import { Bytes, MessageHead, Qos } from '../message'
import { filterFault, topicFault } from '../topic'
import { DecodedPayload, Decoder } from './decode'
import { call } from './define'
import { OfHistory } from './histories'
import { Job } from './jobs'

/** A message whole, its payload made readable. */
export const MessageView = DecodedPayload.extend({ head: MessageHead })
export type MessageView = z.infer<typeof MessageView>

/** A row of the history: the head, and the start of the payload as one line. */
export const HistoryRow = MessageHead.extend({
  preview: z.string(),
  binary: z.boolean(),
  cut: z.boolean()
})
export type HistoryRow = z.infer<typeof HistoryRow>

/** A topic, a topic and all below it, or (topic null) everything of a connection. */
export const Scope = z.object({ topic: z.string().nullable(), subtree: z.boolean() })
export type Scope = z.infer<typeof Scope>

/** What is sought in the history. Conditions that are null let everything through. */
export const SearchQuery = z.object({
  /** In payloads and topic names, whatever its case; with `hex`, bytes of payloads (two digits each, blanks between them or not). Empty: all that fits. */
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

/** A search that every message fits. */
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

/** A message that was found. */
export const FoundRow = HistoryRow.extend({
  /** Where in the preview what was sought stands, as UTF-16 offsets; null where it is in the topic, or not in sight. */
  place: z.tuple([z.number().int(), z.number().int()]).nullable()
})
export type FoundRow = z.infer<typeof FoundRow>

/** What one step of a search came to. */
export const SearchStep = z.object({
  /** Newest first. */
  rows: z.array(FoundRow),
  /** To go on, search before this id; null: there is nothing more. A step ends when its rows are full, and after a quarter of a second. */
  next: z.number().int().nullable(),
  /** How much of the range has been searched, 0 to 1. */
  share: z.number(),
  /** Messages that are not indexed yet: they are looked through one by one. */
  unindexed: z.number().int()
})
export type SearchStep = z.infer<typeof SearchStep>

/** What a publish came to: it left the client (QoS 0), PUBACK came (QoS 1), or PUBCOMP came (QoS 2). */
export const PublishResult = z.object({
  outcome: z.enum(['sent', 'puback', 'pubcomp']),
  /** null at QoS 0. */
  packetId: z.number().int().nullable(),
  /** From the call to the outcome. */
  milliseconds: z.number(),
  /** v5 reason code of the PUBACK or PUBREC, e.g. 0x10 "No matching subscribers"; null when the broker gave none. */
  reasonCode: z.number().int().nullable(),
  /** Payload bytes. */
  size: z.number().int()
})
export type PublishResult = z.infer<typeof PublishResult>

const Topic = z.string().superRefine((topic, context) => {
  const fault = topicFault(topic)
  if (fault) context.addIssue({ code: 'custom', message: `TOPIC_${fault}` })
})

/** Bytes as two digits each, with or without blanks between them. */
const HEX_BYTES = /^(\s*[0-9a-f]{2})*\s*$/i

const ConnectionId = z.object({ connectionId: z.string() })

export const messageCalls = {
  /** Throws NOT_CONNECTED, PAYLOAD_TOO_LARGE, PUBLISH_REFUSED, QOS_NOT_SUPPORTED, RETAIN_NOT_SUPPORTED, TIMED_OUT. */
  'messages.publish': call(
    'connection',
    ConnectionId.extend({ topic: Topic, payload: Bytes, qos: Qos, retain: z.boolean() }),
    PublishResult
  ),
  /**
   * Recorded messages of a scope, newest first. `before` pages to older ones; `after` gives only newer ones (still newest
   * first). `more` says whether there are others beyond the limit in that direction.
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
  /** Recorded messages that fit, newest first, a step at a time. Throws INVALID_INPUT, HISTORY_UNAVAILABLE. */
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
  /** One recorded message, whole; null when it has been cleared. */
  'messages.get': call(
    'archive',
    OfHistory.extend({ id: z.number().int(), decoder: Decoder }),
    MessageView.nullable()
  ),
  /** How many messages `messages.clear` would remove. */
  'messages.count': call(
    'archive',
    OfHistory.extend({ scope: Scope }),
    z.object({ messages: z.number().int() })
  ),
  /**
   * Removes the recorded messages of a scope. Their topics leave the tree at once, then the job deletes their rows; it cannot be cancelled, and
   * goes on after a restart. Throws HISTORY_UNAVAILABLE.
   */
  'messages.clear': call('connection', ConnectionId.extend({ scope: Scope }), Job)
}

export const messageEvents = {
  'messages.cleared': ConnectionId.extend({ scope: Scope })
}
