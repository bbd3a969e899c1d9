import {
  SAMPLE_COLUMNS,
  type BrokerFlow,
  type BrokerHistory,
  type BrokerOverview,
  type SampleColumn
} from '../../../shared/contract/workbench'
import type { Broker } from '../core/broker'
import type { Clock } from '../core/clock'
import { cpuTime, memoryInUse } from '../thread-load'

/** ms between two samples, and how many are kept: an hour. */
const EVERY = 1_000
const KEPT = 3_600

/** What the broker's state is made of, from its running counts: this walks over nothing. */
type Measured = Omit<BrokerOverview, 'listeners' | 'fights' | 'eventsFault'>

/** Measures the broker once a second. */
export class Sampler {
  private readonly since: number
  /** Circular: sample n is at n % KEPT. */
  private readonly times = new Float64Array(KEPT)
  private readonly columns = new Map(SAMPLE_COLUMNS.map((name) => [name, new Float64Array(KEPT)]))
  private count = 0
  private last: Measured
  private lastCpu: number
  private cancel: () => void = () => undefined

  constructor(
    private readonly broker: Broker,
    private readonly clock: Clock,
    /** µs that the thread has used so far, and bytes that it has in use. */
    private readonly load = { cpuTime, memoryInUse }
  ) {
    this.since = clock.now()
    this.lastCpu = load.cpuTime()
    this.last = this.measure(this.since, nothing, 0)
  }

  start(): void {
    this.cancel = this.clock.after(EVERY, () => this.sample())
  }

  stop(): void {
    this.cancel()
  }

  /** The state now, with the rates of the last second. */
  get now(): Measured {
    const { rates, cpu } = this.last
    return this.measure(this.clock.now(), rates, cpu)
  }

  /** The samples after a time in ms since 1970 UTC, or (null) of the whole hour. */
  history(after: number | null): BrokerHistory {
    const oldest = Math.max(0, this.count - KEPT)
    let from = this.count
    while (from > oldest && (after === null || this.times[(from - 1) % KEPT]! > after)) from--
    const read = (values: Float64Array): number[] =>
      Array.from({ length: this.count - from }, (_, index) => values[(from + index) % KEPT]!)
    return {
      times: read(this.times),
      columns: Object.fromEntries([...this.columns].map(([name, values]) => [name, read(values)])) as Record<
        SampleColumn,
        number[]
      >
    }
  }

  private sample(): void {
    const now = this.clock.now()
    const seconds = (now - this.last.at) / 1_000
    const cpu = this.load.cpuTime()
    // The computer's clock was set back.
    if (seconds > 0) {
      const { totals } = this.measure(now, nothing, 0)
      const rates = perSecond(totals, this.last.totals, seconds)
      this.last = this.measure(now, rates, (cpu - this.lastCpu) / 1e6 / seconds)
      this.keep(this.last)
    } else this.last = { ...this.last, at: now }
    this.lastCpu = cpu
    this.start()
  }

  private keep({
    at,
    rates,
    clients,
    absent,
    subscriptions,
    retained,
    waiting,
    inFlight,
    cpu,
    memory
  }: Measured): void {
    const { dropped, ...flow } = rates
    const sample: Record<SampleColumn, number> = {
      ...flow,
      ...dropped,
      ...{ clients, absent, subscriptions, inFlight, cpu, memory },
      retained: retained.count,
      waiting: waiting.count
    }
    const slot = this.count++ % KEPT
    this.times[slot] = at
    for (const [name, values] of this.columns) values[slot] = sample[name]
  }

  private measure(at: number, rates: BrokerFlow, cpu: number): Measured {
    const { traffic, backlog, retained, sessions, subscriptions, clientCount } = this.broker
    const { drops } = traffic
    return {
      at,
      since: this.since,
      totals: {
        messagesIn: traffic.messagesReceived,
        messagesOut: traffic.messagesSent,
        bytesIn: traffic.bytesReceived,
        bytesOut: traffic.bytesSent,
        dropped: {
          unsubscribed: drops['nobody subscribed'],
          expired: drops.expired,
          queueFull: drops['queue full'],
          tooLarge: drops['too large'],
          refused: drops.refused
        }
      },
      rates,
      clients: clientCount,
      mostClients: traffic.mostClients,
      absent: sessions.absentCount,
      expiredSessions: traffic.sessionsExpired,
      subscriptions: subscriptions.count,
      sharedSubscriptions: subscriptions.shareCount,
      retained: { count: retained.count - retained.ownCount, bytes: retained.bytes - retained.ownBytes },
      waiting: { count: backlog.waiting, bytes: backlog.waitingBytes },
      inFlight: backlog.inFlight,
      cpu,
      memory: this.load.memoryInUse()
    }
  }
}

const nothing: BrokerFlow = {
  messagesIn: 0,
  messagesOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  dropped: { unsubscribed: 0, expired: 0, queueFull: 0, tooLarge: 0, refused: 0 }
}

/** How fast counts grew, per second. */
function perSecond(now: BrokerFlow, before: BrokerFlow, seconds: number): BrokerFlow {
  const rates = <K extends string>(
    counts: Record<K, number>,
    earlier: Record<K, number>
  ): Record<K, number> =>
    Object.fromEntries(
      Object.keys(counts).map((name) => [name, (counts[name as K] - earlier[name as K]) / seconds])
    ) as Record<K, number>
  const { dropped, ...flow } = now
  const { dropped: droppedBefore, ...flowBefore } = before
  return { ...rates(flow, flowBefore), dropped: rates(dropped, droppedBefore) }
}
