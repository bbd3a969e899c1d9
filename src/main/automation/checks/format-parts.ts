import { z } from 'zod'
import { must } from './said'
import { anything, fields, name, oneOf, text, whole } from './values'

/** Which client does it. */
export const as = name.optional()
export const qos = oneOf(0, 1, 2)

/** Names and values in order; a name may repeat [MQTT-3.3.2-18]. */
export const userProperties = z.array(
  z.tuple([text, text], must('failure_must_pairs', { example: '[unit, C]' })),
  must('failure_must_pair_list', { example: '[[unit, C]]' })
)

/** MQTT 5 properties of a message to send. */
export const properties = fields({
  payloadFormat: oneOf('text', 'bytes').optional(),
  contentType: text.optional(),
  messageExpiry: whole(0, 4_294_967_295).optional(),
  responseTopic: text.optional(),
  /** A text, or `{hex: …}`, `{base64: …}`. */
  correlationData: anything.optional(),
  userProperties: userProperties.optional(),
  topicAlias: whole(0, 65_535).optional()
})
export type Properties = z.infer<typeof properties>
