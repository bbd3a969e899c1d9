import type { Connack } from '../../shared/contract/connections'
import { AppError } from '../../shared/errors'
import type { MessageProperties, Qos } from '../../shared/message'
import { sizeOf } from './outgoing-properties'

/** The largest packet that MQTT allows, in bytes (2.2.3 Remaining Length). */
const LARGEST_PACKET = 268_435_455

/** What a broker's limits apply to. */
interface Limited {
  topic: string
  payload: Buffer
  qos: Qos
  retain: boolean
  properties: MessageProperties | null
}

/**
 * Throws PAYLOAD_TOO_LARGE, QOS_NOT_SUPPORTED, RETAIN_NOT_SUPPORTED or TOPIC_ALIAS_TOO_LARGE if a message is beyond what a CONNACK
 * allows. Its properties count, if they are sent.
 */
export function checkLimits(
  { maximumPacketSize, maximumQos, retainAvailable, topicAliasMaximum }: Connack,
  { topic, payload, qos, retain, properties }: Limited
): void {
  const limit = Math.min(maximumPacketSize ?? LARGEST_PACKET, LARGEST_PACKET)
  const overhead = Buffer.byteLength(topic) + 16 + (properties ? sizeOf(properties) : 0)
  if (payload.length + overhead > limit) {
    throw new AppError('PAYLOAD_TOO_LARGE', { size: payload.length, limit: Math.max(0, limit - overhead) })
  }
  if (qos > maximumQos) throw new AppError('QOS_NOT_SUPPORTED', { maximum: maximumQos })
  if (retain && !retainAvailable) throw new AppError('RETAIN_NOT_SUPPORTED', {})
  // [MQTT-3.3.2-9]
  if ((properties?.topicAlias ?? 0) > topicAliasMaximum)
    throw new AppError('TOPIC_ALIAS_TOO_LARGE', { maximum: topicAliasMaximum })
}
