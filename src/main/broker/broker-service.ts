import type { StoredAccess } from '../../shared/contract/access'
import type { BrokerListener, BrokerStatus } from '../../shared/contract/broker'
import type { ActiveFault } from '../../shared/contract/faults'
import { snSettingsKey } from '../../shared/contract/mqtt-sn'
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
export interface BrokerStart extends Omit<BrokerConfig, 'access'> {
  /** The access settings, asked for at each start and restart. */
  access: () => StoredAccess
  /** At least one; the first is the broker's address. */
  listeners: ((NetworkListener | SnListener) & Pick<BrokerListener, 'host'>)[]
  /** Goes through the steps of a start, and connects Treetop itself between them. Called at each start and restart. */
  launch: (steps: LaunchSteps) => Promise<void>
}

export interface LaunchSteps {
  /** Starts the broker for Treetop's own connection only. */
  begin: () => Promise<void>
  /** Opens the listeners for all other clients. */
  listen: () => Promise<void>
  isRestart: boolean
}

/** The worker crashed; `restarted` says whether another one replaced it. */
export interface BrokerCrash {
  message: string
  restarted: boolean
}

interface Running {
  handle: WorkerHandle<BrokerFunctions>
  start: BrokerStart
  since: number
  /** Names its MQTT-SN settings; undefined: no listener has any. */
  sn: string | undefined
}

/** The local broker, in its own worker, which exists while the broker runs. A worker that crashes is replaced. */
export class BrokerService {
  /** Serializes starts, stops and restarts, so that there is never a second worker. */
  private readonly turns = new InTurn()
  private running: Running | null = null
  private counts: Counts = { received: 0, sent: 0, clients: 0 }
  private rates = { rateIn: 0, rateOut: 0 }
  private fault: { message: string } | null = null
  private storeFault: string | null = null
  private faults: ActiveFault[] = []
  private readonly restarts = new RestartLimit()
  private readonly listeners = new Set<() => void>()
  private readonly faultListeners = new Set<(faults: ActiveFault[]) => void>()
  private readonly crashListeners = new Set<(crash: BrokerCrash) => void>()

  constructor(
    private readonly spawn: SpawnWorker,
    /** Shown under `$SYS/broker/version`. */
    private readonly version: string
  ) {}

  /** Does nothing if the broker is running. Throws BROKER_FILE_UNUSABLE, PORT_IN_USE, PORT_DENIED, ADDRESS_UNAVAILABLE, and what `launch` throws. */
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
      this.setFaults([])
    })
  }

  private async launch(start: BrokerStart, isRestart = false): Promise<void> {
    const news: BrokerNews = {
      counts: (counts) => this.counted(counts),
      storeFailed: (message) => {
        this.storeFault = message
        this.tell()
      },
      faults: (faults) => this.setFaults(faults)
    }
    const handle = this.spawn<BrokerFunctions>(workerPath, news, this.version, YOUNG_MEGABYTES)
    const { listeners, launch, access, ...config } = start
    try {
      await launch({
        begin: () => handle.peer.call('start', { ...config, access: access() }),
        listen: () => handle.peer.call('listen', listeners),
        isRestart
      })
    } catch (error) {
      await handle.terminate()
      throw error
    }
    this.counts = { received: 0, sent: 0, clients: 0 }
    this.rates = { rateIn: 0, rateOut: 0 }
    const sn = listeners.find((each) => each.kind === 'sn')
    this.running = { handle, start, since: Date.now(), sn: sn && snSettingsKey(sn) }
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
    this.setFaults([])
    if (this.restarts.take()) await this.launch(start, true).catch(() => undefined)
    const restarted = this.running !== null
    if (!restarted) this.fault = { message }
    for (const listener of this.crashListeners) listener({ message, restarted })
    this.tell()
  }

  status(): BrokerStatus {
    if (!this.running) return { state: 'stopped', fault: this.fault }
    const { start, since, sn } = this.running
    const [{ host, port }] = start.listeners as [NetworkListener]
    return {
      state: 'running',
      host,
      port,
      listeners: start.listeners.map((each) => ({ kind: each.kind, host: each.host, port: each.port })),
      forgets: start.file === null,
      limits: start.limits,
      ...(sn !== undefined && { sn }),
      since,
      clients: this.counts.clients,
      ...this.rates,
      demo: false,
      faults: this.faults.length,
      storeFault: this.storeFault
    }
  }

  /** Uses another certificate in the TLS listeners, also after a restart. Throws BROKER_NOT_RUNNING or CERTIFICATE_INVALID. */
  async setCertificate(pair: { cert: string; key: string }): Promise<void> {
    await this.peer().call('setCertificate', pair)
    for (const listener of this.running?.start.listeners ?? [])
      if (listener.kind === 'tls' || listener.kind === 'wss') Object.assign(listener, pair)
  }

  /** Tells the running broker that the access settings have changed; one that is starting, afterwards. */
  setAccess(): Promise<void> {
    return this.turns.run(async () => {
      if (this.running) await this.running.handle.peer.call('setAccess', this.running.start.access())
    })
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

  /** Calls back with the faults that are on, when they change. */
  onFaults(listener: (faults: ActiveFault[]) => void): () => void {
    this.faultListeners.add(listener)
    return () => this.faultListeners.delete(listener)
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

  /** Faults end with the worker. */
  private setFaults(faults: ActiveFault[]): void {
    const isChange = faults.length > 0 || this.faults.length > 0
    this.faults = faults
    if (isChange) for (const listener of this.faultListeners) listener(faults)
    this.tell()
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }
}
