import type { Qos } from '../../../shared/message'
import { FIRST_FAILURE, REASON_CODE } from '../../../shared/mqtt-codes'
import { acknowledgement, PINGRESP, suback, unsuback } from '../codec/encode'
import type { Message } from '../codec/message'
import {
  TYPE,
  type Acknowledgement,
  type Auth,
  type Connect,
  type Disconnect,
  type Packet,
  type Publish,
  type Subscribe,
  type Unsubscribe,
  type Will
} from '../codec/packet'
import { protocolError, Refusal } from '../codec/refusal'
import type { Authenticator } from './authenticator'
import type { Connection, Receiver } from './connection'
import type { Waiting } from './group-commit'
import type { Parts } from './parts'
import type { Holdable } from './pressure'
import { checkLevels, hasRoom } from './quota'
import { Reauthentication } from './reauthentication'
import { NO_ROOM, reasonOf, RESERVED, type Denial } from './reasons'
import { Sender } from './sender'
import type { Replay, Session } from './session'

/** What a client asks of the broker. */
export interface ClientEvents {
  /** Publishes to all who subscribed; returns to how many. `publisher` is held back if they have to catch up. */
  route(message: Message, publisher: Holdable): number
  left(client: Client): void
}

/** A connected client: takes its packets and answers them (MQTT 5.0, 3.3 to 3.15). */
export class Client implements Receiver, Waiting {
  /** null once the client has said goodbye with code 0x00 [MQTT-3.14.4-3]. */
  will: Will | null
  receivedCount = 0
  readonly sender: Sender
  readonly connectedAt: number
  /** Answers that wait until what they promise is on disk. */
  private answers: Buffer[] = []
  /** QoS 1 and 2 messages of this connection without their last acknowledgement, and how many of these `answers` acknowledge. */
  private unacknowledged = 0
  private acknowledging = 0
  private reauthentication: Reauthentication | null = null

  constructor(
    readonly connection: Connection,
    readonly session: Session,
    readonly connect: Connect,
    /** Seconds; 0: off. */
    readonly keepAlive: number,
    private readonly parts: Parts,
    private readonly events: ClientEvents
  ) {
    this.will = connect.will
    this.connectedAt = parts.clock.now()
    this.sender = new Sender(connection, session, connect, parts)
  }

  packet(packet: Packet): void {
    switch (packet.type) {
      case TYPE.PUBLISH:
        return this.publish(packet)
      case TYPE.PUBREL:
        this.session.removeReceived(packet.packetId)
        return this.acknowledge(TYPE.PUBCOMP, packet.packetId)
      case TYPE.PUBACK:
      case TYPE.PUBREC:
      case TYPE.PUBCOMP:
        return this.sender.acknowledged(packet)
      case TYPE.SUBSCRIBE:
        return this.subscribe(packet)
      case TYPE.UNSUBSCRIBE:
        return this.unsubscribe(packet)
      case TYPE.PINGREQ:
        return this.connection.send(PINGRESP)
      case TYPE.DISCONNECT:
        return this.disconnect(packet)
      case TYPE.AUTH:
        return this.reauthenticate(packet)
      case TYPE.CONNECT:
        throw protocolError('A second CONNECT [MQTT-3.1.0-2].')
    }
  }

  gone(): void {
    this.sender.pressure.release()
    this.events.left(this)
  }

  committed(): void {
    const { answers } = this
    this.answers = []
    this.settle(this.acknowledging)
    this.acknowledging = 0
    for (const answer of answers) this.connection.send(answer)
  }

  failed(): void {
    this.answers = []
    this.connection.close(REASON_CODE.IMPLEMENTATION_SPECIFIC, 'The broker cannot write to its disk.')
  }

  /** Answers after what was changed is on disk, and in order. */
  answer(packet: Buffer): void {
    if (!this.parts.commit.isOpen) return this.connection.send(packet)
    this.answers.push(packet)
    if (this.answers.length === 1) this.parts.commit.then(this)
  }

  private publish({ message, packetId }: Publish): void {
    const { traffic } = this.parts
    message.publisher = this.session.clientId
    message.receivedAt = this.parts.clock.now()
    traffic.messagesReceived++
    traffic.payloadReceived += message.payloadLength
    this.receivedCount++
    const { qos } = message
    if (qos === 2 && this.session.hasReceived(packetId)) return this.acknowledge(TYPE.PUBREC, packetId)
    if (qos > 0) this.countUnacknowledged()
    const denial = this.denial(message)
    if (denial) {
      this.session.drop('refused', message)
      // Before MQTT 5 there is no way to refuse a message but to close the connection [MQTT-3.3.5-2 of 3.1.1].
      if (qos > 0)
        this.acknowledge(qos === 1 ? TYPE.PUBACK : TYPE.PUBREC, packetId, denial.code, denial.reason)
      return
    }
    if (qos === 2) {
      this.session.addReceived(packetId)
      this.acknowledge(TYPE.PUBREC, packetId)
    }
    const count = this.events.route(message, this.connection)
    if (qos === 1)
      this.acknowledge(
        TYPE.PUBACK,
        packetId,
        count === 0 ? REASON_CODE.NO_MATCHING_SUBSCRIBERS : REASON_CODE.SUCCESS
      )
  }

