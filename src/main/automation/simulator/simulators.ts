import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type { CallInput, CallOutput, CallsOf } from '../../../shared/contract'
import type { Profile } from '../../../shared/contract/profiles'
import type { SavedSimulator, SimulatorStatus } from '../../../shared/contract/simulators'
import { readableText } from '../../../shared/readable-text'
import type { Secrets } from '../../mqtt/options'
import type { SpawnWorker, WorkerHandle } from '../../worker'
import { masked } from '../collections/variables'
import { checked, type CheckedSimulator, type Surroundings } from './check'
import type { SimulatorPlan } from './plan'
import type { SimulatorFunctions, SimulatorNews } from './serve'
import workerPath from './worker?modulePath'

interface Around {
  spawn: SpawnWorker
  /** A collection as a simulator sees it, and what it is called. `secrets` collects those that are read. Throws NOT_FOUND. */
  surroundings(collection: string, path: string, secrets: Set<string>): Surroundings & { name: string }
  /** A profile with what it needs to connect; the local broker is started. Throws NOT_FOUND and the errors of `broker.start`. */
  place(profileId: string): Promise<{ profile: Profile; secrets: Secrets }>
}

interface Entry {
  status: SimulatorStatus
  worker: WorkerHandle<SimulatorFunctions> | null
}

const ENDED_KEPT = 20
/** Characters of a payload that a preview shows. */
const SHOWN = 2_000
/** Minimum interval between two events, in ms. */
const TELL_EVERY = 250
/** V8's young generation of a simulator's thread, in MB: each message is short-lived. */
const YOUNG = 64

/** The simulators that run, each in a thread of its own. */
export class Simulators extends EventEmitter<{ changed: [SimulatorStatus[]] }> {
  private readonly entries = new Map<string, Entry>()
  private timer: NodeJS.Timeout | null = null

  constructor(private readonly around: Around) {
    super()
  }

  calls(): CallsOf<'main', 'simulators'> {
    return {
      'simulators.preview': ({ collection, path, simulator }) => this.preview(collection, path, simulator),
      'simulators.start': (input) => this.start(input),
      'simulators.list': () => this.list(),
      'simulators.stop': ({ id }) => {
        for (const { worker } of this.chosen(id, false)) worker?.peer.notify('stop', null)
      },
      'simulators.dismiss': ({ id }) => {
        for (const { status } of this.chosen(id, true)) this.entries.delete(status.id)
        this.tell()
      }
    }
  }

  /** Ends all threads. */
  async stop(): Promise<void> {
    await Promise.all([...this.entries.values()].map(({ worker }) => worker?.terminate()))
  }

  private preview(
    collection: string,
    path: string,
    simulator: SavedSimulator
  ): CallOutput<'simulators.preview'> {
    const secrets = new Set<string>()
    const { faults, clientId, messages, plan } = this.check(collection, path, simulator, secrets)
    return {
      faults: faults.map((fault) => ({
        ...fault,
        template: fault.template && { ...fault.template, detail: masked(fault.template.detail, secrets) }
      })),
      clientId: masked(clientId, secrets),
      messages: messages.flatMap((made) =>
        'faults' in made
          ? []
          : [
              {
                topic: masked(made.topic, secrets),
                payload: masked(readableText(made.payload, SHOWN), secrets)
              }
            ]
      ),
      asked: plan.messages.reduce(
        (sum, { every }) => sum + (every >= 1 ? (plan.clients * 1_000) / every : 0),
        0
      ),
      columns: (plan.rows?.[0] ?? []).map(([name]) => name)
    }
  }

  private check(
    collection: string,
    path: string,
    simulator: SavedSimulator,
    secrets: Set<string>
  ): CheckedSimulator & { name: string } {
    const around = this.around.surroundings(collection, path, secrets)
    return { ...checked(simulator, around), name: around.name }
  }

  private async start({
    collection,
    path,
    profileId,
    simulator
  }: CallInput<'simulators.start'>): Promise<CallOutput<'simulators.start'>> {
    const { faults, plan, name } = this.check(collection, path, simulator, new Set())
    if (faults.length > 0) return { faults }
    const { profile, secrets } = await this.around.place(profileId)
    const id = randomUUID()
    const { clients } = plan
    const entry: Entry = {
      worker: null,
      status: {
        ...{ id, collection, path, name, target: { id: profileId, name: profile.name }, clients },
        ...{ state: 'connecting', end: null, startedAt: Date.now(), endedAt: null },
        ...{ connected: 0, connecting: 0, failed: 0, failures: [], asked: 0, rate: 0, held: null },
        ...{ sent: 0, acknowledged: 0, missed: 0, lateness: { mean: 0, p99: 0, max: 0 } }
      }
    }
    this.entries.set(id, entry)
    const news: SimulatorNews = { status: (status) => this.told(entry, status) }
    const given: SimulatorPlan = { ...plan, profile, secrets }
    const worker = this.around.spawn<SimulatorFunctions>(workerPath, news, given, YOUNG)
    entry.worker = worker
    worker.onExit(() => {
      entry.worker = null
      if (entry.status.state === 'ended') return
      entry.status = {
        ...entry.status,
        state: 'ended',
        end: 'crashed',
        endedAt: Date.now(),
        connected: 0,
        connecting: 0
      }
      this.tell()
    })
    this.tell()
    return { faults: [] }
  }

  private told(entry: Entry, status: Parameters<SimulatorNews['status']>[0]): void {
    entry.status = { ...entry.status, ...status }
    if (status.state !== 'ended') {
      this.timer ??= setTimeout(() => this.tell(), TELL_EVERY).unref()
      return
    }
    // The last DISCONNECTs leave before the thread ends.
    setTimeout(() => void entry.worker?.terminate(), 1_500).unref()
    for (const { status: old } of this.chosen(null, true).slice(0, -ENDED_KEPT)) this.entries.delete(old.id)
    this.tell()
  }

  private list(): SimulatorStatus[] {
    return [...this.entries.values()].map(({ status }) => status)
  }

  private chosen(id: string | null, ended: boolean): Entry[] {
    return [...this.entries.values()].filter(
      ({ status }) => (id === null || status.id === id) && (status.state === 'ended') === ended
    )
  }

  private tell(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    this.emit('changed', this.list())
  }
}
