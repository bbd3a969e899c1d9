import type { CheckList } from '../../../shared/contract/checks'
import type { Words } from '../../../shared/contract/sentence'
import type { SpawnWorker, WorkerHandle } from '../../worker'
import type { CheckFunctions, CheckNews, CheckRequest, CollectionPlace, FileNews } from './check-functions'
import { startLocalBroker } from './local-broker'
import { OwnBrokers } from './own-brokers'
import { reasonOf, said } from './said'
import type { BrokerAddress } from './session'
import workerPath from './worker?modulePath'

/** ms within which a cancelled run must end: its teardowns take up to 15 s. Then its thread is ended. */
const END_TIMEOUT = 20_000

interface Running {
  news: (files: FileNews[]) => void
  /** Its fault, or null. */
  ended: PromiseWithResolvers<Words | null>
}

/** The thread that reads and runs checks. It starts when it is first needed, and another one takes the place of one that crashes. */
export class CheckThread {
  private handle: WorkerHandle<CheckFunctions> | null = null
  private readonly runs = new Map<string, Running>()
  private readonly brokers: OwnBrokers

  constructor(
    private readonly spawn: SpawnWorker,
    /** Shown under `$SYS/broker/version` by brokers of a run. */
    version: string,
    /** The broker of a profile, by its name; null: there is none. */
    private readonly profile: (name: string) => Promise<BrokerAddress | null>
  ) {
    this.brokers = new OwnBrokers((settings) => startLocalBroker(settings, spawn, version))
  }

  list(places: CollectionPlace[]): Promise<CheckList> {
    return this.worker().peer.call('list', { places })
  }

  /** Resolves when the run has ended: with null, or the reason why it ended by itself. Never rejects. */
  async run(
    request: CheckRequest,
    cancelled: AbortSignal,
    news: (files: FileNews[]) => void
  ): Promise<Words | null> {
    const { id } = request
    const ended = Promise.withResolvers<Words | null>()
    let late: NodeJS.Timeout | null = null
    const cancel = (): void => {
      this.handle?.peer.notify('cancel', { id })
      late = setTimeout(() => void this.handle?.terminate(), END_TIMEOUT)
    }
    this.runs.set(id, { news, ended })
    cancelled.addEventListener('abort', cancel)
    try {
      const { peer } = this.worker()
      peer.notify('run', request)
      if (cancelled.aborted) cancel()
      return await ended.promise
    } catch (error) {
      return reasonOf(error)
    } finally {
      if (late) clearTimeout(late)
      cancelled.removeEventListener('abort', cancel)
      this.runs.delete(id)
    }
  }

  async stop(): Promise<void> {
    await this.handle?.terminate()
    await this.brokers.stopAll()
  }

  private worker(): WorkerHandle<CheckFunctions> {
    if (this.handle) return this.handle
    const local: CheckNews = {
      progress: ({ id, files }) => this.runs.get(id)?.news(files),
      ended: ({ id, fault }) => this.runs.get(id)?.ended.resolve(fault),
      startBroker: (settings) => this.brokers.start(settings),
      stopBroker: ({ number }) => this.brokers.stop(number),
      profile: ({ name }) => this.profile(name)
    }
    const handle = this.spawn<CheckFunctions>(workerPath, local)
    this.handle = handle
    handle.onExit((error) => {
      if (this.handle === handle) this.handle = null
      const fault = error?.message ?? said('failure_thread')
      for (const { ended } of this.runs.values()) ended.resolve(fault)
      void this.brokers.stopAll().catch(() => undefined)
    })
    return handle
  }
}