  /** How a message that the client publishes is refused; null: it is not. */
  private denial(message: Message): Denial | null {
    const { hooks, retained, limits } = this.parts
    checkLevels(message.topic, limits, REASON_CODE.TOPIC_NAME_INVALID)
    if (isReserved(message.topic)) return RESERVED
    const code = hooks.publish?.(this.connection, message) ?? REASON_CODE.SUCCESS
    if (code >= FIRST_FAILURE) return { code, reason: reasonOf(code) }
    return !message.retain || hasRoom(message, retained, limits) ? null : NO_ROOM
  }

  /** [MQTT-3.3.4-7], [MQTT-3.3.4-9]. Only MQTT 5 clients know of the limit. */
  private countUnacknowledged(): void {
    const { receiveMaximum } = this.parts.limits
    if (this.connection.version === 5 && this.unacknowledged++ >= receiveMaximum)
      throw new Refusal(
        `More than ${receiveMaximum} QoS 1 and 2 messages at once, the Receive Maximum that the CONNACK said [MQTT-3.3.4-7].`,
        REASON_CODE.RECEIVE_MAXIMUM_EXCEEDED
      )
  }

  private acknowledge(
    type: Acknowledgement['type'],
    packetId: number,
    reasonCode: number = REASON_CODE.SUCCESS,
    reason = ''
  ): void {
    if (type !== TYPE.PUBREC || reasonCode >= FIRST_FAILURE) {
      if (this.parts.commit.isOpen) this.acknowledging++
      else this.settle(1)
    }
    this.answer(
      this.explained(reason, (text) =>
        acknowledgement(this.connection.version, { type, packetId, reasonCode }, text)
      )
    )
  }

  /** An answer with a Reason String, if the client wants one [MQTT-3.1.2-29] and takes it [MQTT-3.4.2-2]. */
  private explained(reason: string, packet: (reason: string) => Buffer): Buffer {
    if (reason === '' || !this.connect.requestProblemInformation) return packet('')
    const whole = packet(reason)
    return whole.length > this.connection.largest ? packet('') : whole
  }

  /** Messages are acknowledged. A PUBCOMP may belong to an earlier connection, whose messages do not count (4.9). */
  private settle(count: number): void {
    this.unacknowledged = Math.max(0, this.unacknowledged - count)
  }

  private subscribe({ packetId, subscriptions }: Subscribe): void {
    const { hooks, limits } = this.parts
    for (const { filter } of subscriptions) checkLevels(filter, limits, REASON_CODE.TOPIC_FILTER_INVALID)
    const codes: number[] = []
    const replays: Replay[] = []
    for (const { filter, options: asked } of subscriptions) {
      const code = hooks.subscribe?.(this.connection, filter, asked) ?? asked.qos
      // Before MQTT 5, 0x80 is the only failure (3.9.3 of 3.1.1).
      codes.push(code < FIRST_FAILURE || this.connection.version === 5 ? code : FIRST_FAILURE)
      if (code >= FIRST_FAILURE) continue
      const replay = this.session.subscribe(filter, { ...asked, qos: code as Qos })
      if (replay) replays.push(replay)
    }
    this.answer(
      this.explained(reasonOf(Math.max(...codes)), (reason) =>
        suback(this.connection.version, packetId, codes, reason)
      )
    )
    for (const replay of replays) this.sender.replay(replay)
  }

  private unsubscribe({ packetId, filters }: Unsubscribe): void {
    const codes = filters.map((filter) =>
      this.session.unsubscribe(filter) ? REASON_CODE.SUCCESS : REASON_CODE.NO_SUBSCRIPTION_EXISTED
    )
    this.answer(unsuback(this.connection.version, packetId, codes))
  }

  private reauthenticate(packet: Auth): void {
    const { authenticationMethod: method } = this.connect
    const create = (): Authenticator => {
      const offered = this.parts.authenticators.get(method!)
      if (offered) return offered()
      throw new Refusal(
        `Authentication method "${method}" is no longer supported.`,
        REASON_CODE.BAD_AUTHENTICATION_METHOD
      )
    }
    this.reauthentication ??= new Reauthentication(this.connection, method, create)
    this.reauthentication.packet(packet)
  }

  private disconnect({ reasonCode, sessionExpiry }: Disconnect): void {
    if (sessionExpiry !== null) {
      if (this.connect.sessionExpiry === 0 && sessionExpiry !== 0)
        throw protocolError('A Session Expiry Interval after a CONNECT without one (3.14.2.2.2).')
      this.session.expiry = sessionExpiry
    }
    if (reasonCode === REASON_CODE.SUCCESS) this.will = null
    this.connection.end({ by: 'client', reasonCode })
  }
}

/** Topics that belong to the broker: clients cannot publish to them (4.7.2). */
export function isReserved(topic: string): boolean {
  return /^\$(?:SYS|share|CONTROL)(?:\/|$)/.test(topic)
}
