import type { CallsOf } from '../../shared/contract'
import type { Job } from '../../shared/contract/jobs'
import type { Scope } from '../../shared/contract/messages'
import {
  subscriptionOf,
  type ConnectionStats,
  type ConnectionStatus
} from '../../shared/contract/connections'
import type { DecoderBinding } from '../../shared/contract/decode'
import type { Profile } from '../../shared/contract/profiles'
import type { ReplayStatus } from '../../shared/contract/replay'
import type { RetainedStatus } from '../../shared/contract/retained'
import type { WatchEntry, WatchRules } from '../../shared/contract/watch'
import type { TopicFrame } from '../../shared/contract/topics'
import { AppError } from '../../shared/errors'
import { usesVariables } from '../../shared/profile-templates'
import type { Peer } from '../../shared/rpc/peer'
import { RestartLimit } from '../../shared/restart-limit'
import type { SpawnWorker, WorkerHandle } from '../worker'
import { untriedStatus } from '../mqtt/faults'
import type { Secrets } from '../mqtt/options'
import type { ReplayPage } from '../automation/replay/message'
import type { SchemaFile } from '../decode/schema-file'
import type {
  ComposerNews,
  ConnectionFunctions,
  ConnectionData,
  ConnectionNews,
  WatchSight
} from './connection-functions'
import workerPath from './worker?modulePath'

/** How long a worker may take to write everything to disk and shut down, in ms. */
const SHUT_DOWN_TIMEOUT = 4_000

/** A profile with its secrets. */
export interface ConnectionPlace {
  profile: Profile
  secrets: Secrets
}

export interface ConnectionEvents {
  /** A connection without a worker got one. */
  opened(id: string): void
  status(status: ConnectionStatus): void
  stats(stats: ConnectionStats): void
  frame(frame: TopicFrame): void
  retained(status: RetainedStatus): void
  closed(id: string): void
  /** A worker crashed and is being replaced. */
  restarted(restarted: { id: string; name: string; message: string }): void
  /** A subscriber of recorded messages threw; the connection continues. */
  subscriberFailed(id: string, fault: { subscriber: string; error: Error; times: number }): void
  /** A job of the connection started, made progress, or ended. */
  job(id: string, job: Job): void
  /** A replay into the connection goes on. */
  replay(status: ReplayStatus): void
  /** Reads the next messages of a replay. */
  replayPage(id: string): Promise<ReplayPage>
  /** Has the variables of a profile stand for what they are now. Throws PROFILE_VARIABLES. */
  resolve(place: ConnectionPlace): Promise<ConnectionPlace>
  /** Answers what is composed in the collections. */
  composing(id: string): ComposerNews
  /** The watch rules of a profile. */
  watchRules(id: string): WatchRules
  watchStates(id: string, sight: WatchSight): void
  watchTold(id: string, entries: WatchEntry[]): void
  /** Filters of the scripts that get messages of a connection. */
  scripts(id: string): { key: string; filters: string[] }[]
  /** The connection's worker and its jobs have ended. */
  ended(id: string): void
  /** Messages were cleared from its history. */
  cleared(id: string, scope: Scope): void
  /** The history file is damaged and about to be renamed; settles when its readers have closed it. */
  historyDamaged(id: string): Promise<void>
  /** The file at the profile's history path was replaced. */
  historyReplaced(id: string): void
}

interface OpenConnection {
  /** null after its worker ended, until it is reconnected. */
  handle: WorkerHandle<ConnectionFunctions> | null
  generation: number
  status: ConnectionStatus | null
  /** The profile and secrets it was last connected with; null once disconnected. */
  wanted: ConnectionPlace | null
  /** Settles when it is closed; null if it is not being closed. */
  closing: Promise<void> | null
  restarts: RestartLimit
}

function unopened(): OpenConnection {
  const none = { handle: null, status: null, wanted: null, closing: null }
  return { ...none, generation: 0, restarts: new RestartLimit() }
}

