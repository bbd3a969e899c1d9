import type { Message } from '../codec/message'
import { TYPE, type Packet } from '../codec/packet'

const NONE: string[] = []

/** Knows the topics that the packets of one connection are about, also of acknowledgements. */
export class PacketTopics {
  /** Topics and filters by packet identifier: of what the client asked, and of what it was sent. */
  private readonly asked = new Map<number, string[]>()
  private readonly sent = new Map<number, string[]>()

  /** Of a packet from the client. */
  ofReceived(packet: Packet): string[] {
    switch (packet.type) {
      case TYPE.PUBLISH: {
        const topics = [packet.message.topic]
        if (packet.packetId > 0) this.asked.set(packet.packetId, topics)
        return topics
      }
      case TYPE.SUBSCRIBE: {
        const filters = packet.subscriptions.map(({ filter }) => filter)
        this.asked.set(packet.packetId, filters)
        return filters
      }
      case TYPE.UNSUBSCRIBE:
        this.asked.set(packet.packetId, packet.filters)
        return packet.filters
      case TYPE.PUBREL:
        return this.asked.get(packet.packetId) ?? NONE
      case TYPE.PUBREC:
        return this.sent.get(packet.packetId) ?? NONE
      case TYPE.PUBACK:
      case TYPE.PUBCOMP:
        return taken(this.sent, packet.packetId)
      case TYPE.CONNECT:
      case TYPE.PINGREQ:
      case TYPE.DISCONNECT:
      case TYPE.AUTH:
        return NONE
    }
  }

  /** Of a message to the client. */
  ofPublish(message: Message, packetId: number): string[] {
    const topics = [message.topic]
    if (packetId > 0) this.sent.set(packetId, topics)
    return topics
  }

  /** Of another packet to the client. */
  ofSent(packet: Uint8Array): string[] {
    switch (packet[0]! >> 4) {
      case TYPE.PUBREC:
        return this.asked.get(packetIdIn(packet)) ?? NONE
      case TYPE.PUBREL:
        return this.sent.get(packetIdIn(packet)) ?? NONE
      case TYPE.PUBACK:
      case TYPE.PUBCOMP:
      case TYPE.SUBACK:
      case TYPE.UNSUBACK:
        return taken(this.asked, packetIdIn(packet))
      default:
        return NONE
    }
  }
}

/** An entry, which is then removed: the packet identifier is free again. */
function taken(topics: Map<number, string[]>, packetId: number): string[] {
  const found = topics.get(packetId)
  topics.delete(packetId)
  return found ?? NONE
}

/** The packet identifier is behind the first byte and the length, which ends with a byte below 0x80 (MQTT 5.0, 1.5.5). */
function packetIdIn(packet: Uint8Array): number {
  let at = 1
  while (packet[at]! >= 0x80) at++
  return (packet[at + 1]! << 8) | packet[at + 2]!
}
