import { brokerOfBridge } from '../../../shared/bridge-id'
import { REASON_CODE } from '../../../shared/mqtt-codes'
import { acknowledgement } from '../codec/encode'
import type { PublishOptions } from '../codec/encode-publish'
import type { Message } from '../codec/message'
import { TYPE, type Acknowledgement, type Connect } from '../codec/packet'
import { protocolError } from '../codec/refusal'
import type { Connection } from './connection'
import { packetIdOf, type Delivery } from './outgoing'
import type { Parts } from './parts'
import { Pressure } from './pressure'
import type { Borrower, DeliveryOptions, Replay, Session } from './session'

/** Topic Aliases that are given out at most: their topics take up memory as long as the client is connected. */
const MOST_ALIASES = 1_000

/** Bytes of QoS 0 messages that wait for a client that rests. */
const MOST_HELD = 1_000_000

/** Sends messages to a connected client: at once at QoS 0, and as its window allows at QoS 1 and 2 (MQTT 5.0, 4.3 and 4.9). */
export class Sender implements Borrower {
  readonly pressure: Pressure
  readonly isObserver: boolean
  sentCount = 0
  /** QoS 1 and 2 messages that the client has acknowledged for good. */
  acknowledgedCount = 0
  private readonly window: number
  /** Topic Aliases given out so far; null: the client takes none. */
  private readonly aliases: Map<string, number> | null
  private readonly mostAliases: number
  private replays: Replay[] = []
  private isPumping = false
  private isResting = false
  /** QoS 0 messages for a client that rests, and their bytes. */
  private held: { message: Message; options: DeliveryOptions }[] = []
  private heldBytes = 0

  constructor(
    readonly connection: Connection,
    private readonly session: Session,
    connect: Connect,
    private readonly parts: Parts
  ) {
    // A bridge carries messages to subscribers.
    this.isObserver = connection.isObserver && brokerOfBridge(session.clientId) === null
    // MQTT-SN has one message at a time (MQTT-SN 1.2, 6.10).
    const most = connection.listener?.kind === 'sn' ? 1 : parts.limits.receiveMaximum
    this.window = Math.min(connect.receiveMaximum, most)
    this.mostAliases = Math.min(connect.topicAliasMaximum, MOST_ALIASES)
    this.aliases = connect.topicAliasMaximum > 0 ? new Map() : null
    this.pressure = new Pressure(parts.clock, () => connection.output.pending + session.queuedBytes)
    connection.drained = () => {
      connection.output.flush()
      this.pressure.check()
      this.pump()
    }
  }

  /** It does not read what it is sent. */
  get isSlow(): boolean {
    return this.pressure.isSlow && !this.isResting
  }

  /** Messages wait from now on, at QoS 0 as well: the client sleeps, or cannot take more (MQTT-SN 1.2, 6.14). */
  rest(): void {
    this.isResting = true
    // Nobody is held back for it.
    this.pressure.isSlow = true
    this.pressure.release()
  }

  /** Sends what has waited. */
  wake(): void {
    if (!this.isResting) return
    this.isResting = false
    const { held } = this
    this.held = []
    this.heldBytes = 0
    for (const { message, options } of held) this.send(message, options)
    this.pressure.check()
    this.pump()
  }

  send(message: Message, options: DeliveryOptions): void {
    if (this.isResting) return this.keep(message, options)
    if (this.pressure.isSlow && this.connection.output.isFull) return this.session.drop('queue full', message)
    if (message.expiry !== null && message.isExpired(this.parts.clock.now()))
      return this.session.drop('expired', message)
    this.write(message, 0, 0, options)
  }

  private keep(message: Message, options: DeliveryOptions): void {
    if (this.heldBytes + message.size > MOST_HELD) return this.session.drop('queue full', message)
    message.detach()
    this.heldBytes += message.size
    this.held.push({ message, options })
  }

  /** Sends again what the client has not acknowledged, as far as its new Receive Maximum allows [MQTT-3.3.4-9], [MQTT-4.4.0-1]. */
  resume(): void {
    const { outgoing } = this.session
    outgoing.rewind()
    for (const delivery of outgoing.unacknowledged()) this.sendPubrel(packetIdOf(delivery))
    this.pump()
  }

  replay(messages: Replay): void {
    this.replays.push(messages)
    this.pump()
  }

