import { EventEmitter, once } from 'node:events'
import { connackRetryable, disconnectRetryable, FIRST_FAILURE } from '../../shared/mqtt-codes'
import {
  neverConnected,
  type Connack,
  type ConnectionFault,
  type ConnectionStatus,
  type RecordingFault,
  type LiveSubscription,
  type SubscriptionState,
  type Unsuback
} from '../../shared/contract/connections'
import type { Profile, Subscription } from '../../shared/contract/profiles'
import type { SubscriptionLook } from '../../shared/contract/subscription-look'
import { AppError } from '../../shared/errors'
import { InTurn } from '../../shared/in-turn'
import { backoff } from './backoff'
import type { Bridging } from './bridging'
import { Client } from './client'
import { isPermanent } from './faults'
import type { Secrets } from './options'
import type { PacketLog } from '../packets/log'
import type { Arrival } from '../recorder/message'
import type { Recipient, Recorder } from '../recorder/recorder'

/** The queue of a kept session counts as delivered after this long without a message, or after this long in total, in ms. */
const QUEUE_QUIET = 400
const QUEUE_LONGEST = 5_000

/** Keeps a profile connected: retries with backoff, subscribes after each CONNACK, and emits its status when it changes. */
export class ReconnectingClient extends EventEmitter<{ status: [ConnectionStatus] }> {
  private client: Client | null = null
  private profile: Profile | null = null
  private retry: NodeJS.Timeout | null = null
  private settled: NodeJS.Timeout | null = null
  private wanted: LiveSubscription[] = []
  private queueEnds = 0
  private quietSince = 0
  /** Serializes connects and disconnects, so that there is never a second client. */
  private readonly turns = new InTurn()
  status: ConnectionStatus

  constructor(
    { id, generation }: { id: string; generation: number },
    private readonly recorder: Recipient & Pick<Recorder, 'forgetRetained'>,
    private readonly packets: PacketLog,
    private readonly bridging: Bridging | null = null
  ) {
    super()
    this.status = neverConnected(id, generation)
  }

  /** Connects with the current profile. */
  connect(profile: Profile, secrets: Secrets): Promise<void> {
    return this.turns.run(() => this.begin(profile, secrets))
  }

  /** Ends the connection because the user asked for it. */
  disconnect(): Promise<void> {
    return this.turns.run(async () => {
      await this.end()
      this.change({ state: 'offline', retryAt: null, fault: null, connack: null, attempts: 0 })
    })
  }

  private async begin(profile: Profile, secrets: Secrets): Promise<void> {
    await this.end()
    this.profile = profile
    this.wanted = profile.subscriptions.map((subscription) => ({ ...subscription }))
    const events = {
      online: (connack: Connack) => this.accepted(connack),
      lost: (fault: ConnectionFault) => this.lost(fault)
    }
    this.client = new Client(profile, secrets, this.recorder, this.packets, events, this.bridging)
    this.change({
      name: profile.name,
      address: `${profile.host}:${profile.port}`,
      version: profile.version,
      state: 'connecting',
      attempts: 0,
      retryAt: null,
      fault: null,
      connack: null,
      subscriptions: this.wanted.map(unanswered),
      queued: 0
    })
    this.client.connect()
  }

  /** Resolves when the attempt to connect has ended: with every SUBACK, or without a connection. */
  async attemptEnded(): Promise<void> {
    while (this.status.state === 'connecting' || this.awaitsSuback) await once(this, 'status')
  }

  private get awaitsSuback(): boolean {
    return this.status.state === 'online' && this.status.subscriptions.some(({ code }) => code === null)
  }

  /** The client, if the broker has accepted it. Throws NOT_CONNECTED. */
  get connected(): Client {
    const { current } = this
    if (!current) throw new AppError('NOT_CONNECTED', { name: this.status.name })
    return current
  }

  /** The client, if the broker has accepted it and it is not being ended; otherwise null. */
  get current(): Client | null {
    return this.status.state === 'online' ? this.client : null
  }

  /** Subscribes; one that is there already is replaced, and still comes from the profile if it did. */
  async subscribe(subscription: Subscription): Promise<SubscriptionState> {
    const { filter } = subscription
    const { template } = this.wanted.find((known) => known.filter === filter) ?? {}
    const wanted = template === undefined ? subscription : { ...subscription, template }
    const answer = await this.connected.subscribe(wanted)
    this.wanted = [...this.wanted.filter((known) => known.filter !== filter), wanted]
    this.answered(answer)
    return answer
  }

  /** Throws NOT_CONNECTED, and UNSUBSCRIBE_REFUSED if the broker keeps the subscription. */
  async unsubscribe(filter: string): Promise<Unsuback> {
    const unsuback = await this.connected.unsubscribe(filter)
    const { code, reasonString } = unsuback
    if (code !== null && code >= FIRST_FAILURE)
      throw new AppError('UNSUBSCRIBE_REFUSED', { filter, reasonCode: code, reasonString })
    this.wanted = this.wanted.filter((subscription) => subscription.filter !== filter)
    this.change({ subscriptions: this.status.subscriptions.filter((state) => state.filter !== filter) })
    return unsuback
  }

