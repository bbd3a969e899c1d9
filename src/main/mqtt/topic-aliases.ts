import type { MqttClient } from 'mqtt'

/**
 * Has a client send a topic's name only once per connection with its alias: later messages of the same topic and alias carry the alias
 * alone (MQTT 5.0, 3.3.2.3.4). MQTT.js keeps a message for its retransmission with the name and without the alias [MQTT-3.3.2-7].
 */
export function sendAliases(client: MqttClient): void {
  const topics = new Map<number, string>()
  client.on('packetsend', (packet) => {
    // Aliases end with their connection.
    if (packet.cmd === 'connect') topics.clear()
    if (packet.cmd !== 'publish') return
    const alias = packet.properties?.topicAlias
    if (alias === undefined) return
    const topic = packet.topic.toString()
    if (topics.get(alias) === topic) Object.assign(packet, { topic: '' })
    else topics.set(alias, topic)
  })
}