  /** Sends what waits, and then retained messages for new subscriptions, as long as there is room. */
  pump(): void {
    if (this.isPumping) return
    this.isPumping = true
    do this.sendWaiting()
    while (this.replayNext())
    this.isPumping = false
  }

  private sendWaiting(): void {
    const { session } = this
    while (this.hasRoom && session.outgoing.inFlightCount < this.window) {
      const delivery = session.take()
      if (!delivery) break
      this.sendDelivery(delivery)
    }
  }

  /** Returns whether there may be more. Neither the client's queue nor the store gets more than a window at once. */
  private replayNext(): boolean {
    const [replay] = this.replays
    const { outgoing, arrivingCount } = this.session
    if (!replay || !this.hasRoom || outgoing.waitingCount > 0 || arrivingCount >= this.window) return false
    const next = replay.next()
    if (next.done) this.replays.shift()
    else this.session.deliver(next.value.message, next.value.options)
    return true
  }

  /** PUBACK, PUBREC or PUBCOMP from the client. Throws Refusal if it answers what was not asked. */
  acknowledged({ type, packetId, reasonCode }: Acknowledgement): void {
    const delivery = this.session.outgoing.find(packetId)
    if (!delivery) {
      // Left over from an earlier connection, say: the client gets rid of the packet identifier.
      if (type === TYPE.PUBREC && reasonCode < 0x80) this.sendPubrel(packetId)
      return
    }
    const isReceived = delivery.message === null
    const isExpected =
      type === TYPE.PUBACK ? delivery.qos === 1 : delivery.qos === 2 && (type === TYPE.PUBREC || isReceived)
    if (!isExpected)
      throw protocolError(
        `The wrong acknowledgement for packet identifier ${packetId} [MQTT-4.3.2], [MQTT-4.3.3].`
      )
    if (type === TYPE.PUBREC && reasonCode < 0x80) {
      if (!isReceived) this.session.release(delivery)
      const release = (): void => this.sendPubrel(packetId)
      const { commit } = this.parts
      // If the store fails, the session goes on in memory, where the message is released.
      return commit.isOpen ? commit.then({ committed: release, failed: release }) : release()
    }
    this.acknowledgedCount++
    this.session.acknowledge(delivery)
    if (this.parts.commit.isOpen) this.parts.commit.schedule()
    this.pressure.check()
    this.pump()
  }

  private get hasRoom(): boolean {
    return !this.isResting && !this.connection.closed && !this.connection.output.isFull
  }

  private sendDelivery(delivery: Delivery): void {
    const { session } = this
    const { message, qos, dup } = delivery
    session.outgoing.sent(delivery)
    delivery.dup = true
    if (!this.write(message!, packetIdOf(delivery), qos, delivery, dup)) session.acknowledge(delivery)
    // A session that ends with its connection never sends again.
    else if (!session.isKept && qos === 1) delivery.message = null
  }

  /** Returns false if the packet is larger than the client takes. It is then dropped as if it had been sent [MQTT-3.1.2-25]. */
  private write(
    message: Message,
    packetId: number,
    qos: 0 | 1 | 2,
    { retain, identifiers }: Pick<DeliveryOptions, 'retain' | 'identifiers'>,
    dup = false
  ): boolean {
    const known = this.aliases?.get(message.topic) ?? 0
    const alias = known || this.newAlias()
    const options: PublishOptions = {
      version: this.connection.version,
      qos,
      retain,
      dup,
      packetId,
      identifiers,
      alias,
      aliasKnown: known !== 0,
      expiry: message.expiry === null ? null : message.secondsLeft(this.parts.clock.now())
    }
    const { closed, link, output, largest } = this.connection
    if (closed || !(link ?? output).publish(message, options, largest)) {
      if (!closed) this.session.drop('too large', message)
      return false
    }
    if (alias !== known) this.aliases!.set(message.topic, alias)
    const { traffic } = this.parts
    traffic.packetsSent++
    traffic.messagesSent++
    traffic.payloadSent += message.payloadLength
    this.sentCount++
    return true
  }

  private newAlias(): number {
    if (this.aliases === null || this.aliases.size >= this.mostAliases) return 0
    return this.aliases.size + 1
  }

  private sendPubrel(packetId: number): void {
    const packet: Acknowledgement = { type: TYPE.PUBREL, packetId, reasonCode: REASON_CODE.SUCCESS }
    this.connection.send(acknowledgement(this.connection.version, packet))
  }
}
