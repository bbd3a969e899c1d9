import { Message } from '../../codec/message'
import { TYPE } from '../../codec/packet'
import type { Client } from '../../core/client'
import {
  RETURN_CODE,
  SN,
  type SnConnect,
  type SnDisconnect,
  type SnPacket,
  type SnWillMessage,
  type SnWillTopic
} from '../codec/packet'
import type { Memory } from './memories'
import { MqttLine, type LineWill } from './mqtt-line'
import { Outbox } from './outbox'
import type { SnClientEvents, SnParts } from './parts'
import { Requests } from './requests'
import { changedWill } from './will'

/** Keep alive in seconds of a client that asks for none: nothing else tells that a UDP client is gone. */
const LONGEST_SILENCE = 3_600

type State = 'will topic' | 'will message' | 'connecting' | 'active' | 'asleep' | 'awake' | 'gone'

/** One MQTT-SN client (MQTT-SN 1.2, 6.2 to 6.14), with a connection of its own into the broker. */
export class SnClient {
  state: State = 'connecting'
  private readonly line: MqttLine
  private readonly outbox: Outbox
  /** The broker's side of it, once it is connected. */
  private client: Client | null = null
  /** The topic of a will whose message is still to come (5.4.7). */
  private willTopic: Omit<LineWill, 'payload'> | null = null
  /** Sleep in ms, with the tolerance. */
  private sleepFor = 0
  private cancelTimer: () => void
  private readonly requests: Requests
  /** Nothing has come since the CONNACK. */
  private isFresh = false

  constructor(
    private readonly connect: SnConnect,
    private readonly memory: Memory,
    address: string,
    private readonly parts: SnParts,
    private readonly events: SnClientEvents
  ) {
    const { clock, broker, counts, listener } = parts
    this.line = new MqttLine(broker, address, listener, {
      connack: (returnCode) => this.connected(returnCode),
      message: (message) => this.outbox.publish(message),
      acknowledged: (type, packetId) =>
        type === TYPE.PUBREL ? this.outbox.release(packetId) : this.requests.acknowledged(type, packetId),
      suback: (packetId, code) => this.requests.subscribed(packetId, code),
      unsuback: (messageId) => events.send({ type: SN.UNSUBACK, messageId }),
      pingresp: () => this.pinged(),
      closed: () => this.closed()
    })
    this.outbox = new Outbox(clock, memory.topics, {
      send: (packet) => events.send(packet),
      acknowledge: (type, packetId) => this.line.acknowledge(type, packetId),
      busy: () => this.client?.sender.rest(),
      idle: () => this.idle(),
      lost: () => this.unanswered(),
      dropped: () => counts.dropped.undeliverable++
    })
    this.requests = new Requests(memory.topics, this.line, counts, (packet) => events.send(packet))
    this.cancelTimer = clock.after(broker.limits.connectTimeout, () => this.leave())
    if (connect.will) this.prompt('will topic')
    else this.join()
  }

  get clientId(): string {
    return this.connect.clientId
  }

  /** Takes a message from the client; returns whether it was expected. */
  packet(packet: SnPacket): boolean {
    if (this.state.startsWith('will')) return this.prompted(packet)
    if (this.state === 'connecting') return packet.type === SN.CONNECT
    this.line.connection.heardAt = this.parts.clock.now()
    this.isFresh = false
    switch (packet.type) {
      case SN.REGISTER:
        return this.requests.register(packet)
      case SN.PUBLISH:
        return this.requests.publish(packet)
      case SN.PUBREL:
        this.line.acknowledge(TYPE.PUBREL, packet.messageId)
        return true
      case SN.SUBSCRIBE:
        return this.requests.subscribe(packet)
      case SN.UNSUBSCRIBE:
        return this.requests.unsubscribe(packet)
      case SN.PINGREQ:
        return this.ping(packet.clientId)
      case SN.DISCONNECT:
        return this.disconnect(packet)
      case SN.WILLTOPICUPD:
      case SN.WILLMSGUPD:
        return this.updateWill(packet)
      // The CONNACK got lost.
      case SN.WILLMSG:
        return this.connect.will && this.answer({ type: SN.CONNACK, returnCode: RETURN_CODE.ACCEPTED })
      case SN.REGACK:
        return this.outbox.regack(packet.messageId, packet.returnCode)
      case SN.PUBACK:
        return this.outbox.puback(packet.topicId, packet.messageId, packet.returnCode)
      case SN.PUBREC:
        return this.outbox.pubrec(packet.messageId)
      case SN.PUBCOMP:
        return this.outbox.pubcomp(packet.messageId)
      case SN.ADVERTISE:
      case SN.SEARCHGW:
      case SN.GWINFO:
      case SN.CONNECT:
      case SN.CONNACK:
      case SN.WILLTOPICREQ:
      case SN.WILLTOPIC:
      case SN.WILLMSGREQ:
      case SN.SUBACK:
      case SN.UNSUBACK:
      case SN.PINGRESP:
      case SN.WILLTOPICRESP:
      case SN.WILLMSGRESP:
        return false
    }
  }

  /**
   * A CONNECT from the same address. One from a sleeping client means that it is active again (6.14, figure 4); returns false if it has to
   * connect anew.
   */
  reconnect(connect: SnConnect): boolean {
    if (connect.clientId !== this.clientId) return false
    // It was sent again because the answer is late or lost (6.13).
    if (this.state === 'connecting') return true
    const sleeps = this.state === 'asleep' || this.state === 'awake'
    if (!sleeps && !(this.isFresh && isSame(connect, this.connect))) return false
    this.answer({ type: SN.CONNACK, returnCode: RETURN_CODE.ACCEPTED })
    this.cancelTimer()
    this.line.connection.isAsleep = false
    this.line.connection.heardAt = this.parts.clock.now()
    this.state = 'active'
    this.wake()
    return true
  }

