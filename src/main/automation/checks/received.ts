import type { IPublishPacket } from 'mqtt'
import type { UserProperty } from '../../../shared/composed-properties'
import type { Qos } from '../../../shared/message'

/** A message that a client got. */
export interface Received {
  /** The client's name in the file. */
  client: string
  topic: string
  payload: Buffer
  qos: Qos
  retain: boolean
  dup: boolean
  properties: Omit<NonNullable<IPublishPacket['properties']>, 'userProperties'>
  /** In their order. */
  userProperties: readonly UserProperty[]
  /** µs since 1970 UTC. */
  at: number
  /** An expectation was about it. */
  isClaimed: boolean
}

/** Properties by the names that files have for them. */
export function propertiesOf({
  properties,
  userProperties
}: Pick<Received, 'properties' | 'userProperties'>): Record<string, unknown> {
  const { payloadFormatIndicator, messageExpiryInterval, correlationData, ...rest } = properties
  return {
    ...rest,
    ...(payloadFormatIndicator !== undefined && { payloadFormat: payloadFormatIndicator ? 'text' : 'bytes' }),
    ...(messageExpiryInterval !== undefined && { messageExpiry: messageExpiryInterval }),
    ...(correlationData !== undefined && { correlationData: readable(correlationData) }),
    ...(userProperties.length > 0 && {
      userProperties: userProperties.map(({ name, value }) => [name, value])
    })
  }
}

/** UTF-8 text as it is, anything else as hex digits. */
export function readable(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return Buffer.from(bytes).toString('hex')
  }
}

/** Bytes of a payload in a report. */
const SHOWN = 200

/** A message in one line. */
export function lineOf({
  client,
  topic,
  payload,
  qos,
  retain,
  dup,
  properties,
  userProperties
}: Received): string {
  const cut = payload.length > SHOWN
  const text = readable(payload.subarray(0, SHOWN)).replaceAll('\n', '⏎')
  const flags = [`QoS ${qos}`, ...(retain ? ['retained'] : []), ...(dup ? ['DUP'] : [])].join(', ')
  const shown = propertiesOf({ properties, userProperties })
  const more = Object.keys(shown).length > 0 ? `  ${JSON.stringify(shown)}` : ''
  return `${client} < ${topic}  ${flags}  ${cut ? `${text}… (${payload.length} bytes)` : text}${more}`
}
