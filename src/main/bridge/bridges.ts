import { EventEmitter } from 'node:events'
import type { CallsOf } from '../../shared/contract'
import { BridgeDrop, type Bridge, type BridgeDraft, type BridgeStatus } from '../../shared/contract/bridge'
import type { Job } from '../../shared/contract/jobs'
import { LOCAL_PROFILE_ID, type Profile } from '../../shared/contract/profiles'
import { nothingCopied, type SubtreeStatus } from '../../shared/contract/subtree'
import { bridgeClientId } from '../../shared/bridge-id'
import { AppError, isAppError } from '../../shared/errors'
import { InTurn } from '../../shared/in-turn'
import { RestartLimit } from '../../shared/restart-limit'
import { untriedStatus } from '../mqtt/faults'
import type { ProfileStore } from '../profiles/profiles'
import type { SpawnWorker, WorkerHandle } from '../worker'
import type { BridgePeer } from './bridge'
import { checkBridge } from './bridge-faults'
import type { BridgeFunctions, BridgeNews } from './bridge-functions'
import { carriesTheSame, type BridgeStore } from './bridge-store'
import { mosquittoLines } from './mosquitto-lines'
import type { Access } from './subtree'
import workerPath from './worker?modulePath'

/** How long the worker may take to end its connections, in ms. */
const SHUT_DOWN_TIMEOUT = 3_000
/** Where Debian and most others keep mosquitto.conf, and so the files that it names. */
const MOSQUITTO_FOLDER = '/etc/mosquitto'

/** What the bridges need of the local broker, and of the variables in profiles. */
export interface LocalBrokerAccess {
  isRunning(): boolean
  /** Path of the socket or pipe for Treetop's own connections. */
  readonly pipe: string
  /** Tells the running broker of the bridges that are on. */
  tell(peers: BridgePeer[]): void
  /** Has the variables of a profile stand for what they are now. Throws PROFILE_VARIABLES. */
  resolve(access: Access): Promise<Access>
}

export interface BridgesEvents {
  listed: [Bridge[]]
  changed: [BridgeStatus]
  subtree: [SubtreeStatus]
  /** A job of the worker, and how to cancel it. */
  job: [job: Job, cancel: () => void]
  /** The worker ended, and its jobs with it. */
  ended: []
}

/**
 * The bridges, in a worker of their own, which exists while one is on or a subtree is copied: MQTT.js and TLS neither slow the broker's
 * thread nor the main one, and what fails in them leaves the broker as it is. Bridges are on only while the local broker runs.
 */
export class Bridges extends EventEmitter<BridgesEvents> {
  private handle: WorkerHandle<BridgeFunctions> | null = null
  private readonly states = new Map<string, BridgeStatus>()
  private readonly peers = new Map<string, BridgePeer>()
  private readonly turns = new InTurn()
  private readonly restarts = new RestartLimit()
  /** The profile and secrets that each bridge connects with, as text. */
  private readonly used = new Map<string, string>()
  private subtree: SubtreeStatus = nothingCopied
  private wasRunning = false
  private told = ''

  constructor(
    private readonly spawn: SpawnWorker,
    private readonly store: BridgeStore,
    private readonly profiles: ProfileStore,
    private readonly broker: LocalBrokerAccess
  ) {
    super()
  }

  calls(): CallsOf<'main', 'bridge' | 'subtree'> {
    return {
      'bridge.list': () => this.store.list(),
      'bridge.states': () => this.store.list().map(({ id }) => this.stateOf(id)),
      'bridge.save': ({ id, draft }) => this.save(id, draft),
      'bridge.remove': ({ id }) => this.remove(id),
      'bridge.switch': ({ id, on }) => this.switch(id, on),
      'bridge.retry': ({ id }) => this.inTurn(() => this.apply(id, false)),
      'bridge.mosquitto': ({ id }) => {
        const bridge = this.store.get(id)
        const { brokerId } = this.store
        return mosquittoLines(bridge, this.profiles.get(bridge.profileId), {
          brokerId,
          folder: MOSQUITTO_FOLDER
        })
      },
      'subtree.get': () => this.subtree,
      'subtree.copy': async ({ profileId, topic }) => {
        const { name } = this.profiles.get(profileId)
        return this.peer().call('copySubtree', { ...(await this.accessTo(profileId)), name, topic })
      },
      'subtree.paste': async (input) =>
        this.peer().call('pasteSubtree', { ...(await this.localAccess()), ...input }),
      'subtree.undo': async (input) =>
        this.peer().call('undoPaste', { ...(await this.localAccess()), ...input }),
      'subtree.clear': async () => {
        if (this.handle) await this.handle.peer.call('clearSubtree', null)
      }
    }
  }