  /** Ends it, and tells the client. */
  dismiss(): void {
    this.answer({ type: SN.DISCONNECT, duration: null })
    this.leave()
  }

  /** Ends it without a word to the client: its will is published. */
  leave(): void {
    if (this.state === 'gone') return
    this.state = 'gone'
    this.cancelTimer()
    this.outbox.close()
    this.line.cut()
    this.events.gone()
  }

  private answer(packet: SnPacket): true {
    this.events.send(packet)
    return true
  }

  private prompt(state: 'will topic' | 'will message'): void {
    this.state = state
    this.answer({ type: state === 'will topic' ? SN.WILLTOPICREQ : SN.WILLMSGREQ })
  }

  /** The will is asked for before the CONNACK (6.2). A question is repeated when the client repeats what it answers. */
  private prompted(packet: SnPacket): boolean {
    if (packet.type === SN.WILLTOPIC) {
      this.willTopic = packet.will
      if (packet.will) this.prompt('will message')
      else {
        this.memory.will = null
        this.join()
      }
      return true
    }
    if (packet.type === SN.WILLMSG && this.willTopic) {
      this.memory.will = { ...this.willTopic, payload: Buffer.from(packet.payload) }
      this.join()
      return true
    }
    if (packet.type === SN.DISCONNECT) this.leave()
    return packet.type === SN.DISCONNECT
  }

  private join(): void {
    this.state = 'connecting'
    const { clientId, cleanSession, duration } = this.connect
    this.line.connect(clientId, cleanSession, duration || LONGEST_SILENCE, this.memory.will)
  }

  private connected(mqttCode: number): void {
    const returnCode = connectCodes[mqttCode] ?? RETURN_CODE.NOT_SUPPORTED
    this.answer({ type: SN.CONNACK, returnCode })
    if (mqttCode !== 0) return this.leave()
    this.cancelTimer()
    this.state = 'active'
    this.isFresh = true
    const client = this.parts.broker.client(this.clientId)
    if (client?.connection === this.line.connection) this.client = client
  }

  /** The broker has closed the connection. */
  private closed(): void {
    const { state } = this
    this.leave()
    if (state === 'connecting') this.answer({ type: SN.CONNACK, returnCode: RETURN_CODE.NOT_SUPPORTED })
    else if (state !== 'will topic' && state !== 'will message')
      this.answer({ type: SN.DISCONNECT, duration: null })
  }

  /** From a sleeping client, it asks for what has waited, and PINGRESP says that this was all (6.14). */
  private ping(clientId: string): boolean {
    if (clientId !== '' && clientId !== this.clientId) return false
    if (this.state === 'asleep') {
      this.state = 'awake'
      this.sleepTimer()
      this.wake()
    }
    this.line.pingreq()
    return true
  }

  private wake(): void {
    this.client?.sender.wake()
    this.outbox.resume()
  }

  private idle(): void {
    if (this.state === 'asleep') return
    this.client?.sender.wake()
    if (this.state === 'awake') this.line.pingreq()
  }

  private pinged(): void {
    if (this.state === 'awake' && !this.outbox.isIdle) return
    this.answer({ type: SN.PINGRESP })
    if (this.state === 'awake') this.sleep()
  }

  private disconnect({ duration }: SnDisconnect): boolean {
    this.answer({ type: SN.DISCONNECT, duration: null })
    if (duration) {
      // The keep-alive and sleep timers are 10 % longer than what a client says, below a minute 50 % (7.2).
      this.sleepFor = duration * (duration > 60 ? 1_100 : 1_500)
      this.sleep()
      return true
    }
    this.line.disconnect()
    this.leave()
    return true
  }

  private sleep(): void {
    this.state = 'asleep'
    this.line.connection.isAsleep = true
    this.client?.sender.rest()
    this.outbox.pause()
    this.sleepTimer()
  }

  /** A client that does not come back in time is lost: its will is published (6.14). */
  private sleepTimer(): void {
    this.cancelTimer()
    this.cancelTimer = this.parts.clock.after(this.sleepFor, () => this.leave())
  }

  /** All retries were in vain: a client that is awake may still come back, another one is lost (6.13). */
  private unanswered(): void {
    if (this.state === 'awake') this.sleep()
    else this.leave()
  }

  /** MQTT cannot change a will, so it is changed in the broker (6.4). */
  private updateWill(packet: SnWillTopic | SnWillMessage): boolean {
    const type = packet.type === SN.WILLTOPICUPD ? SN.WILLTOPICRESP : SN.WILLMSGRESP
    const will = changedWill(this.memory.will, packet)
    if (will === 'refused') return this.answer({ type, returnCode: RETURN_CODE.NOT_SUPPORTED })
    this.memory.will = will
    if (this.client)
      this.client.will = will && { message: Message.of(will.topic, will.payload, will), delay: 0 }
    return this.answer({ type, returnCode: RETURN_CODE.ACCEPTED })
  }
}

/** Return codes of MQTT-SN for those of CONNACK (MQTT 3.1.1, table 3.1): server unavailable may pass, all else does not. */
const connectCodes: Record<number, number> = { 0: RETURN_CODE.ACCEPTED, 3: RETURN_CODE.CONGESTION }

function isSame(a: SnConnect, b: SnConnect): boolean {
  return !a.will && !b.will && a.cleanSession === b.cleanSession && a.duration === b.duration
}
