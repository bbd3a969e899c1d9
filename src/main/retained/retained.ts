import { EventEmitter } from 'node:events'
import type {
  RetainedFault,
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
import { Known } from './known'
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
  private known = new Known()
  private work: RetainedWork | null = null
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
    this.known = new Known()
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
    return { connectionId: this.context.connectionId, work: this.work, ...this.known.status }
  }

  /** Starts looking up the retained messages. Throws RETAINED_BUSY. */
  lookUp(filter: string): Job {
    return this.begin('lookUp', async (context, known) => {
      const list = new List(++this.numbers, filter, new Map())
      try {
        await this.withProbe(context, (probe) => lookUp(probe, list, context))
      } catch (error) {
        if (context.signal.aborted) return
        list.entries.clear()
        await fromMarks(list, faultOf(error), context)
      }
      known.list = list
      known.plan = null
    })
  }

  /** Throws NOT_FOUND. */
  rows({ list, plan, sort, first, count }: Omit<CallInput<'retained.rows'>, 'connectionId'>): RetainedRow[] {
    const entries = plan === null ? this.known.listOf(list) : this.known.planOf(plan)
    return entries.rows(sort, first, count, ({ topic, start, size }) =>
      this.context.preview(topic, start, size)
    )
  }

  /** Lists the messages that would be cleared. Throws NOT_FOUND, RETAINED_BUSY. */
  makePlan(list: number, scope: RetainedScope): RetainedPlan {
    if (this.work) throw new AppError('RETAINED_BUSY', {})
    const { entries, leftOut } = this.known.listOf(list).within(scope)
    const plan = Object.assign(new SortedEntries(entries), { number: ++this.numbers })
    this.known.plan = plan
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
    const { byTopic } = this.known.planOf(number)
    const { list } = this.known
    // A list built from marks is not reliable enough to clear messages, or to restore them.
    if (!list || list.fault) throw new AppError('NOT_FOUND', { what: 'list', id: String(number) })
    return this.begin('clear', async (context, known) => {
      const kept = new Map<string, Cleared>()
      const done = await this.publish(
        { outcome: nothingDone('clear', byTopic.size), done: new Set<string>() },
        context,
        known,
        (probe) => clear(probe, byTopic, list.filter, kept, context)
      )
      known.plan = null
      if (kept.size > 0) known.keep(kept, list.filter)
      for (const topic of done) list.entries.delete(topic)
      list.changed()
    })
  }

  /** Starts publishing the messages cleared last again. Throws NOT_FOUND, RETAINED_BUSY. */
  undo(overwrite: boolean): Job {
    const { cleared, clearedFilter, conflicts, list } = this.known
    if (cleared.size === 0) throw new AppError('NOT_FOUND', { what: 'undo', id: '' })
    return this.begin('undo', async (context, known) => {
      const done = await this.publish(
        { outcome: nothingDone('undo', cleared.size), done: new Map<string, Cleared>() },
        context,
        known,
        (probe) => restore(probe, { cleared, filter: clearedFilter, overwrite, conflicts }, context)
      )
      const matches = compileFilter(list?.filter ?? '')
      for (const [topic, message] of done) {
        if (list && !list.fault && matches(topic)) list.entries.set(topic, entryOf(topic, message, null))
      }
      known.keep(cleared, clearedFilter)
      list?.changed()
    })
  }

  /** Cancels the current work, which still waits for messages already sent. */
  cancel(): void {
    if (this.work) this.context.jobs.cancel(this.work.job)
  }

  dismiss(): void {
    this.known.outcome = null
    this.tellNow()
  }

  /** Starts work as a job. Throws RETAINED_BUSY if other work is running. */
  private begin(
    kind: RetainedWork['kind'],
    work: (context: WorkContext, known: Known) => Promise<void>
  ): Job {
    if (this.work) throw new AppError('RETAINED_BUSY', {})
    const { known } = this
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
      await work({ store, noteRetained, progress, signal }, known)
      signal.throwIfAborted()
      if (known.outcome?.end === 'failed' || (kind === 'lookUp' && known.list?.fault))
        throw new AppError('RETAINED_FAILED', {})
      return null
    }
    const ended = (): void => {
      this.work = null
      this.tellNow()
    }
    const job = jobs.start(jobKinds[kind], run, { ended })
    this.work = { job: job.id, kind, step: 'asking', done: 0, total: null, ending: false }
    known.outcome = null
    this.tellNow()
    return job
  }

  /** Runs work with a second client. Throws ProbeError, or the signal's reason. */
  private async withProbe<T>(
    { signal, noteRetained }: WorkContext,
    work: (probe: RetainedProbe) => Promise<T>
  ): Promise<T> {
    const { access } = this
    if (!access || !this.context.online()) throw new ProbeError({ kind: 'offline' })
    const probe = await RetainedProbe.open(access.profile, access.secrets, noteRetained, signal)
    try {
      return await work(probe)
    } finally {
      await probe.end()
    }
  }

  /** Runs work that publishes, and stores its outcome even if it could not start. */
  private async publish<T>(
    nothing: Done<T>,
    context: WorkContext,
    known: Known,
    work: (probe: RetainedProbe) => Promise<Done<T>>
  ): Promise<T> {
    try {
      const came = await this.withProbe(context, work)
      known.outcome = came.outcome
      return came.done
    } catch (error) {
      const cancelled = context.signal.aborted && !(error instanceof ProbeError)
      known.outcome = cancelled
        ? { ...nothing.outcome, end: 'cancelled' }
        : { ...nothing.outcome, end: 'failed', fault: faultOf(error) }
      return nothing.done
    }
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
