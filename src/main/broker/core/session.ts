import type { Qos } from '../../../shared/message'
import type { SubscriptionOptions } from '../codec/packet'
import type { Message } from '../codec/message'
import type { HookSet } from './hook-set'
import type { Asker, DropCause } from './hooks'
import type { Waiting } from './group-commit'
import { Outgoing, packetIdOf, type Delivery } from './outgoing'
import type { Parts } from './parts'
import type { Pressure } from './pressure'
import type { Place, Single, Subscriber } from './subscribers'

/** Session Expiry Interval of a session without end, in seconds (MQTT 5.0, 3.1.2.11.2). */
export const NEVER = 0xffffffff

/** How a message goes to one subscriber. */
export interface DeliveryOptions {
  qos: Qos
  retain: boolean
  identifiers: number[] | null
}

/** Retained messages to send because of a subscription. */
export type Replay = Iterator<{ message: Message; options: DeliveryOptions }>

/** The connected client that a session is lent to. */
export interface Borrower {
  readonly pressure: Pressure
  readonly isObserver: boolean
  readonly connection: Asker
  /** Sends a QoS 0 message. */
  send(message: Message, options: DeliveryOptions): void
  /** Sends retained messages as there is room for them. */
  replay(messages: Replay): void
  /** There may be something to send. */
  pump(): void
}

/** What the broker knows of a client between and during its connections (MQTT 5.0, 4.1). */
export class Session implements Subscriber, Waiting {
  places: Set<Place> | null = null
  single: Single | null = null
  client: Borrower | null = null
  /** Seconds that it outlives its connection. */
  expiry = 0
  /** ms since 1970 UTC. */
  disconnectedAt: number | null = null
  /** Identifies it in the store; 0: it is not there. */
  storeId = 0
  /** null: it has had no QoS 1 or 2 message. */
  queue: Outgoing | null = null
  /** Packet identifiers of QoS 2 messages from the client that it has not released. */
  private received: Set<number> | null = null
  private arriving: Delivery[] = []
  private isOver = false

  constructor(
    readonly clientId: string,
    private readonly parts: Parts
  ) {}

  get isConnected(): boolean {
    return this.client !== null
  }

  /** Whether it outlives its connection. */
  get isKept(): boolean {
    return this.expiry > 0
  }

  get outgoing(): Outgoing {
    return (this.queue ??= new Outgoing(this.parts.backlog))
  }

  /** The client as hooks know it, also while it is away. */
  private get asker(): Asker {
    return this.client?.connection ?? { clientId: this.clientId, username: null, address: '' }
  }

  get queuedBytes(): number {
    return this.queue?.waitingBytes ?? 0
  }

  /** Messages that leave once they are on disk. */
  get arrivingCount(): number {
    return this.arriving.length
  }

  deliver(message: Message, options: DeliveryOptions): void {
    const { hooks, commit } = this.parts
    if (hooks.deliver && !hooks.deliver(this.clientId, message)) return this.drop('refused', message)
    if (this.isOver) return
    if (hooks.full?.(this.asker, message)) return this.drop('queue full', message)
    const { qos, retain, identifiers } = options
    // QoS 0 messages are not kept for an absent client (MQTT 5.0, 4.1, leaves it open).
    if (qos === 0) return this.client?.send(message, options)
    const { outgoing } = this
    const delivery: Delivery = {
      number: outgoing.nextNumber++,
      message,
      qos,
      retain,
      identifiers,
      dup: false,
      sentAt: 0
    }
    if (this.isKept) message.detach()
    if (this.storeId === 0 || !commit.store) return this.queueUp(delivery)
    commit.store.addOutgoing(this.storeId, delivery)
    this.arriving.push(delivery)
    if (this.arriving.length === 1) commit.then(this)
  }

  committed(): void {
    const { arriving } = this
    this.arriving = []
    for (const delivery of arriving) this.queueUp(delivery)
  }

  /** The store failed, and those who published were cut off. What they send again is recognized, so this is the only delivery. */
  failed(): void {
    this.storeId = 0
    this.committed()
  }

  private queueUp(delivery: Delivery): void {
    const { outgoing } = this
    const { limits, backlog } = this.parts
    outgoing.add(delivery)
    this.client?.pump()
    while (
      outgoing.waitingCount > limits.queueMessages ||
      outgoing.waitingBytes > limits.queueBytes ||
      backlog.waitingBytes > limits.allQueuedBytes
    ) {
      const oldest = outgoing.take()
      if (!oldest) return
      this.forget(oldest)
      this.drop('queue full', oldest.message!)
    }
  }

