import { EventEmitter } from 'node:events'
import type { Job, JobKind } from '../../shared/contract/jobs'
import type { Profile } from '../../shared/contract/profiles'
import type { RetainedFault } from '../../shared/contract/retained'
import { nothingCopied, type SubtreeOutcome, type SubtreeStatus } from '../../shared/contract/subtree'
import { AppError } from '../../shared/errors'
import type { Jobs, RunningJob } from '../jobs/jobs'
import type { Secrets } from '../mqtt/options'
import { UNDO_BYTES, type Cleared } from '../retained/clear'
import { askQos, type WorkContext } from '../retained/look-up'
import { ProbeError, RetainedProbe } from '../retained/probe'
import { nothingPasted, paste, placed, undoPaste, type Pasted } from './paste'

/** The most messages and payload bytes of a copy. */
const MOST_MESSAGES = 250_000
const MOST_BYTES = UNDO_BYTES
/** Topics that are left out and named. */
const NAMED = 100

/** How to reach a broker. */
export interface Access {
  profile: Profile
  secrets: Secrets
}

type Context = Pick<WorkContext, 'progress' | 'signal'>

/** The copied retained messages of a subtree, and the last paste of them, with what an undo needs. Everything is in memory. */
export class Subtree extends EventEmitter<{ status: [SubtreeStatus] }> {
  private copied = new Map<string, Cleared>()
  private pasted: Pasted = new Map()
  private status = nothingCopied

  constructor(private readonly jobs: Jobs) {
    super()
  }

  /** Copies the retained messages of a topic and below it. Throws RETAINED_BUSY. */
  copy({ name, topic, ...access }: Access & { name: string; topic: string }): Job {
    const { host, port } = access.profile
    const source = { name, topic, address: `${host}:${port}` }
    return this.begin('copySubtree', { source, copyFault: null, outcome: null }, async (context) => {
      const messages = new Map<string, Cleared>()
      const left: string[] = []
      let leftOut = 0
      let bytes = 0
      const filter = topic === '' ? '#' : `${topic}/#`
      try {
        await withProbe(access, context, async (probe) => {
          await probe.collect(
            [filter],
            0,
            (message) => {
              const { topic: found, payload, properties } = message
              const size = bytes + payload.length - (messages.get(found)?.payload.length ?? 0)
              if (size > MOST_BYTES || (messages.size >= MOST_MESSAGES && !messages.has(found))) {
                leftOut++
                if (left.length < NAMED) left.push(found)
                return
              }
              bytes = size
              messages.set(found, { payload: Buffer.from(payload), qos: 0, properties })
              context.progress('asking', messages.size, null)
            },
            context.signal
          )
          const learn = ({
            topic: found,
            payload,
            qos
          }: {
            topic: string
            payload: Buffer
            qos: Cleared['qos']
          }): void => {
            const message = messages.get(found)
            if (message?.payload.equals(payload)) message.qos = qos
          }
          await askQos(probe, filter, messages, learn, context)
        })
      } catch (error) {
        if (!context.signal.aborted) this.change({ copyFault: faultOf(error) })
        throw error instanceof ProbeError ? new AppError('RETAINED_FAILED', {}) : error
      }
      this.copied = messages
      const copy = {
        name,
        topic,
        messages: messages.size,
        bytes,
        at: Date.now(),
        leftOut,
        leftOutTopics: left
      }
      this.change({ copy, copyFault: null })
    })
  }

  /** Publishes the copy. Throws NOT_FOUND, RETAINED_BUSY. */
  paste({ remove, add, ...access }: Access & { remove: string; add: string }): Job {
    if (!this.status.copy) throw new AppError('NOT_FOUND', { what: 'copy', id: '' })
    const { copied } = this
    return this.publishing(
      'pasteSubtree',
      nothingPasted('paste', copied.size),
      access,
      async (probe, outcome, context) => {
        const messages = placed(copied, { remove, add }, outcome)
        const { pasted, notKept } = await paste(probe, messages, outcome, context)
        this.pasted = pasted
        this.change({ undo: pasted.size === 0 ? null : { messages: pasted.size, conflicts: 0 }, notKept })
      }
    )
  }

  /** Puts back what was there before the last paste. Throws NOT_FOUND, RETAINED_BUSY. */
  undo({ overwrite, ...access }: Access & { overwrite: boolean }): Job {
    const { pasted } = this
    if (pasted.size === 0) throw new AppError('NOT_FOUND', { what: 'undo', id: '' })
    return this.publishing(
      'undoPaste',
      nothingPasted('undo', pasted.size),
      access,
      async (probe, outcome, context) => {
        const conflicts = await undoPaste(probe, pasted, overwrite, outcome, context)
        this.change({ undo: pasted.size === 0 ? null : { messages: pasted.size, conflicts: conflicts.size } })
      }
    )
  }

  /** Throws RETAINED_BUSY. */
  clear(): void {
    if (this.status.job !== null) throw new AppError('RETAINED_BUSY', {})
    this.copied = new Map()
    this.pasted = new Map()
    this.change(nothingCopied)
  }

  private publishing(
    kind: JobKind,
    outcome: SubtreeOutcome,
    access: Access,
    work: (probe: RetainedProbe, outcome: SubtreeOutcome, context: Context) => Promise<void>
  ): Job {
    return this.begin(kind, { outcome: null }, async (context) => {
      try {
        await withProbe(access, context, (probe) => work(probe, outcome, context))
      } catch (error) {
        outcome.end = context.signal.aborted ? 'cancelled' : 'failed'
        if (!context.signal.aborted) outcome.fault = faultOf(error)
      }
      this.change({ outcome })
      if (outcome.end === 'failed') throw new AppError('RETAINED_FAILED', {})
      context.signal.throwIfAborted()
    })
  }

  private begin(
    kind: JobKind,
    change: Partial<SubtreeStatus>,
    work: (context: Context) => Promise<void>
  ): Job {
    if (this.status.job !== null) throw new AppError('RETAINED_BUSY', {})
    const run = async ({ signal, report }: RunningJob): Promise<null> => {
      const progress: WorkContext['progress'] = (_step, done, total) =>
        report({ messages: done, progress: total === null ? 0 : Math.min(1, done / total) })
      await work({ progress, signal })
      return null
    }
    const job = this.jobs.start(kind, run, { ended: () => this.change({ job: null }) })
    this.change({ job: job.id, ...change })
    return job
  }

  private change(change: Partial<SubtreeStatus>): void {
    this.status = { ...this.status, ...change }
    this.emit('status', this.status)
  }
}

/** Runs work with a client of its own. Throws ProbeError, or the signal's reason. */
async function withProbe<T>(
  { profile, secrets }: Access,
  { signal }: Context,
  work: (probe: RetainedProbe) => Promise<T>
): Promise<T> {
  const probe = await RetainedProbe.open(profile, secrets, () => undefined, signal)
  try {
    return await work(probe)
  } finally {
    await probe.end()
  }
}

function faultOf(error: unknown): RetainedFault {
  if (error instanceof ProbeError) return error.fault
  return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) }
}
