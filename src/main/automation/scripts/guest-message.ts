import { z } from 'zod'
import { bytesOf, noProperties } from '../../../shared/composed-properties'
import { Qos } from '../../../shared/message'
import { ScriptMessage } from './protocol'

/** Properties as a script sees them: like the `properties` of a saved message's file. */
const GuestProperties = z.strictObject({
  payloadFormat: z.enum(['bytes', 'text']).optional(),
  contentType: z.string().optional(),
  messageExpiry: z.number().optional(),
  responseTopic: z.string().optional(),
  /** A text, or bytes. */
  correlationData: z.union([z.string(), z.array(z.int().min(0).max(255)).max(65_535)]).optional(),
  userProperties: z.array(z.tuple([z.string(), z.string()])).optional()
})

const GuestHead = z.object({ topic: z.string(), qos: Qos, retain: z.boolean(), properties: GuestProperties })

/** Head of a message, as JSON for the prelude. */
export function headFor({ topic, qos, retain, properties }: ScriptMessage): string {
  const shown: Record<string, unknown> = {}
  if (properties) {
    const { payloadFormat, contentType, messageExpiry, responseTopic, correlation, userProperties } =
      properties
    if (payloadFormat !== 'none') shown['payloadFormat'] = payloadFormat
    if (contentType !== '') shown['contentType'] = contentType
    if (messageExpiry !== null) shown['messageExpiry'] = messageExpiry
    if (responseTopic !== '') shown['responseTopic'] = responseTopic
    const bytes = bytesOf(correlation)
    if (typeof bytes !== 'string' && bytes.length > 0)
      shown['correlationData'] = correlation.as === 'text' ? { text: correlation.text } : [...bytes]
    if (userProperties.length > 0)
      shown['userProperties'] = userProperties.map(({ name, value }) => [name, value])
  }
  return JSON.stringify({ topic, qos, retain, properties: shown })
}

/** The message that a script gave, or a sentence for the error that it gets. */
export function messageFrom(head: string, payload: Uint8Array): ScriptMessage | string {
  let json: unknown
  try {
    json = JSON.parse(head)
  } catch {
    return 'the message cannot be read'
  }
  const read = GuestHead.safeParse(json)
  if (!read.success) return faultOf(read.error)
  const { properties: given, ...rest } = read.data
  const { correlationData: data } = given
  const properties =
    Object.keys(given).length === 0
      ? null
      : {
          ...noProperties(),
          topicAlias: null,
          ...(given.payloadFormat !== undefined && { payloadFormat: given.payloadFormat }),
          ...(given.contentType !== undefined && { contentType: given.contentType }),
          ...(given.messageExpiry !== undefined && { messageExpiry: given.messageExpiry }),
          ...(given.responseTopic !== undefined && { responseTopic: given.responseTopic }),
          ...(data !== undefined && {
            correlation:
              typeof data === 'string'
                ? { as: 'text' as const, text: data }
                : { as: 'hex' as const, text: Buffer.from(data).toString('hex') }
          }),
          userProperties: (given.userProperties ?? []).map(([name, value]) => ({ name, value }))
        }
  const message = ScriptMessage.safeParse({ ...rest, payload, properties })
  return message.success ? message.data : faultOf(message.error)
}

function faultOf({ issues }: z.ZodError): string {
  const [{ path, message } = { path: [], message: '' }] = issues
  return `${path.join('.') || 'message'}: ${message}`
}
