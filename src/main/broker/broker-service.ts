import type { BrokerClient, BrokerStatus } from '../../shared/contract/broker'
import { AppError } from '../../shared/errors'
import { InTurn } from '../../shared/in-turn'
import { RestartLimit } from '../../shared/restart-limit'
import type { SpawnWorker, WorkerHandle } from '../worker'
import type { Traffic } from './broker'
import type { Place } from './listeners/open'
import type { BrokerCalls, BrokerNews } from './broker-functions'
import workerPath from './worker?modulePath'

/** How long the worker may take to close its clients, in ms. */
const STOP_TIMEOUT = 2_000

/** The worker crashed; `restarted` says whether another one replaced it. */
export interface BrokerCrash {
  message: string
  restarted: boolean
}

/** The local broker, in its own worker, which exists while the broker runs. A worker that crashes is replaced. */
export class BrokerService {
  /** Serializes starts, stops and restarts, so that there is never a second worker. */
  private readonly turns = new InTurn()
  private running: { handle: WorkerHandle<BrokerCalls>; place: Place; since: number } | null = null
  private traffic: Traffic = { received: 0, sent: 0, clients: 0 }
  private rates = { rateIn: 0, rateOut: 0 }
  private fault: { message: string } | null = null
  private readonly restarts = new RestartLimit()
  private readonly listeners = new Set<() => void>()
  private readonly crashListeners = new Set<(crash: BrokerCrash) => void>()

  constructor(
    private readonly spawn: SpawnWorker,
    /** Shown under `$SYS/broker/version`. */
    private readonly version: string
  ) {}

  /** Does nothing if the broker is running. Throws PORT_IN_USE, PORT_DENIED or ADDRESS_UNAVAILABLE. */
  start(place: Place): Promise<void> {
    return this.turns.run(async () => {
      if (this.running) return
      await this.launch(place)
      this.tell()
    })
  }

  stop(): Promise<void> {
    return this.turns.run(async () => {
      const running = this.running
      if (!running) return
      this.running = null
      const late = new Promise((resolve) => setTimeout(resolve, STOP_TIMEOUT).unref())
      await Promise.race([running.handle.peer.call('stop', null).catch(() => undefined), late])
      await running.handle.terminate()
      this.tell()
    })
  }

  private async launch(place: Place): Promise<void> {
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
    this.fault = null
    handle.onExit((error) => {
      if (this.running?.handle !== handle) return
      this.running = null
      void this.turns.run(() => this.replace(place, error?.message ?? 'the worker ended'))
    })
  }

  /** Restarts the broker after a crash. If it crashes too often or cannot start, it stays stopped and its status says why. */
  private async replace(place: Place, message: string): Promise<void> {
    if (this.restarts.take()) await this.launch(place).catch(() => undefined)
    const restarted = this.running !== null
    if (!restarted) this.fault = { message }
    for (const listener of this.crashListeners) listener({ message, restarted })
    this.tell()
  }

  status(): BrokerStatus {
    if (!this.running) return { state: 'stopped', fault: this.fault }
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

  /** Calls back when the broker starts or stops, and once a second while it runs. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Calls back after the worker crashed, once it is known whether a restart succeeded. */
  onCrash(listener: (crash: BrokerCrash) => void): () => void {
    this.crashListeners.add(listener)
    return () => this.crashListeners.delete(listener)
  }

  private get peer(): WorkerHandle<BrokerCalls>['peer'] {
    if (!this.running) throw new AppError('BROKER_NOT_RUNNING', {})
    return this.running.handle.peer
  }

  /** Totals arrive once a second, so the increase is the rate. */
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
