import { EventEmitter } from 'node:events'
import type { ReplayOptions, ReplayStatus } from '../../../shared/contract/replay'
import { AppError, encodeError } from '../../../shared/errors'
import { topicFault } from '../../../shared/topic'
import { Pacer } from '../../pacer'
import { systemClock, type ReplayClock } from './clock'
import { replayed, type ReplayedMessage, type ReplayMessage, type ReplayPage } from './message'
import { Schedule } from './schedule'

/** What publishes. */
export interface ReplayOutlet {
  /** Whether the broker accepts messages now. */
  readonly isOnline: boolean
  /** How many QoS 1 and 2 messages the broker takes unacknowledged (MQTT 5.0, 3.2.2.3.3). */
  readonly receiveMaximum: number
  /** Resolves when the message was sent (QoS 0) or acknowledged. Throws the errors of `messages.publish`. */
  publish(message: ReplayedMessage): Promise<unknown>
  /** Resolves when the broker accepts messages again. Throws NOT_CONNECTED if nobody tries to reach it, and the signal's reason. */
  online(signal: AbortSignal): Promise<void>
}

/** How far a replay is, without what only its owner knows. */
export type PlayerStatus = Omit<ReplayStatus, 'id' | 'source' | 'target'>

/** Messages and payload bytes that may be under way to the broker. Behind them, the replay waits: it gets late, and loses nothing. */
const MOST_FLYING = 500
const MOST_FLYING_BYTES = 8_000_000
/** The shortest time from the start of a pass to that of the next, in ms: a loop over one message would flood the broker. */
const SHORTEST_PASS = 1_000
/** Longest time that a replay blocks its thread, in ms. */
const SLICE = 5
/** How often the connection is looked at while acknowledgements are awaited, in ms. */
const LOOK_EVERY = 1_000
/** A message this late, in ms, counts as behind. Less is the inaccuracy of timers. */
const LATE = 100

/**
 * Publishes recorded messages with the distances in time that they were recorded with. The order is kept. A broker that is slower than the
 * replay makes it late; a connection that is lost makes it wait.
 */
export class Player extends EventEmitter<{ changed: [] }> {
  private readonly schedule: Schedule
  private state: PlayerStatus['state'] = 'reading'
  private pass = 0
  private share = 0
  private sent = 0
  private refused = 0
  private refusal: PlayerStatus['refusal'] = null
  private at: number | null = null
  /** When the message that comes next is or was due, in ms of the clock; null: none is known. */
  private due: number | null = null
  private flying = 0
  private flyingBytes = 0
  /** Resolves the wait for an acknowledgement. */
  private landed: () => void = () => undefined

  constructor(
    private readonly options: ReplayOptions,
    private readonly next: () => Promise<ReplayPage>,
    private readonly outlet: ReplayOutlet,
    private readonly clock: ReplayClock = systemClock
  ) {
    super()
    this.schedule = new Schedule(clock, options.speed)
  }

  get status(): PlayerStatus {
    const { options, pass, share, sent, refused, refusal, at, due, schedule, clock } = this
    const isMoving = (this.state === 'playing' || this.state === 'reading') && !schedule.isPaused
    const late = due === null || options.speed === null || !isMoving ? 0 : clock.now() - due
    return {
      state: this.state !== 'ended' && schedule.isPaused ? 'paused' : this.state,
      ...{ speed: options.speed, loop: options.loop, pass, share, sent, refused, refusal, at },
      behind: late > LATE ? late : 0,
      next: due === null || !isMoving || late > 0 ? null : clock.wall() - late
    }
  }

  control(action: 'pause' | 'resume' | 'step'): void {
    this.schedule[action]()
    this.emit('changed')
  }