  /** Call this when the local broker has started or stopped. */
  brokerChanged(): void {
    const isRunning = this.broker.isRunning()
    if (isRunning === this.wasRunning) return
    this.wasRunning = isRunning
    this.told = ''
    for (const bridge of this.store.list()) if (bridge.on) this.restart(bridge.id)
  }

  /** Call this when another worker has taken the crashed broker's place: it does not know the bridges, which connect again by themselves. */
  brokerRestarted(): void {
    this.told = ''
    this.tellBroker()
  }

  /** Call this when profiles have changed: a bridge whose profile is gone is switched off, and one whose profile differs connects with it. */
  async profilesChanged(profiles: readonly Profile[]): Promise<void> {
    const known = new Set(profiles.map(({ id }) => id))
    for (const { id, on, profileId } of this.store.list()) {
      if (!on) continue
      if (!known.has(profileId)) await this.switch(id, false)
      else if (this.broker.isRunning() && this.used.get(id) !== this.textOf(profileId)) this.restart(id)
    }
  }

  async close(): Promise<void> {
    const { handle } = this
    this.handle = null
    if (!handle) return
    const late = new Promise((resolve) => setTimeout(resolve, SHUT_DOWN_TIMEOUT).unref())
    await Promise.race([handle.peer.call('shutDown', null).catch(() => undefined), late])
    await handle.terminate()
  }

  private async save(id: string | undefined, draft: BridgeDraft): Promise<Bridge> {
    const before = id === undefined ? null : this.store.get(id)
    const profiles = new Map(this.profiles.list().map((profile) => [profile.id, profile]))
    const others = this.store.list().filter((each) => each.id !== id)
    checkBridge(draft, others, profiles)
    const bridge = await this.store.save(id, draft)
    this.emit('listed', this.store.list())
    if (bridge.on && !(before && carriesTheSame(before, draft)))
      await this.inTurn(() => this.apply(bridge.id, true))
    return bridge
  }

  private async switch(id: string, on: boolean): Promise<Bridge> {
    const known = this.store.list().find((each) => each.id === id)
    if (known?.on === on) return known
    const bridge = await this.store.set(id, { on, isFresh: true })
    this.emit('listed', this.store.list())
    await this.inTurn(() => this.apply(id, true))
    return bridge
  }

  private async remove(id: string): Promise<void> {
    if (this.store.get(id).on) await this.switch(id, false)
    await this.store.remove(id)
    this.states.delete(id)
    this.emit('listed', this.store.list())
  }

  /** Has the worker do what the store says. `forgets`: what the brokers keep for the bridge is out of date. */
  private async apply(id: string, forgets: boolean): Promise<void> {
    const { on, profileId, rules, isFresh } = this.store.get(id)
    this.peers.delete(id)
    if (this.handle) await this.handle.peer.call('stop', { id, forgets: forgets && !on })
    this.states.set(id, this.idle(id, on ? 'waiting' : 'off'))
    if (on && this.broker.isRunning()) {
      const { pipe } = this.broker
      const { brokerId } = this.store
      this.used.set(id, this.textOf(profileId))
      try {
        const access = await this.accessTo(profileId)
        await this.peer().call('start', { ...access, id, brokerId, rules, pipe, isFresh })
      } catch (error) {
        if (!isAppError(error, 'PROFILE_VARIABLES')) throw error
        this.states.set(id, {
          ...this.idle(id, 'failed'),
          remote: untriedStatus(this.profiles.get(profileId), error)
        })
      }
    }
    this.emit('changed', this.stateOf(id))
    this.tellBroker()
  }

