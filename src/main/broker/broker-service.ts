import type { BrokerListener, BrokerStatus } from '../../shared/contract/broker'
import { AppError } from '../../shared/errors'
import { InTurn } from '../../shared/in-turn'
import { RestartLimit } from '../../shared/restart-limit'
import type { SpawnWorker, WorkerHandle } from '../worker'
import type { BrokerConfig, BrokerFunctions, BrokerNews, Counts } from './broker-functions'
import type { NetworkListener } from './listeners/listen'
import type { SnListener } from './mqtt-sn/listen-sn'
import workerPath from './worker?modulePath'

/** How long the worker may take to close its clients, in ms. */
const STOP_TIMEOUT = 2_000

/** Young-generation heap of the worker, in MB. A million subscriptions or retained messages leave as much again of it unused. */
const YOUNG_MEGABYTES = 16

/** How to start the broker. */
export interface BrokerStart extends BrokerConfig {
  /** At least one; the first is the broker's address. */
  listeners: ((NetworkListener | SnListener) & Pick<BrokerListener, 'host'>)[]
  /** Connects Treetop itself, before any other client can. Called at each start and restart. */
  connectSelf: (isRestart: boolean) => Promise<void>
}

/** The worker crashed; `restarted` says whether another one replaced it. */
export interface BrokerCrash {
  message: string
  restarted: boolean
}

/** The local broker, in its own worker, which exists while the broker runs. A worker that crashes is replaced. */
export class BrokerService {
  /** Serializes starts, stops and restarts, so that there is never a second worker. */
  private readonly turns = new InTurn()
  private running: { handle: WorkerHandle<BrokerFunctions>; start: BrokerStart; since: number } | null = null
  private counts: Counts = { received: 0, sent: 0, clients: 0 }
  private rates = { rateIn: 0, rateOut: 0 }
  private fault: { message: string } | null = null
  private storeFault: string | null = null
  private readonly restarts = new RestartLimit()
  private readonly listeners = new Set<() => void>()
  private readonly crashListeners = new Set<(crash: BrokerCrash) => void>()

  constructor(
    private readonly spawn: SpawnWorker,
    /** Shown under `$SYS/broker/version`. */
    private readonly version: string
  ) {}

  /** Does nothing if the broker is running. Throws BROKER_FILE_UNUSABLE, PORT_IN_USE, PORT_DENIED, ADDRESS_UNAVAILABLE, and what `connectSelf` throws. */
  start(start: BrokerStart): Promise<void> {
    return this.turns.run(async () => {
      if (this.running) return
      await this.launch(start)
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

  private async launch(start: BrokerStart, isRestart = false): Promise<void> {
    const news: BrokerNews = {
      counts: (counts) => this.counted(counts),
      storeFailed: (message) => {
        this.storeFault = message
        this.tell()
      }
    }
    const handle = this.spawn<BrokerFunctions>(workerPath, news, this.version, YOUNG_MEGABYTES)
    const { listeners, connectSelf, ...config } = start
    try {
      await handle.peer.call('start', config)
      await connectSelf(isRestart)
      await handle.peer.call('listen', listeners)
    } catch (error) {
      await handle.terminate()
      throw error
    }
    this.counts = { received: 0, sent: 0, clients: 0 }
    this.rates = { rateIn: 0, rateOut: 0 }
    this.running = { handle, start, since: Date.now() }
    this.fault = null
    this.storeFault = null
    handle.onExit((error) => {
      if (this.running?.handle !== handle) return
      this.running = null
      void this.turns.run(() => this.replace(start, error?.message ?? 'the worker ended'))
    })
  }

  /** Restarts the broker after a crash. If it crashes too often or cannot start, it stays stopped and its status says why. */
  private async replace(start: BrokerStart, message: string): Promise<void> {
    if (this.restarts.take()) await this.launch(start, true).catch(() => undefined)
    const restarted = this.running !== null
    if (!restarted) this.fault = { message }
    for (const listener of this.crashListeners) listener({ message, restarted })
    this.tell()
  }

  status(): BrokerStatus {
    if (!this.running) return { state: 'stopped', fault: this.fault }
    const { start, since } = this.running
    const [{ host, port }] = start.listeners as [NetworkListener]
    return {
      state: 'running',
      host,
      port,
      listeners: start.listeners.map((each) => ({ kind: each.kind, host: each.host, port: each.port })),
      forgets: start.file === null,
      limits: start.limits,
      since,
      clients: this.counts.clients,
      ...this.rates,
      demo: false,
      storeFault: this.storeFault
    }
  }

  /** Uses another certificate in the TLS listeners, also after a restart. Throws BROKER_NOT_RUNNING or CERTIFICATE_INVALID. */
  async setCertificate(pair: { cert: string; key: string }): Promise<void> {
    await this.peer().call('setCertificate', pair)
    for (const listener of this.running?.start.listeners ?? [])
      if (listener.kind === 'tls' || listener.kind === 'wss') Object.assign(listener, pair)
  }

  /** The worker's channel. Throws BROKER_NOT_RUNNING. */
  peer(): WorkerHandle<BrokerFunctions>['peer'] {
    if (!this.running) throw new AppError('BROKER_NOT_RUNNING', {})
    return this.running.handle.peer
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

  /** Totals arrive once a second, so the increase is the rate. */
  private counted(counts: Counts): void {
    this.rates = {
      rateIn: counts.received - this.counts.received,
      rateOut: counts.sent - this.counts.sent
    }
    this.counts = counts
    this.tell()
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }
}
