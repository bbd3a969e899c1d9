import { EventEmitter } from 'node:events'
import type {
  RetainedFault,
  RetainedOutcome,
  RetainedPlan,
  RetainedRow,
  RetainedScope,
  RetainedStatus,
  RetainedWork
} from '../../shared/contract/retained'
import type { Profile } from '../../shared/contract/profiles'
import type { CallInput, CallsOf } from '../../shared/contract'
import { AppError } from '../../shared/errors'
import { compileFilter } from '../../shared/topic'
import type { Preview } from '../decode/preview'
import type { MessageStore } from '../history/store'
import type { Job, JobKind } from '../../shared/contract/jobs'
import type { Jobs, RunningJob } from '../jobs/jobs'
import type { Secrets } from '../mqtt/options'
import type { Recipient } from '../recorder/recorder'
import { clear, nothingDone, restore, UNDO_BYTES, type Cleared, type Done } from './clear'
import { entryOf, List, SortedEntries } from './list'
import { fromMarks, lookUp, type WorkContext } from './look-up'
import { addressOf, RetainedProbe, ProbeError } from './probe'

/** Progress is reported at most this often, in ms. */
const TELL_EVERY = 100

const jobKinds: Record<RetainedWork['kind'], JobKind> = {
  lookUp: 'lookUpRetained',
  clear: 'clearRetained',
  undo: 'restoreRetained'
}

/** What the connection provides to Retained. */
export interface RetainedContext {
  jobs: Jobs
  connectionId: string
  online: () => boolean
  store: () => MessageStore
  noteRetained: Recipient['noteRetained']
  preview: (topic: string, start: Uint8Array, size: number) => Preview
}

/**
 * The retained messages of a connection's broker: one list at a time, a dry run of a clearing, one piece of work at a time, and the
 * messages cleared last, until the next clearing or until the connection is closed.
 */
export class Retained extends EventEmitter<{ status: [RetainedStatus] }> {
  private access: { profile: Profile; secrets: Secrets } | null = null
  private list: List | null = null
  private plan: (SortedEntries & { number: number }) | null = null
  private work: RetainedWork | null = null
  private outcome: RetainedOutcome | null = null
  private cleared = new Map<string, Cleared>()
  private clearedBytes = 0
  private clearedFilter = ''
  private readonly conflicts = new Set<string>()
  private numbers = 0
  private timer: NodeJS.Timeout | null = null

  constructor(private readonly context: RetainedContext) {
    super()
  }

  /** Sets the profile to connect with. If it is for another broker, everything known about the previous one is discarded. */
  use(profile: Profile, secrets: Secrets): void {
    const before = this.access?.profile
    this.access = { profile, secrets }
    if (!before || addressOf(before) === addressOf(profile)) return
    this.cancel()
    this.list = null
    this.plan = null
    this.outcome = null
    this.keep(new Map(), '')
    this.tellNow()
  }

  calls(): CallsOf<'connection', 'retained'> {
    return {
      'retained.get': () => this.status,
      'retained.lookUp': ({ filter }) => this.lookUp(filter),
      'retained.rows': (wanted) => this.rows(wanted),
      'retained.plan': ({ list, scope }) => this.makePlan(list, scope),
      'retained.clear': ({ plan }) => this.clear(plan),
      'retained.undo': ({ overwrite }) => this.undo(overwrite),
      'retained.dismiss': () => this.dismiss()
    }
  }

  get status(): RetainedStatus {
    const { list, cleared } = this
    return {
      connectionId: this.context.connectionId,
      list: list && {
        number: list.number,
        filter: list.filter,
        messages: list.entries.size,
        bytes: list.bytes,
        asOf: list.asOf,
        cut: list.cut,
        fault: list.fault
      },
      work: this.work,
      outcome: this.outcome,
      undo:
        cleared.size === 0
          ? null
          : { messages: cleared.size, bytes: this.clearedBytes, conflicts: this.conflicts.size }
    }
  }

  /** Starts looking up the retained messages. Throws RETAINED_BUSY. */
  lookUp(filter: string): Job {
    return this.begin('lookUp', async (around) => {
      const list = new List(++this.numbers, filter, new Map())
      try {
        await this.visit(around, (visit) => lookUp(visit, list, around))
      } catch (error) {
        if (around.signal.aborted) return
        list.entries.clear()
        await fromMarks(list, faultOf(error), around)
      }
      this.list = list
      this.plan = null
    })
  }

  /** Throws NOT_FOUND. */
  rows({ list, plan, sort, first, count }: Omit<CallInput<'retained.rows'>, 'connectionId'>): RetainedRow[] {
    const entries = plan === null ? this.listOf(list) : this.planOf(plan)
    return entries.rows(sort, first, count, ({ topic, start, size }) =>
      this.context.preview(topic, start, size)
    )
  }

  /** Lists the messages that would be cleared. Throws NOT_FOUND, RETAINED_BUSY. */
  makePlan(list: number, scope: RetainedScope): RetainedPlan {
    if (this.work) throw new AppError('RETAINED_BUSY', {})
    const { entries, leftOut } = this.listOf(list).within(scope)
    const plan = Object.assign(new SortedEntries(entries), { number: ++this.numbers })
    this.plan = plan
    return {
      number: plan.number,
      messages: entries.size,
      bytes: plan.bytes,
      leftOut,
      undoBytes: UNDO_BYTES
    }
  }

