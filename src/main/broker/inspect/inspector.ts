import type { CallsOf } from '../../../shared/contract'
import type { BrokerOverview } from '../../../shared/contract/workbench'
import type { Broker } from '../core/broker'
import type { Clock } from '../core/clock'
import { clientCalls } from './client-calls'
import { ClientTable } from './client-table'
import { EventLog } from './event-log'
import { filterCalls } from './filter-calls'
import { retainedCalls } from './retained-calls'
import { RetainedWorker } from './retained-worker'
import { Sampler } from './sampler'
import { Traces } from './traces'

export interface InspectorOptions {
  broker: Broker
  clock: Clock
  /** Where the history of clients is kept; null: in memory. */
  eventFile: string | null
  listeners: () => BrokerOverview['listeners']
}

/** Looks into a running broker for the person who runs it: its state, clients, subscriptions and retained messages. */
export class Inspector {
  private readonly sampler: Sampler
  private readonly events: EventLog
  private readonly worker: RetainedWorker
  private removeHooks: () => void = () => undefined

  constructor(private readonly options: InspectorOptions) {
    const { broker, clock, eventFile } = options
    this.sampler = new Sampler(broker, clock)
    this.events = new EventLog(clock, eventFile)
    this.worker = new RetainedWorker(broker, clock)
  }

  start(): void {
    this.removeHooks = this.options.broker.hooks.add(this.events.hooks())
    this.sampler.start()
  }

  /** Call it after the broker has closed, whose last disconnects are events. */
  stop(): void {
    this.sampler.stop()
    this.worker.stop()
    this.removeHooks()
    this.events.close()
  }

  calls(): CallsOf<'broker', 'overview' | 'clients' | 'traces' | 'subscriptions' | 'brokerRetained'> {
    const { broker, clock } = this.options
    const traces = new Traces(broker, clock)
    const table = new ClientTable(broker, clock, this.events, traces)
    return {
      'overview.get': () => this.overview(),
      'overview.history': ({ after }) => this.sampler.history(after),
      ...clientCalls(broker, clock, table, this.events),
      ...traces.calls(),
      ...filterCalls(broker),
      ...retainedCalls(broker, clock, this.worker)
    }
  }

  private overview(): BrokerOverview {
    const { events, options } = this
    return {
      ...this.sampler.now,
      listeners: options.listeners(),
      fights: events.fights.all(options.clock.now()),
      eventsFault: events.fault
    }
  }
}
