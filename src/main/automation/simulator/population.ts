import type { Duplex } from 'node:stream'
import type { ConnectionFault } from '../../../shared/contract/connections'
import { Device } from './device'
import type { SimulatorPlan } from './plan'
import { DeviceTemplates, type DeviceTexts } from './templates'

/** A device, and what it says. */
interface Member {
  device: Device
  texts: DeviceTexts
}

/** Attempts to connect that may be open at once. A broker's backlog is seldom longer. */
const MOST_CONNECTING = 200
/** The first wait before a device tries again, and the longest, in ms. */
const FIRST_RETRY = 1_000
const LONGEST_RETRY = 30_000
const MOST_REASONS = 50

/** The devices of a simulator: connects them one after the other, and again when they are lost. */
export class Population {
  readonly members: Member[]
  connected = 0
  acknowledged = 0
  /** When every device had tried to connect, in ms; null: some have not. */
  tried: number | null = null
  private waiting = 0
  private opened = 0
  private answered = 0
  private readonly reasons = new Map<string, { fault: ConnectionFault; count: number }>()
  private readonly queue: (() => void)[] = []
  private readonly timers = new Set<NodeJS.Timeout>()
  private readonly started = performance.now()

  constructor(
    private readonly plan: SimulatorPlan,
    open: () => Duplex,
    env: Readonly<Record<string, string | undefined>>
  ) {
    const { profile, secrets } = plan
    const templates = new DeviceTemplates(plan, env)
    this.members = Array.from({ length: plan.clients }, (_, index) => {
      const texts = templates.device(index)
      let retry = FIRST_RETRY
      let hasTried = false
      const answered = (): void => {
        this.waiting--
        if (!hasTried && ++this.answered === plan.clients) this.tried = performance.now()
        hasTried = true
      }
      const own = plan.username !== ''
      const device = new Device(
        profile,
        {
          clientId: texts.text('clientId', plan.clientId).text,
          username: own ? texts.text('username', plan.username).text : profile.username,
          password: own ? texts.text('password', plan.password).text : (secrets.password ?? null)
        },
        open,
        {
          online: () => {
            answered()
            this.connected++
            retry = FIRST_RETRY
            isOnline = true
            this.next()
          },
          lost: (fault) => {
            if (isOnline) this.connected--
            else answered()
            isOnline = false
            this.count(fault)
            this.later(retry * (0.75 + Math.random() / 2), () => this.connect(device))
            retry = Math.min(LONGEST_RETRY, retry * 2)
            this.next()
          },
          acknowledged: () => void this.acknowledged++
        }
      )
      let isOnline = false
      return { device, texts }
    })
  }

  get connecting(): number {
    return this.waiting
  }

  /** Devices that have tried, and have no connection. */
  get failed(): number {
    return this.opened - this.connected - this.waiting - this.queue.length
  }

  /** The most frequent first. */
  get failures(): { fault: ConnectionFault; count: number }[] {
    return [...this.reasons.values()].sort((a, b) => b.count - a.count).slice(0, 5)
  }

  /** Connects the devices whose turn has come. Call every few ms. */
  ramp(now: number): void {
    const { clients, rampUp } = this.plan
    const share = rampUp === 0 ? 1 : Math.min(1, (now - this.started) / rampUp)
    const due = Math.min(clients, Math.floor(share * clients) + (rampUp === 0 ? 0 : 1))
    while (this.opened < due && this.waiting < MOST_CONNECTING)
      this.connect(this.members[this.opened++]!.device)
  }

  /** Ends all connections. */
  end(): void {
    for (const timer of this.timers) clearTimeout(timer)
    this.queue.length = 0
    for (const { device } of this.members) device.end()
    this.connected = this.waiting = this.opened = 0
  }

  private connect(device: Device): void {
    if (this.waiting >= MOST_CONNECTING) return void this.queue.push(() => this.connect(device))
    this.waiting++
    device.connect()
  }

  private next(): void {
    if (this.waiting < MOST_CONNECTING) this.queue.shift()?.()
  }

  private later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      work()
    }, ms)
    this.timers.add(timer)
  }

  private count(fault: ConnectionFault): void {
    const key = JSON.stringify(fault)
    const known = this.reasons.get(key)
    if (known) known.count++
    else if (this.reasons.size < MOST_REASONS) this.reasons.set(key, { fault, count: 1 })
  }
}
