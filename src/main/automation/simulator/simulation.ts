import type { Duplex } from 'node:stream'
import type { SimulatorStatus } from '../../../shared/contract/simulators'
import { Punctuality } from '../schedule/punctuality'
import type { SimulatorPlan } from './plan'
import { Population } from './population'

/** How far a simulation is, without what only its owner knows. */
export type SimulationStatus = Omit<SimulatorStatus, 'id' | 'collection' | 'path' | 'name' | 'target' | 'end'>

/** How often it looks at what is due, in ms. */
const LOOK_EVERY = 2
/** The longest that it works without reading from the network, in ms. */
const SLICE = 8
/** A message that would be later than this, in ms, is left out. */
const TOO_LATE = 1_000
/** The rate is that of the last ms. */
const WINDOW = 5_000
const STEP = 250

/** One kind of message: the devices send it in turn, at equal distances, so that the broker gets an even stream. */
interface Lane {
  message: SimulatorPlan['messages'][number]
  kind: number
  /** ms from one device's to the next one's. */
  gap: number
  /** How many have been due so far. */
  due: number
}

/** Devices that publish to a broker, until their time is over or they are stopped. */
export class Simulation {
  private readonly population: Population
  private readonly lanes: Lane[]
  private readonly punctuality = new Punctuality()
  private readonly startedAt = Date.now()
  private readonly started = performance.now()
  private ended: number | null = null
  private timer: NodeJS.Timeout | null = null
  private pinged = 0
  private sent = 0
  private missed = 0
  /** Messages sent, and when, in steps; the oldest is as old as the window. */
  private readonly steps: { at: number; sent: number }[] = []
  /** When the rate began to count, and what had been sent by then. */
  private base: { at: number; sent: number } | null = null
  private finish: (end: 'duration' | 'stopped') => void = () => undefined

  constructor(
    private readonly plan: SimulatorPlan,
    open: () => Duplex,
    env: Readonly<Record<string, string | undefined>> = {}
  ) {
    this.population = new Population(plan, open, env)
    this.lanes = plan.messages.map((message, kind) => ({
      message,
      kind,
      gap: message.every / plan.clients,
      due: 0
    }))
  }

  get status(): SimulationStatus {
    const { plan, population, started, startedAt, ended, base, sent, missed } = this
    const now = ended ?? performance.now()
    const first = this.steps[0] ?? { at: started, sent: 0 }
    return {
      state: ended !== null ? 'ended' : population.tried === null ? 'connecting' : 'running',
      startedAt,
      endedAt: ended === null ? null : startedAt + ended - started,
      clients: plan.clients,
      ...{ connected: population.connected, connecting: population.connecting, failed: population.failed },
      failures: population.failures,
      asked: this.lanes.reduce((sum, { gap }) => sum + 1_000 / gap, 0),
      rate: ended !== null || now - first.at < STEP ? 0 : ((sent - first.sent) / (now - first.at)) * 1_000,
      held:
        base === null || now - base.at < STEP
          ? null
          : { rate: ((sent - base.sent) / (now - base.at)) * 1_000, milliseconds: now - base.at },
      ...{ sent, missed, acknowledged: population.acknowledged },
      lateness: this.punctuality.lateness
    }
  }

  /** Runs until its time is over or `stop` is called, and resolves to which. */
  run(): Promise<'duration' | 'stopped'> {
    return new Promise((resolve) => {
      this.finish = (end) => {
        if (this.ended !== null) return
        this.ended = performance.now()
        if (this.timer) clearTimeout(this.timer)
        this.population.end()
        resolve(end)
      }
      this.turn()
    })
  }

  stop(): void {
    this.finish('stopped')
  }

  private turn(): void {
    if (this.ended !== null) return
    const now = performance.now()
    const { duration } = this.plan
    if (duration !== null && now - this.started >= duration) return this.finish('duration')
    this.population.ramp(now)
    if (this.base === null && this.population.tried !== null) this.base = { at: now, sent: this.sent }
    const last = this.steps.at(-1)
    if (!last || now - last.at >= STEP) {
      this.steps.push({ at: now, sent: this.sent })
      while (now - this.steps[0]!.at > WINDOW) this.steps.shift()
    }
    if (now - this.pinged >= 1_000) {
      this.pinged = now
      for (const { device } of this.population.members) device.keepAlive(now)
    }
    const isBehind = this.publishDue(now)
    this.timer = setTimeout(() => this.turn(), isBehind ? 0 : LOOK_EVERY)
  }

  /** Publishes what is due; true: not all of it, since the slice is used up. */
  private publishDue(now: number): boolean {
    let count = 0
    for (const lane of this.lanes)
      for (;;) {
        const due = this.started + lane.due * lane.gap
        if (due > now) break
        this.publish(lane, due)
        lane.due++
        if (++count % 16 === 0 && performance.now() - now > SLICE) return true
      }
    return false
  }

  private publish({ message, kind, due: number }: Lane, due: number): void {
    const { members, tried } = this.population
    const { device, texts } = members[number % members.length]!
    const late = performance.now() - due
    if (late > TOO_LATE || device.state !== 'online') {
      // While the devices connect, those that have not yet are not due.
      if (tried !== null) this.missed++
      return
    }
    const made = texts.message(message, kind)
    if (
      'faults' in made ||
      !device.publish(made.topic, made.payload, message.qos, message.retain, due + late)
    )
      return void this.missed++
    this.sent++
    this.punctuality.note(late)
  }
}