  /** Connects a bridge again; what waits for it stays. A worker that ends meanwhile is replaced, with all bridges. */
  private restart(id: string): void {
    this.inTurn(() => this.apply(id, false)).catch(() => undefined)
  }

  private textOf(profileId: string): string {
    return JSON.stringify([this.profiles.get(profileId), this.profiles.secretsOf(profileId)])
  }

  private stateOf(id: string): BridgeStatus {
    return this.states.get(id) ?? this.idle(id, this.store.get(id).on ? 'waiting' : 'off')
  }

  /** Throws NOT_FOUND and PROFILE_VARIABLES. */
  private async accessTo(profileId: string): Promise<Access> {
    const isOwn = profileId === LOCAL_PROFILE_ID && this.broker.isRunning()
    const secrets = { ...this.profiles.secretsOf(profileId), ...(isOwn && { pipe: this.broker.pipe }) }
    return this.broker.resolve({ profile: this.profiles.get(profileId), secrets })
  }

  /** Throws BROKER_NOT_RUNNING and PROFILE_VARIABLES. */
  private async localAccess(): Promise<Access> {
    if (!this.broker.isRunning()) throw new AppError('BROKER_NOT_RUNNING', {})
    return this.accessTo(LOCAL_PROFILE_ID)
  }

  private tellBroker(): void {
    const peers = [...this.peers.values()]
    const text = JSON.stringify(peers)
    if (text === this.told || !this.broker.isRunning()) return
    this.told = text
    this.broker.tell(peers)
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    return this.turns.run(work)
  }

  /** The worker, which is started if need be. */
  private peer(): WorkerHandle<BridgeFunctions>['peer'] {
    this.handle ??= this.start()
    return this.handle.peer
  }

  private start(): WorkerHandle<BridgeFunctions> {
    const news: BridgeNews = {
      status: ({ status, peer }) => {
        this.states.set(status.id, status)
        this.peers.set(status.id, peer)
        this.emit('changed', status)
        this.tellBroker()
      },
      begun: ({ id }) => void this.store.set(id, { isFresh: false }).catch(() => undefined),
      job: (job) => this.emit('job', job, () => this.handle?.peer.notify('cancelJob', { id: job.id })),
      subtree: (status) => this.subtreeIs(status)
    }
    const handle = this.spawn<BridgeFunctions>(workerPath, news)
    handle.onExit((error) => this.ended(handle, error?.message ?? 'the worker ended'))
    return handle
  }

  /** Replaces a worker that crashed, unless it crashes too often. */
  private ended(handle: WorkerHandle<BridgeFunctions>, message: string): void {
    if (this.handle !== handle) return
    this.handle = null
    this.peers.clear()
    this.emit('ended')
    this.subtreeIs(nothingCopied)
    const isAllowed = this.restarts.take()
    for (const { id, on } of this.store.list()) {
      if (!on) continue
      if (isAllowed) this.restart(id)
      else this.crashed(id, message)
    }
  }

  private crashed(id: string, message: string): void {
    const { remote, ...state } = this.stateOf(id)
    const fault = { kind: 'crashed', message } as const
    const failed = remote && { ...remote, state: 'failed' as const, fault, retryAt: null, connack: null }
    this.states.set(id, { ...state, state: 'failed', remote: failed })
    this.emit('changed', this.stateOf(id))
  }

  private idle(id: string, state: 'off' | 'waiting' | 'failed'): BridgeStatus {
    const none = { messages: 0, bytes: 0 }
    const clientId = bridgeClientId(this.store.brokerId, id)
    const dropped = Object.fromEntries(
      BridgeDrop.options.map((cause) => [cause, 0])
    ) as BridgeStatus['dropped']
    return { id, clientId, state, remote: null, local: null, in: none, out: none, dropped, lastDrop: null }
  }

  private subtreeIs(status: SubtreeStatus): void {
    this.subtree = status
    this.emit('subtree', status)
  }
}
