import type { ConnectionStats, ConnectionStatus } from '../../shared/contract/connections'
import type { Profile } from '../../shared/contract/profiles'
import type { TopicFrame } from '../../shared/contract/topics'
import { AppError } from '../../shared/errors'
import type { Peer } from '../../shared/rpc/peer'
import type { SpawnWorker, WorkerHandle } from '../worker'
import type { Secrets } from './options'
import type { ConnectionCalls, ConnectionData, ConnectionNews } from './protocol'
import workerPath from './worker?modulePath'

/** How long a worker may take to put everything on disk and leave, in ms. */
const SHUT_DOWN_TIMEOUT = 4_000

export interface ConnectionEvents {
  status(status: ConnectionStatus): void
  stats(stats: ConnectionStats): void
  frame(frame: TopicFrame): void
  closed(id: string): void
}

interface OpenConnection {
  handle: WorkerHandle<ConnectionCalls>
  status: ConnectionStatus | null
  closing: boolean
  failure: Error | null
}

/** The open connections, one worker each. */
export class ConnectionService {
  private readonly open = new Map<string, OpenConnection>()

  constructor(
    private readonly spawn: SpawnWorker,
    private readonly historyPath: (profileId: string) => string,
    private readonly events: ConnectionEvents
  ) {}

  list(): ConnectionStatus[] {
    return [...this.open.values()].flatMap(({ status }) => status ?? [])
  }

  isOpen(id: string): boolean {
    return this.open.has(id)
  }

  /** Opens the profile's connection if need be, and connects it anew. */
  async connect(profile: Profile, secrets: Secrets): Promise<ConnectionStatus> {
    const { id } = profile
    let connection = this.open.get(id)
    if (!connection) {
      connection = { handle: this.start(id), status: null, closing: false, failure: null }
      this.open.set(id, connection)
    }
    try {
      const status = await connection.handle.peer.call('connect', { profile, secrets })
      connection.status = status
      return status
    } catch (error) {
      // The worker ended before it could answer: its history file could not be opened.
      if (connection.failure)
        throw new AppError('HISTORY_UNAVAILABLE', { reason: connection.failure.message })
      throw error
    }
  }

  /** The way to an open connection. Throws NOT_FOUND. */
  peer(id: string): Peer<ConnectionCalls> {
    const connection = this.open.get(id)
    if (!connection) throw new AppError('NOT_FOUND', { what: 'connection', id })
    return connection.handle.peer
  }

  /** Disconnects and ends the worker, with everything on disk. */
  async close(id: string): Promise<void> {
    const connection = this.open.get(id)
    if (!connection || connection.closing) return
    connection.closing = true
    const late = new Promise((resolve) => setTimeout(resolve, SHUT_DOWN_TIMEOUT).unref())
    await Promise.race([connection.handle.peer.call('shutDown', null).catch(() => undefined), late])
    await connection.handle.terminate()
    this.open.delete(id)
    this.events.closed(id)
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.open.keys()].map((id) => this.close(id)))
  }

  private start(id: string): WorkerHandle<ConnectionCalls> {
    const news: ConnectionNews = {
      status: (status) => {
        const connection = this.open.get(id)
        if (!connection) return
        connection.status = status
        this.events.status(status)
      },
      stats: (stats) => this.events.stats(stats),
      frame: (frame) => this.events.frame(frame)
    }
    const data: ConnectionData = { profileId: id, historyPath: this.historyPath(id) }
    const handle = this.spawn<ConnectionCalls>(workerPath, news, data)
    handle.onExit((error) => this.ended(id, error))
    return handle
  }

  /** A worker that ends unasked leaves its tab, which says so and can be connected again. */
  private ended(id: string, error: Error | null): void {
    const connection = this.open.get(id)
    if (!connection || connection.closing) return
    connection.failure = error
    this.open.delete(id)
    const { status } = connection
    if (!status) return
    this.events.status({
      ...status,
      state: 'failed',
      since: Date.now(),
      retryAt: null,
      connack: null,
      fault: { kind: 'crashed', message: error?.message ?? 'the worker ended' }
    })
  }
}
