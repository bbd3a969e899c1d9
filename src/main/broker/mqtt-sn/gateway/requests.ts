import { filterFault } from '../../../../shared/topic'
import { TYPE } from '../../codec/packet'
import { topicNumber } from '../codec/encode'
import {
  RETURN_CODE,
  SN,
  WITHOUT_CONNECTION,
  type SnFilter,
  type SnPacket,
  type SnPublish,
  type SnRegister,
  type SnSubscribe,
  type SnUnsubscribe
} from '../codec/packet'
import type { SnCounts } from './counts'
import type { MqttLine } from './mqtt-line'
import type { Topics } from './topics'

/** Bytes that may wait for the broker before a client is told that there is congestion. */
const MOST_WAITING = 1_000_000

/** What a client asks of the broker (MQTT-SN 1.2, 6.5, 6.6 and 6.9), and the answers. What it asks again is answered again (6.13). */
export class Requests {
  private lastPublish: { packet: SnPublish; answer: SnPacket | null } | null = null
  private lastSubscribe: { packet: SnSubscribe; answer: SnPacket | null } | null = null
  /** Topic ids of messages that the broker has not acknowledged, by message id. */
  private readonly published = new Map<number, number>()

  constructor(
    private readonly topics: Topics,
    private readonly line: MqttLine,
    private readonly counts: SnCounts,
    private readonly send: (packet: SnPacket) => void
  ) {}

  register({ messageId, topic }: SnRegister): boolean {
    const topicId = this.topics.register(topic)
    const returnCode = topicId === null ? RETURN_CODE.CONGESTION : RETURN_CODE.ACCEPTED
    return this.answer({ type: SN.REGACK, topicId: topicId ?? 0, messageId, returnCode })
  }

  /** A message from the client; returns whether it was expected (6.6). */
  publish(packet: SnPublish): boolean {
    const { qos, topic, messageId, payload, retain, dup } = packet
    const topicId = topicNumber(topic)
    const reject = (returnCode: number): true =>
      this.answer({ type: SN.PUBACK, topicId, messageId, returnCode })
    if (qos === WITHOUT_CONNECTION) return false
    if (qos === 1 && dup && this.lastPublish && isSame(this.lastPublish.packet, packet)) {
      if (this.lastPublish.answer) this.answer(this.lastPublish.answer)
      return true
    }
    const name = this.topics.nameOf(topic)
    if (name === null) {
      this.counts.dropped['unknown topic']++
      return reject(RETURN_CODE.INVALID_TOPIC_ID)
    }
    if (this.line.waiting > MOST_WAITING) {
      this.counts.dropped.congestion++
      return qos === 0 || reject(RETURN_CODE.CONGESTION)
    }
    if (qos > 0) this.published.set(messageId, topicId)
    if (qos === 1) this.lastPublish = { packet, answer: null }
    this.line.publish({ topic: name, payload, qos, retain, packetId: messageId }, dup)
    return true
  }

  /** PUBACK, PUBREC or PUBCOMP from the broker. */
  acknowledged(type: number, messageId: number): void {
    if (type === TYPE.PUBACK) {
      const topicId = this.published.get(messageId) ?? 0
      const answer: SnPacket = { type: SN.PUBACK, topicId, messageId, returnCode: RETURN_CODE.ACCEPTED }
      if (this.lastPublish?.packet.messageId === messageId) this.lastPublish.answer = answer
      this.answer(answer)
    } else this.answer({ type: type === TYPE.PUBREC ? SN.PUBREC : SN.PUBCOMP, messageId })
    if (type !== TYPE.PUBREC) this.published.delete(messageId)
  }

  subscribe(packet: SnSubscribe): boolean {
    const { messageId, qos, filter, dup } = packet
    const last = this.lastSubscribe
    if (dup && last?.packet.messageId === messageId && nameOf(last.packet.filter) === nameOf(filter)) {
      if (last.answer) this.answer(last.answer)
      return true
    }
    const name = this.filterName(filter)
    if (typeof name === 'number')
      return this.answer({ type: SN.SUBACK, qos: 0, topicId: 0, messageId, returnCode: name })
    this.lastSubscribe = { packet, answer: null }
    this.line.subscribe(messageId, name, qos)
    return true
  }

  /** The granted QoS, and the id that messages for this very topic will have (5.4.16). */
  subscribed(messageId: number, code: number): void {
    const last = this.lastSubscribe
    const filter = last?.packet.messageId === messageId ? last.packet.filter : null
    const isGranted = code < 0x80
    let topicId = 0
    if (isGranted && filter?.kind === 'predefined') topicId = filter.id
    else if (isGranted && filter?.kind === 'name' && isOneTopic(filter.name))
      topicId = this.topics.register(filter.name) ?? 0
    const answer: SnPacket = {
      type: SN.SUBACK,
      qos: isGranted ? (code as 0 | 1 | 2) : 0,
      topicId,
      messageId,
      returnCode: isGranted ? RETURN_CODE.ACCEPTED : RETURN_CODE.NOT_SUPPORTED
    }
    if (filter) last!.answer = answer
    this.answer(answer)
  }

  unsubscribe({ messageId, filter }: SnUnsubscribe): boolean {
    const name = this.filterName(filter)
    // UNSUBACK cannot say no (5.4.18).
    if (typeof name === 'number') return this.answer({ type: SN.UNSUBACK, messageId })
    this.line.unsubscribe(messageId, name)
    return true
  }

  /** The filter that a client means, or the return code that refuses it. */
  private filterName(filter: SnFilter): string | number {
    if (filter.kind !== 'predefined')
      return filterFault(filter.name) === null ? filter.name : RETURN_CODE.NOT_SUPPORTED
    return this.topics.nameOf(filter) ?? RETURN_CODE.INVALID_TOPIC_ID
  }

  private answer(packet: SnPacket): true {
    this.send(packet)
    return true
  }
}

/** Whether a filter stands for one topic, whose id SUBACK tells. */
function isOneTopic(filter: string): boolean {
  return !/[+#]/.test(filter) && !filter.startsWith('$share/')
}

function nameOf(filter: SnFilter): string {
  return filter.kind === 'predefined' ? `predefined ${filter.id}` : `name ${filter.name}`
}

function isSame(a: SnPublish, b: SnPublish): boolean {
  const isSameTopic = a.topic.kind === b.topic.kind && topicNumber(a.topic) === topicNumber(b.topic)
  return a.messageId === b.messageId && isSameTopic && a.payload.equals(b.payload)
}