  /** Publishes everything. Resolves when all is acknowledged. Throws the signal's reason, NOT_CONNECTED, and what the source throws. */
  async play(signal: AbortSignal): Promise<void> {
    const aborted = (): void => this.landed()
    signal.addEventListener('abort', aborted)
    try {
      for (;;) {
        const started = this.clock.now()
        this.pass++
        const found = await this.playPass(signal)
        await this.landing(() => this.flying === 0, signal)
        if (!this.options.loop || !found) return
        const rest = started + SHORTEST_PASS - this.clock.now()
        if (this.options.speed !== null && rest > 0) await this.schedule.sleep(rest, signal)
        signal.throwIfAborted()
      }
    } finally {
      signal.removeEventListener('abort', aborted)
      this.due = null
      this.become('ended')
    }
  }

  /** Whether the pass had any message. */
  private async playPass(signal: AbortSignal): Promise<boolean> {
    let found = false
    this.share = 0
    this.schedule.restart()
    const pacer = new Pacer(SLICE)
    // The next page is read while this one is published.
    let coming = this.read()
    for (;;) {
      const page = await coming
      signal.throwIfAborted()
      if (page.isEnd) {
        this.share = 1
        return found
      }
      coming = this.read()
      const step = (page.share - this.share) / page.messages.length
      for (const message of page.messages) {
        found = true
        await this.playOne(message, signal)
        this.share += step
        await pacer.yieldIfDue()
      }
      this.share = page.share
    }
  }

  private read(): Promise<ReplayPage> {
    const page = this.next()
    // If the pass ends before anybody awaits it, its failure is of no interest.
    page.catch(() => undefined)
    return page
  }

  private async playOne(message: ReplayMessage, signal: AbortSignal): Promise<void> {
    this.become('playing')
    const at = message.isState ? null : message.at
    this.due = at === null ? this.clock.now() : this.schedule.dueAt(at)
    this.due = await this.schedule.until(at, signal)
    await this.landing(() => this.hasRoom(message), signal)
    await this.reachable(signal)
    // Times in payloads follow the plan: a late message would otherwise change the distances between them.
    const late = this.options.speed === null ? 0 : this.clock.now() - this.due
    this.send(replayed(message, this.options, Math.round((this.clock.wall() - late) * 1_000)))
    this.at = message.at
  }

  /** Waits until the broker accepts messages. What is left moves by the time that this takes. */
  private async reachable(signal: AbortSignal): Promise<void> {
    if (this.outlet.isOnline) return
    const lost = this.clock.now()
    this.become('waiting')
    await this.outlet.online(signal)
    const away = this.clock.now() - lost
    this.schedule.delay(away)
    if (this.due !== null) this.due += away
    this.become('playing')
  }

  private hasRoom({ payload }: ReplayMessage): boolean {
    if (this.flying === 0) return true
    return (
      this.flying < Math.min(MOST_FLYING, this.outlet.receiveMaximum) &&
      this.flyingBytes + payload.length <= MOST_FLYING_BYTES
    )
  }

  /** Waits until a condition holds, which acknowledgements change. */
  private async landing(holds: () => boolean, signal: AbortSignal): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        const cancel = this.clock.after(LOOK_EVERY, resolve)
        this.landed = () => {
          cancel()
          resolve()
        }
      })
      signal.throwIfAborted()
      // Without a connection, no acknowledgement comes.
      await this.reachable(signal)
    }
  }

  private send(message: ReplayedMessage): void {
    const { length } = message.payload
    this.flying++
    this.flyingBytes += length
    this.publish(message)
      .then(
        () => void this.sent++,
        (error: unknown) => {
          this.refused++
          const { code, details } = encodeError(error)
          this.refusal = { code, details: { ...details } }
        }
      )
      .finally(() => {
        this.flying--
        this.flyingBytes -= length
        this.landed()
      })
  }

  private async publish(message: ReplayedMessage): Promise<void> {
    // A rewritten topic may be empty or too long.
    const fault = topicFault(message.topic)
    if (fault)
      throw new AppError('INVALID_INPUT', { issues: [{ path: message.topic, fault: `TOPIC_${fault}` }] })
    await this.outlet.publish(message)
  }

  private become(state: PlayerStatus['state']): void {
    if (state === this.state) return
    this.state = state
    this.emit('changed')
  }
}