  /** The next message to send: one that has not expired [MQTT-3.3.2-5], or that was sent before [MQTT-4.4.0-1]. */
  take(): Delivery | undefined {
    const now = this.parts.clock.now()
    for (let next = this.queue?.take(); next; next = this.queue?.take()) {
      const { dup, message } = next
      const cause = dup ? null : this.obstacle(message!, now)
      if (cause === null) {
        next.sentAt = now
        return next
      }
      this.forget(next)
      this.drop(cause, message!)
    }
    return undefined
  }

  private obstacle(message: Message, now: number): DropCause | null {
    if (message.isExpired(now)) return 'expired'
    const { hooks } = this.parts
    return hooks.dequeue && !hooks.dequeue(this.clientId, message) ? 'refused' : null
  }

  /** The client has acknowledged a message for good. */
  acknowledge(delivery: Delivery): void {
    this.outgoing.remove(packetIdOf(delivery))
    this.forget(delivery)
  }

  /** The client has received a QoS 2 message: it must not be sent again. */
  release(delivery: Delivery): void {
    delivery.message = null
    if (this.storeId !== 0) this.parts.commit.store?.releaseOutgoing(this.storeId, delivery.number)
  }

  hasReceived(packetId: number): boolean {
    return this.received?.has(packetId) ?? false
  }

  addReceived(packetId: number): void {
    ;(this.received ??= new Set()).add(packetId)
    if (this.storeId !== 0) this.parts.commit.store?.addIncoming(this.storeId, packetId)
  }

  removeReceived(packetId: number): void {
    if (!this.received?.delete(packetId)) return
    if (this.storeId !== 0) this.parts.commit.store?.removeIncoming(this.storeId, packetId)
  }

  /** Adds or replaces a subscription. Returns the retained messages that are to be sent because of it; null: none are. */
  subscribe(filter: string, options: SubscriptionOptions): Replay | null {
    if (this.storeId !== 0) this.parts.commit.store?.saveSubscription(this.storeId, filter, options)
    const isNew = this.parts.subscriptions.add(this, filter, options)
    // Retained messages are not sent for shared subscriptions (4.8.2), nor again if the client does not want it (3.8.3.1).
    const { retainHandling } = options
    if (filter.startsWith('$share/') || retainHandling === 2 || (retainHandling === 1 && !isNew)) return null
    return this.retained(filter, options)
  }

  private *retained(
    filter: string,
    { qos, noLocal, identifier }: SubscriptionOptions
  ): Generator<{ message: Message; options: DeliveryOptions }> {
    const identifiers = identifier === 0 ? null : [identifier]
    const now = this.parts.clock.now()
    for (const message of this.parts.retained.matching(filter)) {
      if (message.isExpired(now) || (noLocal && isOwn(this.clientId, message, this.parts.hooks))) continue
      yield { message, options: { qos: Math.min(qos, message.qos) as Qos, retain: true, identifiers } }
    }
  }

  /** Returns whether there was such a subscription. */
  unsubscribe(filter: string): boolean {
    if (this.storeId !== 0) this.parts.commit.store?.removeSubscription(this.storeId, filter)
    return this.parts.subscriptions.remove(this, filter)
  }

  /** In the order in which they were made. */
  subscriptions(): Iterable<{ filter: string; options: SubscriptionOptions }> {
    return this.parts.subscriptions.of(this)
  }

  drop(cause: DropCause, message: Message): void {
    this.parts.traffic.drops[cause]++
    this.parts.hooks.drop?.(cause, message, this.clientId)
  }

  /** Discards messages on their way to the client, by number; null: all. Returns how many there were. */
  discard(numbers: readonly number[] | null): number {
    const chosen = numbers && new Set(numbers)
    const gone = this.outgoing.discard(({ number }) => chosen?.has(number) ?? true)
    for (const delivery of gone) this.forget(delivery)
    if (this.parts.commit.isOpen) this.parts.commit.schedule()
    this.client?.pressure.check()
    this.client?.pump()
    return gone.length
  }

  /** The session has ended: nothing waits for its client any more. */
  end(): void {
    this.isOver = true
    this.arriving = []
    this.queue?.discard(() => true)
  }

  private forget({ number }: Delivery): void {
    if (this.storeId !== 0) this.parts.commit.store?.removeOutgoing(this.storeId, number)
  }
}

/** Whether No Local keeps a message from a client [MQTT-3.8.3-3]. */
export function isOwn(clientId: string, message: Message, { own }: HookSet): boolean {
  return message.publisher === clientId || (own !== undefined && own(clientId, message))
}