/** The open connections, each with its own worker. A worker that crashes is replaced, and does not affect the others. */
export class Connections {
  private readonly open = new Map<string, OpenConnection>()
  private schemas: SchemaFile[] = []
  private bindings = new Map<string, DecoderBinding[]>()
  /** Connections that are not shown as online yet. */
  private readonly held = new Set<string>()

  constructor(
    private readonly spawn: SpawnWorker,
    private readonly historyPath: (profileId: string) => string,
    private readonly events: ConnectionEvents
  ) {}

  /** `profileOf` returns a profile and its secrets; it throws NOT_FOUND. */
  calls(profileOf: (id: string) => ConnectionPlace): CallsOf<'main', 'connections'> {
    return {
      'connections.list': () => this.list(),
      'connections.open': ({ id }) => {
        const { profile, secrets } = profileOf(id)
        return this.connect(profile, secrets)
      },
      'connections.disconnect': ({ id }) => this.disconnect(id),
      'connections.close': ({ id }) => this.close(id)
    }
  }

  list(): ConnectionStatus[] {
    return [...this.open.values()].flatMap(({ status }) => status ?? [])
  }

  /** Whether the connection has a worker. */
  isOpen(id: string): boolean {
    return Boolean(this.open.get(id)?.handle)
  }

  /**
   * Opens the profile's connection if necessary, and (re)connects it. Throws NOT_FOUND if it is closed meanwhile, and PROFILE_VARIABLES, which
   * leaves it as it is.
   */
  async connect(profile: Profile, secrets: Secrets): Promise<ConnectionStatus> {
    const given = { profile, secrets }
    return this.connectTo(usesVariables(profile, secrets) ? await this.events.resolve(given) : given)
  }

  /** Shows a profile that cannot be connected as a connection that failed, until it is connected or closed; nothing if it is open. */
  showFailed(profile: Profile, error: Error): void {
    if (this.open.has(profile.id)) return
    const status = untriedStatus(profile, error)
    this.open.set(profile.id, { ...unopened(), status })
    this.events.status(status)
  }

  private async connectTo(place: ConnectionPlace): Promise<ConnectionStatus> {
    const { id } = place.profile
    // A worker that is shutting down still writes the history file, so wait before the next one opens it.
    while (this.open.get(id)?.closing) await this.open.get(id)?.closing
    const connection = this.open.get(id) ?? unopened()
    this.open.set(id, connection)
    connection.wanted = place
    if (!connection.handle) {
      connection.handle = this.start(id, connection)
      this.events.opened(id)
    }
    try {
      connection.status = await connection.handle.peer.call('connect', connection.wanted)
      return connection.status
    } catch (error) {
      if (connection.closing) throw new AppError('NOT_FOUND', { what: 'connection', id })
      throw error
    }
  }

  /** Connects again at once, with the current subscriptions instead of the profile's; does nothing for one that is not meant to be connected. */
  async reconnect(id: string): Promise<void> {
    const { wanted, status } = this.open.get(id) ?? {}
    if (!wanted || !status) return
    const subscriptions = status.subscriptions.map(subscriptionOf)
    await this.connectTo({ ...wanted, profile: { ...wanted.profile, subscriptions } })
  }

  /** Reports a connection as online only once `ready` has settled: other clients could not do what it can. */
  async whileHeld<T>(id: string, ready: () => Promise<T>): Promise<T> {
    this.held.add(id)
    try {
      return await ready()
    } finally {
      this.held.delete(id)
      const status = this.open.get(id)?.status
      if (status?.state === 'online') this.events.status(status)
    }
  }

  async disconnect(id: string): Promise<ConnectionStatus> {
    const connection = this.open.get(id)
    if (connection) connection.wanted = null
    return this.peer(id).call('disconnect', null)
  }

  /** Returns the peer for calls to an open connection. Throws NOT_FOUND. */
  peer(id: string): Peer<ConnectionFunctions> {
    const handle = this.open.get(id)?.handle
    if (!handle) throw new AppError('NOT_FOUND', { what: 'connection', id })
    return handle.peer
  }

