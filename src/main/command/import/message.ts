import { z } from 'zod'
import { MessageProperties, Qos } from '../../../shared/message'
import { topicFault } from '../../../shared/topic'
import type { NewMessage } from '../../history/store'
import { parseTime } from '../../transfer/time'
import { Failure } from '../command'

/** A message to import. */
export interface Imported {
  topic: string
  /** µs since 1970 UTC. */
  receivedAt: number
  message: NewMessage
}

/** A line of an export. */
const Exported = z.object({
  topic: z.string().refine((topic) => topicFault(topic) === null, 'not a topic'),
  receivedAt: z.string().refine((text) => parseTime(text) !== null, 'not a time'),
  direction: z.enum(['in', 'out']).default('in'),
  qos: Qos.default(0),
  retain: z.boolean().default(false),
  dup: z.boolean().default(false),
  encoding: z.enum(['utf8', 'base64']).default('utf8'),
  payload: z.string(),
  properties: MessageProperties.nullable().default(null)
})

/** Throws Failure, which names the place. */
export function importedOf(value: unknown, place: string): Imported {
  const line = Exported.safeParse(value)
  if (!line.success) {
    const { path, message } = line.error.issues[0]!
    throw new Failure(`${place}: not an exported message (${path.join('.') || 'the line'}: ${message}).`)
  }
  const { topic, receivedAt, payload, encoding, ...rest } = line.data
  return {
    topic,
    receivedAt: parseTime(receivedAt)!,
    message: { ...rest, payload: Buffer.from(payload, encoding) }
  }
}
