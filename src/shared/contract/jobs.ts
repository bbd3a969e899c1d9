import { z } from 'zod'
import { ConnectionFault } from './connections'
import { call } from './define'
import { LeftBehind, ServerKind } from './left-behind'
import { MqttVersion } from './profiles'

export const JobKind = z.enum([
  'export',
  'saveRecording',
  'openRecording',
  'clearHistory',
  'lookUpRetained',
  'clearRetained',
  'restoreRetained',
  'moveToServer',
  'probe',
  'testConnection',
  'copySubtree',
  'pasteSubtree',
  'undoPaste',
  'replay',
  'checks'
])
export type JobKind = z.infer<typeof JobKind>

/** The result of a job. */
export const JobResult = z.discriminatedUnion('kind', [
  /** Desktop: path of the file. Browser: URL to download it from, relative to the page. */
  z.object({ kind: z.literal('file'), path: z.string().nullable(), url: z.string().nullable() }),
  /** The recording that was opened. */
  z.object({ kind: z.literal('recording'), id: z.string() }),
  /** The folder for a server. */
  z.object({ kind: z.literal('server'), server: ServerKind, path: z.string(), left: LeftBehind }),
  /** A broker's capability sheet. */
  z.object({ kind: z.literal('probe'), profileId: z.string(), sheetId: z.string() }),
  /** Whether a broker accepted a connection (`fault`: why not), and how long that took, in ms. */
  z.object({
    kind: z.literal('connectionTest'),
    fault: ConnectionFault.nullable(),
    version: MqttVersion,
    took: z.number()
  })
])
export type JobResult = z.infer<typeof JobResult>

/** Work that may take long or wait for the user. The call that starts it returns it at once. */
export const Job = z.object({
  id: z.string(),
  kind: JobKind,
  /** `choosing`: the user is choosing a file. `failed`: `error` says why. */
  state: z.enum(['choosing', 'running', 'done', 'cancelled', 'failed']),
  /** Share of the work done so far, 0 to 1. */
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

/** Whether a job is still in progress. */
export function goesOn({ state }: Pick<Job, 'state'>): boolean {
  return state === 'choosing' || state === 'running'
}

/** The system's message about a failure; '' if there is none. */
export function failureText({ details }: NonNullable<Job['error']>): string {
  const text = details.reason ?? details.message
  return typeof text === 'string' ? text : ''
}

export const jobCalls = {
  /** The jobs in progress, and the last ones that ended. */
  'jobs.list': call('main', z.void(), z.array(Job)),
  /** Cancels a job. Has no effect if the job has ended or cannot be cancelled. */
  'jobs.cancel': call('main', z.object({ id: z.string() }), z.void())
}

export const jobEvents = {
  /** Sent at each change of state, and at most every 100 ms while the job makes progress. */
  'jobs.changed': Job
}
