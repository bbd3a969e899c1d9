import type { IPublishPacket } from 'mqtt'
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
  properties: NonNullable<IPublishPacket['properties']>
  /** µs since 1970 UTC. */
  at: number
  /** An expectation was about it. */
  isClaimed: boolean
}

/** Properties by the names that files have for them. */
export function propertiesOf({ properties }: Pick<Received, 'properties'>): Record<string, unknown> {
  const { payloadFormatIndicator, messageExpiryInterval, correlationData, userProperties, ...rest } =
    properties
  return {
    ...rest,
    ...(payloadFormatIndicator !== undefined && { payloadFormat: payloadFormatIndicator ? 'text' : 'bytes' }),
    ...(messageExpiryInterval !== undefined && { messageExpiry: messageExpiryInterval }),
    ...(correlationData !== undefined && { correlationData: readable(correlationData) }),
    ...(userProperties !== undefined && { userProperties: pairsOf(userProperties) })
  }
}

function pairsOf(properties: Record<string, string | string[]>): [string, string][] {
  return Object.entries(properties).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value])
  )
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
export function lineOf({ client, topic, payload, qos, retain, dup, properties }: Received): string {
  const cut = payload.length > SHOWN
  const text = readable(payload.subarray(0, SHOWN)).replaceAll('\n', '⏎')
  const flags = [`QoS ${qos}`, ...(retain ? ['retained'] : []), ...(dup ? ['DUP'] : [])].join(', ')
  const shown = propertiesOf({ properties })
  const more = Object.keys(shown).length > 0 ? `  ${JSON.stringify(shown)}` : ''
  return `${client} < ${topic}  ${flags}  ${cut ? `${text}… (${payload.length} bytes)` : text}${more}`
}
