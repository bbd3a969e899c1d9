import type { Connack } from '../../shared/contract/connections'
import { AppError } from '../../shared/errors'
import type { Qos } from '../../shared/message'

/** The largest packet that MQTT allows, in bytes (2.2.3 Remaining Length). */
const LARGEST_PACKET = 268_435_455

/** Throws PAYLOAD_TOO_LARGE, QOS_NOT_SUPPORTED or RETAIN_NOT_SUPPORTED if a message is beyond what a CONNACK allows. */
export function checkLimits(
  { maximumPacketSize, maximumQos, retainAvailable }: Connack,
  { topic, payload, qos, retain }: { topic: string; payload: Buffer; qos: Qos; retain: boolean }
): void {
  const limit = Math.min(maximumPacketSize ?? LARGEST_PACKET, LARGEST_PACKET)
  const overhead = Buffer.byteLength(topic) + 16
  if (payload.length + overhead > limit) {
    throw new AppError('PAYLOAD_TOO_LARGE', { size: payload.length, limit: Math.max(0, limit - overhead) })
  }
  if (qos > maximumQos) throw new AppError('QOS_NOT_SUPPORTED', { maximum: maximumQos })
  if (retain && !retainAvailable) throw new AppError('RETAIN_NOT_SUPPORTED', {})
}
