import { EventEmitter } from 'node:events'
import type { ScheduleStatus, SendFailure } from '../../../shared/contract/schedules'
import { encodeError } from '../../../shared/errors'
import type { SchedulePlan } from '../../../shared/schedule'
import type { ReadyMessage } from '../collections/to-message'
import { systemClock, type ReplayClock } from '../replay/clock'
import { dueTimes, type DueTimes } from './due-times'
import { Punctuality } from './punctuality'
import type { TemplateFault } from '../../../shared/contract/template-fault'

/** The message that is sent next, or why there is none. */
export type ScheduledMessage = ReadyMessage | { faults: TemplateFault[] }

/** What publishes. */
export interface ScheduleOutlet {
  readonly isOnline: boolean
  readonly receiveMaximum: number
  /** Resolves when the message was sent (QoS 0) or acknowledged. */
  publish(message: ReadyMessage): Promise<unknown>
  /** Resolves when the broker accepts messages again. Throws NOT_CONNECTED if nobody tries to reach it, and the signal's reason. */
  online(signal: AbortSignal): Promise<void>
}

/** How far a schedule is, without what only its owner knows. */
export type PlayerStatus = Omit<ScheduleStatus, 'id' | 'collection' | 'path' | 'name' | 'target'>

/** Messages that may be under way to the broker. */
const MOST_FLYING = 500
/** A message that would be later than this, in ms, is left out: after a pause, a schedule goes on and does not flood the broker. */
const TOO_LATE = 1_000
/** The longest time until the clock is looked at again, in ms: it may be set, or the machine may sleep. */
const LOOK_EVERY = 30_000
/** A timer would wait longer than this, in ms. */
const EARLY = 0.5

/** Sends a message again and again, at the times of a plan. What one makes of its templates, and publishes, is not its concern. */
export class SchedulePlayer extends EventEmitter<{ changed: [] }> {
  private readonly times: DueTimes
  private readonly punctuality = new Punctuality()
  private readonly startedAt: number
  private readonly started: number
  private state: PlayerStatus['state'] = 'running'
  private end: PlayerStatus['end'] = null
  private ended: number | null = null
  private begun = 0
  private sent = 0
  private failed = 0
  private missed = 0
  private failure: SendFailure | null = null
  private due: number | null = null
  private flying = 0
  private landed: () => void = () => undefined

  constructor(
    private readonly plan: SchedulePlan,
    private readonly make: () => Promise<ScheduledMessage>,
    private readonly outlet: ScheduleOutlet,
    private readonly clock: ReplayClock = systemClock,
    private readonly random: () => number = Math.random
  ) {
    super()
    this.startedAt = clock.wall()
    this.started = clock.now()
    this.times = dueTimes(plan, clock)
  }

  get status(): PlayerStatus {
    const { state, end, startedAt, sent, failed, missed, failure, due, ended } = this
    const seconds = ((ended ?? this.clock.now()) - this.started) / 1_000
    return {
      ...{ state, end, startedAt, sent, failed, missed, failure, count: this.plan.count },
      endedAt: ended === null ? null : startedAt + ended - this.started,
      rate: sent < 2 || seconds === 0 ? null : sent / seconds,
      lateness: this.punctuality.lateness,
      next: due === null ? null : Math.round(this.times.wall(due))
    }
  }

  /** Sends until the plan ends, or the signal says so. Never throws. */
  async play(signal: AbortSignal): Promise<void> {
    const aborted = (): void => this.landed()
    signal.addEventListener('abort', aborted)
    try {
      this.end = await this.run(signal)
      await this.landing(() => this.flying === 0, signal)
    } catch {
      this.end = signal.aborted ? (signal.reason === 'connection' ? 'connection' : 'stopped') : 'connection'
    } finally {
      signal.removeEventListener('abort', aborted)
      this.ended = this.clock.now()
      this.due = null
      this.become('ended')
    }
  }

  private async run(signal: AbortSignal): Promise<'count' | 'until'> {
    const { count, jitter } = this.plan
    let due = this.times.from(this.times.now())
    while (due !== null) {
      this.due = due + (jitter > 0 ? this.random() * jitter : 0)
      await this.wait(this.due, signal)
      await this.landing(() => this.flying < Math.min(MOST_FLYING, this.outlet.receiveMaximum), signal)
      await this.reachable(signal)
      const now = this.times.now()
      if (now - this.due > TOO_LATE) {
        due = this.skip(due, now)
        continue
      }
      this.send(this.due)
      if (++this.begun === count) return 'count'
      due = this.times.after(due)
    }
    return 'until'
  }

  /** The next moment to come. Those before it are left out. */
  private skip(due: number, now: number): number | null {
    const next = this.times.from(now)
    const { every } = this.plan
    this.missed += every === null ? 1 : Math.max(1, Math.round(((next ?? now) - due) / every))
    return next
  }

  private async wait(due: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      const rest = due - this.times.now()
      if (rest <= EARLY) return
      await this.sleep(Math.min(rest, LOOK_EVERY))
    }
  }

  /** Resolves after some ms, or when something changes. */
  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(ms, resolve)
      this.landed = () => {
        cancel()
        resolve()
      }
    })
  }

  private async reachable(signal: AbortSignal): Promise<void> {
    if (this.outlet.isOnline) return
    this.become('waiting')
    await this.outlet.online(signal)
    this.become('running')
  }

  /** Waits until a condition holds, which acknowledgements change. */
  private async landing(holds: () => boolean, signal: AbortSignal): Promise<void> {
    while (!holds()) {
      await this.sleep(LOOK_EVERY / 30)
      signal.throwIfAborted()
      await this.reachable(signal)
    }
  }

  private send(due: number): void {
    this.flying++
    const sending = async (): Promise<void> => {
      const message = await this.make()
      if ('faults' in message) {
        this.failed++
        this.failure = message.faults[0] ? { fault: message.faults[0] } : null
        return
      }
      this.punctuality.note(this.times.now() - due)
      await this.outlet.publish(message)
      this.sent++
    }
    sending()
      .catch((error: unknown) => {
        this.failed++
        const { code, details } = encodeError(error)
        this.failure = { code, details: { ...details } }
      })
      .finally(() => {
        this.flying--
        if (this.flying === 0 || this.flying === MOST_FLYING - 1) this.landed()
      })
  }

  private become(state: PlayerStatus['state']): void {
    if (state === this.state) return
    this.state = state
    this.emit('changed')
  }
}