  /** Starts clearing the messages of a dry run. Throws NOT_FOUND, RETAINED_BUSY. */
  clear(number: number): Job {
    const { byTopic } = this.planOf(number)
    const { list } = this
    // A list built from marks is not reliable enough to clear messages, or to restore them.
    if (!list || list.fault) throw new AppError('NOT_FOUND', { what: 'list', id: String(number) })
    return this.begin('clear', async (around) => {
      const kept = new Map<string, Cleared>()
      const done = await this.visitOr(
        nothingDone('clear', byTopic.size),
        new Set<string>(),
        around,
        (visit) => clear(visit, byTopic, list.filter, kept, around)
      )
      this.plan = null
      if (kept.size > 0) this.keep(kept, list.filter)
      for (const topic of done) list.entries.delete(topic)
      list.changed()
    })
  }

  /** Starts publishing the messages cleared last again. Throws NOT_FOUND, RETAINED_BUSY. */
  undo(overwrite: boolean): Job {
    const { cleared, list } = this
    if (cleared.size === 0) throw new AppError('NOT_FOUND', { what: 'undo', id: '' })
    return this.begin('undo', async (around) => {
      const done = await this.visitOr(
        nothingDone('undo', cleared.size),
        new Map<string, Cleared>(),
        around,
        (visit) => restore(visit, cleared, this.clearedFilter, overwrite, this.conflicts, around)
      )
      const matches = compileFilter(list?.filter ?? '')
      for (const [topic, message] of done) {
        if (list && !list.fault && matches(topic)) list.entries.set(topic, entryOf(topic, message, null))
      }
      this.keep(cleared, this.clearedFilter)
      list?.changed()
    })
  }

  /** Cancels the current work, which still waits for messages already sent. */
  cancel(): void {
    if (this.work) this.context.jobs.cancel(this.work.job)
  }

  dismiss(): void {
    this.outcome = null
    this.tellNow()
  }

  /** Starts work as a job. Throws RETAINED_BUSY if other work is running. */
  private begin(kind: RetainedWork['kind'], work: (around: WorkContext) => Promise<void>): Job {
    if (this.work) throw new AppError('RETAINED_BUSY', {})
    const { store, noteRetained, jobs } = this.context
    const run = async ({ id, signal, report }: RunningJob): Promise<null> => {
      signal.addEventListener('abort', () => {
        if (this.work) this.work = { ...this.work, ending: true }
        this.tellNow()
      })
      const progress: WorkContext['progress'] = (step, done, total) => {
        this.work = { job: id, kind, step, done, total, ending: signal.aborted }
        this.timer ??= setTimeout(() => this.tellNow(), TELL_EVERY)
        report({ messages: done, progress: total === null ? 0 : Math.min(1, done / total) })
      }
      await work({ store, noteRetained, progress, signal })
      signal.throwIfAborted()
      if (this.outcome?.end === 'failed' || (kind === 'lookUp' && this.list?.fault))
        throw new AppError('RETAINED_FAILED', {})
      return null
    }
    const ended = (): void => {
      this.work = null
      this.tellNow()
    }
    const job = jobs.start(jobKinds[kind], run, { ended })
    this.work = { job: job.id, kind, step: 'asking', done: 0, total: null, ending: false }
    this.outcome = null
    this.tellNow()
    return job
  }

  /** Runs work with a second client. Throws ProbeError, or the signal's reason. */
  private async visit<T>(
    { signal, noteRetained }: WorkContext,
    work: (visit: RetainedProbe) => Promise<T>
  ): Promise<T> {
    const { access } = this
    if (!access || !this.context.online()) throw new ProbeError({ kind: 'offline' })
    const visit = await RetainedProbe.open(access.profile, access.secrets, noteRetained, signal)
    try {
      return await work(visit)
    } finally {
      await visit.end()
    }
  }

  /** Runs work that publishes, and stores its outcome even if it could not start. */
  private async visitOr<T>(
    nothing: RetainedOutcome,
    none: T,
    around: WorkContext,
    work: (visit: RetainedProbe) => Promise<Done<T>>
  ): Promise<T> {
    try {
      const came = await this.visit(around, work)
      this.outcome = came.outcome
      return came.done
    } catch (error) {
      const cancelled = around.signal.aborted && !(error instanceof ProbeError)
      this.outcome = cancelled
        ? { ...nothing, end: 'cancelled' }
        : { ...nothing, end: 'failed', fault: faultOf(error) }
      return none
    }
  }

  private keep(cleared: Map<string, Cleared>, filter: string): void {
    if (cleared !== this.cleared) this.conflicts.clear()
    this.cleared = cleared
    this.clearedFilter = filter
    this.clearedBytes = 0
    for (const { payload } of cleared.values()) this.clearedBytes += payload.length
  }

  private listOf(number: number): List {
    if (this.list?.number !== number) throw new AppError('NOT_FOUND', { what: 'list', id: String(number) })
    return this.list
  }

  private planOf(number: number): SortedEntries {
    if (this.plan?.number !== number) throw new AppError('NOT_FOUND', { what: 'plan', id: String(number) })
    return this.plan
  }

  private tellNow(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    this.emit('status', this.status)
  }
}

function faultOf(error: unknown): RetainedFault {
  if (error instanceof ProbeError) return error.fault
  return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) }
}
