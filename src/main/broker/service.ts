import type { BrokerClient, BrokerStatus } from '../../shared/contract/broker'
import { AppError } from '../../shared/errors'
import type { SpawnWorker, WorkerHandle } from '../worker'
import type { Traffic } from './broker'
import type { Place } from './listener'
import type { BrokerCalls, BrokerNews } from './protocol'
import workerPath from './worker?modulePath'

/** How long the worker may take to close its clients, in ms. */
const STOP_TIMEOUT = 2_000

/** The local broker, in a worker of its own that lives while the broker runs. */
export class BrokerService {
  private running: { handle: WorkerHandle<BrokerCalls>; place: Place; since: number } | null = null
  private traffic: Traffic = { received: 0, sent: 0, clients: 0 }
  private rates = { rateIn: 0, rateOut: 0 }
  private readonly listeners = new Set<() => void>()

  constructor(
    private readonly spawn: SpawnWorker,
    /** Shown under `$SYS/broker/version`. */
    private readonly version: string
  ) {}

  /** Does nothing while it runs. Throws PORT_IN_USE, PORT_DENIED or ADDRESS_UNAVAILABLE. */
  async start(place: Place): Promise<void> {
    if (this.running) return
    const news: BrokerNews = { traffic: (traffic) => this.passed(traffic) }
    const handle = this.spawn<BrokerCalls>(workerPath, news, this.version)
    try {
      await handle.peer.call('start', place)
    } catch (error) {
      await handle.terminate()
      throw error
    }
    this.traffic = { received: 0, sent: 0, clients: 0 }
    this.rates = { rateIn: 0, rateOut: 0 }
    this.running = { handle, place, since: Date.now() }
    handle.onExit(() => {
      if (this.running?.handle !== handle) return
      this.running = null
      this.tell()
    })
    this.tell()
  }

  async stop(): Promise<void> {
    const running = this.running
    if (!running) return
    this.running = null
    const late = new Promise((resolve) => setTimeout(resolve, STOP_TIMEOUT).unref())
    await Promise.race([running.handle.peer.call('stop', null).catch(() => undefined), late])
    await running.handle.terminate()
    this.tell()
  }

  status(): BrokerStatus {
    if (!this.running) return { state: 'stopped' }
    const { place, since } = this.running
    return { state: 'running', ...place, since, clients: this.traffic.clients, ...this.rates, demo: false }
  }

  /** Throws BROKER_NOT_RUNNING. */
  clients(): Promise<BrokerClient[]> {
    return this.peer.call('clients', null)
  }

  /** Throws BROKER_NOT_RUNNING or NOT_FOUND. */
  kick(clientId: string): Promise<void> {
    return this.peer.call('kick', clientId)
  }

  /** Calls back when it starts or stops, and once a second while it runs. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private get peer(): WorkerHandle<BrokerCalls>['peer'] {
    if (!this.running) throw new AppError('BROKER_NOT_RUNNING', {})
    return this.running.handle.peer
  }

  /** Counts come once a second: what was added is the rate. */
  private passed(traffic: Traffic): void {
    this.rates = {
      rateIn: traffic.received - this.traffic.received,
      rateOut: traffic.sent - this.traffic.sent
    }
    this.traffic = traffic
    this.tell()
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }
}
