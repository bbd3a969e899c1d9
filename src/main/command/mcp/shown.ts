import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import { MessageProperties, Qos, type MessageHead } from '../../../shared/message'
import type { Decoders } from '../../decode/decoders'
import { timestamp } from '../../transfer/format'

/** A message as an assistant sees it. */
export const ShownMessage = z.object({
  id: z.number().int(),
  topic: z.string(),
  receivedAt: z.string().describe('ISO 8601, UTC, to the microsecond'),
  direction: z.enum(['in', 'out']).describe('out: published by Treetop'),
  qos: Qos,
  retain: z.boolean(),
  size: z.number().int().describe('Payload bytes'),
  encoding: z
    .enum(['utf8', 'base64', 'decoded'])
    .describe('What payload holds: text, Base64, or the text of a decoder'),
  payload: z.string(),
  truncated: z.boolean().describe('payload holds only the beginning'),
  properties: MessageProperties.nullable().describe('MQTT 5 properties; correlationData is Base64')
})
type ShownMessage = z.infer<typeof ShownMessage>

/** A message with at most `limit` characters of its payload. */
export function shownMessage(
  { id, topic, receivedAt, direction, qos, retain, size, properties }: MessageHead,
  payload: Buffer,
  decoders: Decoders,
  limit: number
): ShownMessage {
  const { text, encoding } = textOf(topic, payload, decoders)
  return {
    ...{ id, topic, receivedAt: timestamp(receivedAt), direction, qos, retain, size, encoding },
    payload: text.slice(0, limit),
    truncated: text.length > limit || payload.length < size,
    properties
  }
}

function textOf(
  topic: string,
  payload: Buffer,
  decoders: Decoders
): { text: string; encoding: ShownMessage['encoding'] } {
  if (decoders.bound(topic) === null && isUtf8(payload)) return { text: payload.toString(), encoding: 'utf8' }
  const { body } = decoders.decode(topic, payload, { format: 'auto' })
  if (body.format !== 'fault' && 'text' in body) return { text: body.text, encoding: 'decoded' }
  if (isUtf8(payload)) return { text: payload.toString(), encoding: 'utf8' }
  return { text: payload.toString('base64'), encoding: 'base64' }
}
