import { z } from 'zod'

export const Qos = z.union([z.literal(0), z.literal(1), z.literal(2)])
export type Qos = z.infer<typeof Qos>

/** Raw bytes. A Node Buffer is valid, too. */
export const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

/** MQTT 5 PUBLISH properties, as MQTT.js names them; absent ones are omitted (MQTT 5.0, 3.3.2.3). */
export const MessageProperties = z.object({
  payloadFormatIndicator: z.boolean().optional(),
  messageExpiryInterval: z.number().optional(),
  topicAlias: z.number().optional(),
  responseTopic: z.string().optional(),
  /** Base64. */
  correlationData: z.string().optional(),
  userProperties: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  /** The names of the user properties in their order, where `userProperties` does not keep it. */
  userPropertyOrder: z.array(z.string()).optional(),
  subscriptionIdentifier: z.union([z.number(), z.array(z.number())]).optional(),
  contentType: z.string().optional()
})
export type MessageProperties = z.infer<typeof MessageProperties>

/** How many of a payload's first bytes are kept and used for a one-line preview. */
export const PREVIEW_BYTES = 160

/** Everything about a recorded message except its payload. */
export const MessageHead = z.object({
  /** Row id in its history file, ascending in the order of arrival. */
  id: z.number().int(),
  topic: z.string(),
  /** Microseconds since 1970 UTC; never decreases within a file. */
  receivedAt: z.number().int(),
  direction: z.enum(['in', 'out']),
  qos: Qos,
  retain: z.boolean(),
  dup: z.boolean(),
  /** Payload length in bytes. */
  size: z.number().int(),
  properties: MessageProperties.nullable()
})
export type MessageHead = z.infer<typeof MessageHead>

/** A message with its payload. */
export interface Message extends MessageHead {
  payload: Uint8Array
}
