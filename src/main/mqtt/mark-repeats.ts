import type { MqttClient } from 'mqtt'

/**
 * Sets DUP in messages that are sent again [MQTT-3.3.1-1], which MQTT.js leaves out: a broker or subscriber that looks for it would take
 * the repetition for a new message. MQTT.js tells of a packet just before it writes it.
 */
export function markRepeats(client: MqttClient): void {
  /** Identifiers of messages that were sent and are not acknowledged. */
  const sent = new Set<number>()
  client.on('packetsend', (packet) => {
    if (packet.cmd !== 'publish' || packet.qos === 0 || packet.messageId === undefined) return
    if (sent.has(packet.messageId)) packet.dup = true
    sent.add(packet.messageId)
  })
  client.on('packetreceive', (packet) => {
    // After a PUBREC only PUBREL is sent again, and a PUBREC that refuses ends the exchange (MQTT 5.0, 4.3.3).
    if (packet.cmd !== 'puback' && packet.cmd !== 'pubrec') return
    if (packet.messageId !== undefined) sent.delete(packet.messageId)
  })
}
