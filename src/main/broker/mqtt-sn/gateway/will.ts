import { isReserved } from '../../core/client'
import type { SnWillMessage, SnWillTopic } from '../codec/packet'
import type { LineWill } from './mqtt-line'

/** The will after a WILLTOPICUPD or WILLMSGUPD (MQTT-SN 1.2, 6.4); null: none. */
export function changedWill(
  will: LineWill | null,
  packet: SnWillTopic | SnWillMessage
): LineWill | null | 'refused' {
  if ('payload' in packet) return will ? { ...will, payload: Buffer.from(packet.payload) } : 'refused'
  if (packet.will === null) return null
  if (isReserved(packet.will.topic)) return 'refused'
  return { ...packet.will, payload: will?.payload ?? Buffer.alloc(0) }
}
