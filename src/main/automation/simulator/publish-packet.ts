import type { MqttVersion } from '../../../shared/contract/profiles'
import type { Qos } from '../../../shared/message'

/** The largest remaining length that takes so many bytes (MQTT 5.0, 1.5.5). */
const LENGTHS = [127, 16_383, 2_097_151] as const

/**
 * A PUBLISH without properties (MQTT 5.0, 3.3). Made by hand: tens of thousands a second leave here, and `generate` of mqtt-packet takes as
 * long as everything else that is done for one.
 *
 * @param packetId of QoS 1 and 2
 */
export function publishPacket(
  topic: string,
  payload: Uint8Array,
  qos: Qos,
  retain: boolean,
  packetId: number,
  version: MqttVersion
): Buffer {
  const name = Buffer.byteLength(topic)
  const rest = 2 + name + (qos > 0 ? 2 : 0) + (version === 5 ? 1 : 0) + payload.length
  const lengthBytes = 1 + LENGTHS.filter((length) => rest > length).length
  const packet = Buffer.allocUnsafe(1 + lengthBytes + rest)
  packet[0] = 0x30 | (qos << 1) | (retain ? 1 : 0)
  let at = 1
  for (let left = rest; at <= lengthBytes; left >>= 7) packet[at++] = (left & 0x7f) | (left > 0x7f ? 0x80 : 0)
  at = packet.writeUInt16BE(name, at)
  at += packet.write(topic, at)
  if (qos > 0) at = packet.writeUInt16BE(packetId, at)
  if (version === 5) packet[at++] = 0
  packet.set(payload, at)
  return packet
}