  /** Gives a subscription another colour and alias, now and after reconnections. */
  setLook(filter: string, look: SubscriptionLook): void {
    const changed = <T extends SubscriptionLook & { filter: string }>(all: readonly T[]): T[] =>
      all.map((each) => {
        const { colour: _colour, alias: _alias, ...rest } = each
        return each.filter === filter ? ({ ...rest, ...look } as T) : each
      })
    this.wanted = changed(this.wanted)
    this.change({ subscriptions: changed(this.status.subscriptions) })
  }

  /** Counts a message received right after a kept session was resumed: it comes from the session's queue, unless it is a retained one. */
  countQueued({ qos, retain }: Arrival): void {
    if (this.queueEnds === 0 || qos === 0 || retain) return
    this.status.queued++
    const now = performance.now()
    if (now >= this.queueEnds) return
    this.quietSince = now
    this.settled?.refresh()
  }

  recordingChanged(recordingFault: RecordingFault | null, setAside: string | null): void {
    this.change({ recordingFault, setAside })
  }

  private async end(): Promise<void> {
    if (this.retry) clearTimeout(this.retry)
    this.endQueue()
    const client = this.client
    this.client = null
    await client?.end()
  }

  private accepted(connack: Connack): void {
    this.recorder.forgetRetained()
    // Before MQTT 5, subscribing again would have the broker send all its retained messages again [MQTT-3.8.4-3].
    const isSubscribed = this.bridging !== null && this.bridging.isSubscribed && connack.sessionPresent
    this.change({
      state: 'online',
      attempts: 0,
      retryAt: null,
      fault: null,
      connack,
      subscriptions: this.wanted.map(isSubscribed ? granted : unanswered),
      queued: 0
    })
    if (connack.sessionPresent) {
      this.quietSince = performance.now()
      this.queueEnds = this.quietSince + QUEUE_LONGEST
      this.settled = setTimeout(() => this.quiet(), QUEUE_QUIET)
    }
    if (!isSubscribed) for (const subscription of this.wanted) void this.ask(subscription)
  }

  private async ask(subscription: LiveSubscription): Promise<void> {
    const client = this.client
    try {
      const answer = await client?.subscribe(subscription)
      if (answer && client === this.client) this.answered(answer)
    } catch {
      // The connection was lost before the SUBACK arrived. The subscription is requested again after the next CONNACK.
    }
  }

  private answered(answer: SubscriptionState): void {
    const { subscriptions } = this.status
    const known = subscriptions.some(({ filter }) => filter === answer.filter)
    this.change({
      subscriptions: known
        ? subscriptions.map((state) => (state.filter === answer.filter ? answer : state))
        : [...subscriptions, answer]
    })
  }

  private lost(fault: ConnectionFault): void {
    this.endQueue()
    const attempts = this.status.attempts + 1
    if (!this.profile?.reconnect || !retryable(fault)) {
      this.change({ state: 'failed', attempts, retryAt: null, fault, connack: null })
      return
    }
    const wait = backoff(attempts, this.profile.reconnectPeriod)
    this.change({ state: 'reconnecting', attempts, retryAt: Date.now() + wait, fault, connack: null })
    this.retry = setTimeout(() => {
      this.change({ retryAt: null })
      this.client?.connect()
    }, wait)
  }

  /** Ends the queue. If the thread had no CPU meanwhile, messages may have come that it has not read yet: then it waits again. */
  private quiet(): void {
    const now = performance.now()
    if (now < this.quietSince + QUEUE_QUIET * 1.25 || now >= this.queueEnds) return this.endQueue()
    this.quietSince = now
    this.settled?.refresh()
  }

  private endQueue(): void {
    if (this.settled) clearTimeout(this.settled)
    this.settled = null
    if (this.queueEnds === 0) return
    this.queueEnds = 0
    this.change({})
  }

  private change(change: Partial<ConnectionStatus>): void {
    const since = change.state && change.state !== this.status.state ? Date.now() : this.status.since
    this.status = { ...this.status, ...change, since }
    this.emit('status', this.status)
  }
}

function granted(subscription: LiveSubscription): SubscriptionState {
  return { ...unanswered(subscription), code: subscription.qos }
}

function unanswered({ qos, ...subscription }: LiveSubscription): SubscriptionState {
  return { ...subscription, requested: qos, code: null, reasonString: null }
}

/** Whether the connection may succeed later, unchanged. */
function retryable(fault: ConnectionFault): boolean {
  switch (fault.kind) {
    case 'connack':
      return connackRetryable(fault.version, fault.code)
    case 'disconnect':
      return disconnectRetryable(fault.code)
    case 'crashed':
    case 'scram':
    case 'variables':
      return false
    case 'network':
      return !isPermanent(fault.code)
    case 'proxy':
      return fault.problem !== 'login' && fault.problem !== 'forbidden' && fault.problem !== 'notProxy'
    case 'timeout':
    case 'closed':
    case 'protocol':
      return true
  }
}
