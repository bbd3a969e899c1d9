import type { MqttClient } from 'mqtt'
import type { Arrival } from '../recorder/message'

/** A message that a bridge carries. */
export type Carried = Pick<Arrival, 'topic' | 'payload' | 'qos' | 'retain' | 'properties'>

/** What the client of a bridge does otherwise than the one of a connection. */
export interface Bridging {
  /** Before MQTT 5: whether to set the highest bit of the protocol version, by which a client says that it is a bridge. */
  readonly usesBridgeBit: boolean
  /** The subscriptions are all granted in the session that the broker keeps. */
  readonly isSubscribed: boolean
  /** Retain Handling of a subscription (MQTT 5.0, 3.8.3.1). */
  retainHandling(filter: string): 1 | 2
  /** Resolves when the other side has a QoS 1 or 2 message. It is acknowledged then. */
  taken(packetId: number): Promise<void>
  /** Calls back when there is room for another message; nothing is read until then. */
  room(next: () => void): void
}

/** Sets up a bridge's client before it connects. */
export function bridge(client: MqttClient, bridging: Bridging): void {
  acknowledgeLate(client, bridging)
  // MQTT.js has no option for what its encoder can do.
  client.on('packetsend', (packet) => {
    if (packet.cmd === 'connect' && packet.protocolVersion !== 5)
      Object.assign(packet, { bridgeMode: bridging.usesBridgeBit })
  })
}

/**
 * Has PUBACK and PUBREC wait until the other side of the bridge has the message, in the order in which the messages came [MQTT-4.6.0-2],
 * [MQTT-4.6.0-3]. MQTT.js itself reads nothing until it has acknowledged a message, so that the two clients of a bridge would wait for each
 * other's acknowledgements. What a connection that is gone was to acknowledge comes again.
 */
function acknowledgeLate(client: MqttClient, bridging: Bridging): void {
  const sender = client as unknown as {
    _sendPacket(packet: { cmd: string; messageId?: number }, done?: () => void, ...rest: unknown[]): void
  }
  const send = sender._sendPacket.bind(client)
  let connection = client.stream as MqttClient['stream'] | undefined
  let last = Promise.resolve()
  sender._sendPacket = (packet, done, ...rest) => {
    if (packet.cmd !== 'puback' && packet.cmd !== 'pubrec') return send(packet, done, ...rest)
    const { stream } = client
    if (connection !== stream) last = Promise.resolve()
    connection = stream
    const taken = bridging.taken(packet.messageId!)
    last = last
      .then(() => taken)
      .then(() => {
        if (client.stream === stream && client.connected) send(packet)
      })
    bridging.room(() => done?.())
  }
  client.handleMessage = ({ cmd, ...packet }, done) => {
    if (cmd === 'publish' && 'qos' in packet && packet.qos === 0) bridging.room(() => done())
    else done()
  }
}