  /** Disconnects, writes everything to disk and ends the worker. Concurrent callers all wait for that. */
  async close(id: string): Promise<void> {
    const connection = this.open.get(id)
    if (connection) await (connection.closing ??= this.end(id, connection))
  }

  private async end(id: string, { handle }: OpenConnection): Promise<void> {
    if (handle) {
      const late = new Promise((resolve) => setTimeout(resolve, SHUT_DOWN_TIMEOUT).unref())
      await Promise.race([handle.peer.call('shutDown', null).catch(() => undefined), late])
      await handle.terminate()
    }
    this.open.delete(id)
    this.events.closed(id)
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.open.keys()].map((id) => this.close(id)))
  }

  /** Sets the schemas and bindings (by profile) used to show last values. */
  setDecoding(schemas: SchemaFile[], bindings: Map<string, DecoderBinding[]>): void {
    this.schemas = schemas
    this.bindings = bindings
    for (const [id, { handle }] of this.open) if (handle) this.tellDecoding(id, handle)
  }

  /** The watch rules of a profile have changed. */
  watchRulesChanged(id: string): void {
    this.open.get(id)?.handle?.peer.notify('setWatchRules', this.events.watchRules(id))
  }

  /** The filters of a connection's scripts have changed. */
  scriptsChanged(id: string): void {
    this.open.get(id)?.handle?.peer.notify('setScripts', this.events.scripts(id))
  }

  private tellDecoding(id: string, { peer }: WorkerHandle<ConnectionFunctions>): void {
    peer.notify('setDecoding', { schemas: this.schemas, bindings: this.bindings.get(id) ?? [] })
  }

  private start(id: string, connection: OpenConnection): WorkerHandle<ConnectionFunctions> {
    const news: ConnectionNews = {
      status: (status) => {
        connection.status = status
        if (!this.held.has(id) || status.state !== 'online') this.events.status(status)
      },
      stats: (stats) => this.events.stats(stats),
      frame: (frame) => this.events.frame(frame),
      retained: (status) => this.events.retained(status),
      subscriberFailed: (fault) => this.events.subscriberFailed(id, fault),
      job: (job) => this.events.job(id, job),
      replay: (status) => this.events.replay(status),
      replayPage: ({ id: replay }) => this.events.replayPage(replay),
      ...this.events.composing(id),
      watchStates: (sight) => this.events.watchStates(id, sight),
      watchTold: (entries) => this.events.watchTold(id, entries),
      cleared: (scope) => this.events.cleared(id, scope),
      historyDamaged: () => this.events.historyDamaged(id),
      historyReplaced: () => this.events.historyReplaced(id)
    }
    connection.generation++
    const { generation } = connection
    const data: ConnectionData = { profileId: id, generation, historyPath: this.historyPath(id) }
    const handle = this.spawn<ConnectionFunctions>(workerPath, news, data)
    this.tellDecoding(id, handle)
    handle.peer.notify('setWatchRules', this.events.watchRules(id))
    handle.peer.notify('setScripts', this.events.scripts(id))
    handle.onExit((error) => {
      this.events.ended(id)
      this.ended(connection, error?.message ?? 'the worker ended')
    })
    return handle
  }

  /** Replaces a worker that crashed. If it crashes too often, the connection is marked as failed and can be reconnected. */
  private ended(connection: OpenConnection, message: string): void {
    connection.handle = null
    const { closing, status, wanted } = connection
    if (closing || !status) return
    if (wanted && connection.restarts.take()) {
      this.events.restarted({ id: status.id, name: status.name, message })
      // If this worker also crashes, that is reported separately.
      this.reconnect(status.id).catch(() => undefined)
      return
    }
    connection.status = {
      ...status,
      state: 'failed',
      since: Date.now(),
      retryAt: null,
      connack: null,
      fault: { kind: 'crashed', message }
    }
    this.events.status(connection.status)
  }
}
