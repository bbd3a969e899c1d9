import { z } from 'zod'
import { call } from './define'

export const JobKind = z.enum([
  'export',
  'saveRecording',
  'openRecording',
  'clearHistory',
  'lookUpRetained',
  'clearRetained',
  'restoreRetained'
])
export type JobKind = z.infer<typeof JobKind>

/** What a job has made. */
export const JobResult = z.discriminatedUnion('kind', [
  /** Desktop: where the file is. Browser: where to download it, relative to the page. */
  z.object({ kind: z.literal('file'), path: z.string().nullable(), url: z.string().nullable() }),
  /** The recording that is open now. */
  z.object({ kind: z.literal('recording'), id: z.string() })
])
export type JobResult = z.infer<typeof JobResult>

/** Work that may take long, or waits for the person. The call that starts it answers with it at once. */
export const Job = z.object({
  id: z.string(),
  kind: JobKind,
  /** `choosing`: the person is choosing a file. A job that fails says why in `error`. */
  state: z.enum(['choosing', 'running', 'done', 'cancelled', 'failed']),
  /** Share of the work that is done, 0 to 1. */
  progress: z.number(),
  /** Messages written or removed so far. */
  messages: z.int(),
  /** Bytes written so far. */
  bytes: z.int(),
  /** An error's code and details (shared/errors.ts). */
  error: z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) }).nullable(),
  result: JobResult.nullable()
})
export type Job = z.infer<typeof Job>

/** A job goes on: it has not come to any of its ends. */
export function goesOn({ state }: Pick<Job, 'state'>): boolean {
  return state === 'choosing' || state === 'running'
}

/** The system's own words for why a job failed; '' when there are none. */
export function failureText({ details }: NonNullable<Job['error']>): string {
  const text = details.reason ?? details.message
  return typeof text === 'string' ? text : ''
}

export const jobCalls = {
  /** The jobs that go on, and the last ones that ended. */
  'jobs.list': call('main', z.void(), z.array(Job)),
  /** Cancels a job. One that has ended, or that cannot be cancelled, is left as it is. */
  'jobs.cancel': call('main', z.object({ id: z.string() }), z.void())
}

export const jobEvents = {
  /** At each change of its state, and at most every 100 ms while it makes progress. */
  'jobs.changed': Job
}
