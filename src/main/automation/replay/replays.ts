import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type { CallsOf } from '../../../shared/contract'
import { isSameHistory, type HistoryRef } from '../../../shared/contract/histories'
import { goesOn, type Job } from '../../../shared/contract/jobs'
import { LOCAL_PROFILE_ID } from '../../../shared/contract/profiles'
import type {
  ReplayOptions,
  ReplayRequest,
  ReplaySelection,
  ReplayStatus
} from '../../../shared/contract/replay'
import { AppError } from '../../../shared/errors'
import type { Peer } from '../../../shared/rpc/peer'
import type { ReplayPage } from './message'

/** What the thread that reads histories does for a replay. */
interface ReplayReader {
  beginReplay(input: { id: string; path: string; selection: ReplaySelection }): void
  replayPage(input: { id: string }): ReplayPage
  endReplay(input: { id: string }): void
}

/** What the worker of a connection does for a replay. */
interface ReplayPublisher {
  startReplay(input: { id: string; source: string; options: ReplayOptions }): Job
  controlReplay(input: { id: string; action: 'pause' | 'resume' | 'step' }): void
}

/** The other services, as far as a replay needs them. */
interface Around {
  archive: { peer(): Peer<ReplayReader> }
  /** Throws NOT_FOUND for one that is not open. */
  connections: { peer(id: string): Peer<ReplayPublisher> }
  /** Throws NOT_FOUND for a recording that is not open. */
  histories: { settled(history: HistoryRef): Promise<string> }
  broker: { startConnected(): Promise<void> }
  /** Throws NOT_FOUND. */
  sourceName(history: HistoryRef): string
}

/** Connects a replay's ends: the thread that reads the history, and the worker of the connection that publishes. */
export class Replays extends EventEmitter<{ changed: [ReplayStatus] }> {
  /** The replays that go on, by job. */
  private readonly running = new Map<
    string,
    { reading: string; target: string; status: ReplayStatus | null }
  >()

  constructor(private readonly around: Around) {
    super()
  }

  calls(): CallsOf<'main', 'replay'> {
    return {
      'replay.list': () => [...this.running.values()].flatMap(({ status }) => status ?? []),
      'replay.start': (request) => this.start(request),
      'replay.control': ({ id, action }) => {
        const found = this.running.get(id)
        if (found) this.around.connections.peer(found.target).notify('controlReplay', { id, action })
      }
    }
  }

  /** Reads the next messages for a connection's worker. Throws HISTORY_UNAVAILABLE, CHANNEL_CLOSED. */
  page(id: string): Promise<ReplayPage> {
    return this.around.archive.peer().call('replayPage', { id })
  }

  /** What a connection's worker reports. */
  told(status: ReplayStatus): void {
    const found = this.running.get(status.id)
    if (found) found.status = status
    this.emit('changed', status)
  }

  /** Call for each change of a job. */
  jobChanged(job: Job): void {
    const found = this.running.get(job.id)
    if (!found || goesOn(job)) return
    this.running.delete(job.id)
    this.endReading(found.reading)
  }

  private async start({ history, target, intoSource, selection, options }: ReplayRequest): Promise<Job> {
    // The target records what it publishes, and what comes back: the next replay would have everything twice.
    if (isSameHistory(history, { kind: 'connection', id: target }) && !intoSource)
      throw new AppError('REPLAY_INTO_SOURCE', {})
    if (target === LOCAL_PROFILE_ID) await this.around.broker.startConnected()
    const connection = this.around.connections.peer(target)
    const source = this.around.sourceName(history)
    const path = await this.around.histories.settled(history)
    const reading = randomUUID()
    await this.around.archive.peer().call('beginReplay', { id: reading, path, selection })
    try {
      const job = await connection.call('startReplay', { id: reading, source, options })
      this.running.set(job.id, { reading, target, status: null })
      return job
    } catch (error) {
      this.endReading(reading)
      throw error
    }
  }

  private endReading(id: string): void {
    this.around.archive.peer().notify('endReplay', { id })
  }
}
