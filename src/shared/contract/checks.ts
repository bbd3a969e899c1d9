import { z } from 'zod'
import { call } from './define'
import { Job } from './jobs'
import { Words } from './sentence'

/** Failures of one run whose messages and packets are kept. */
export const MOST_FAILURES = 200

/** What is wrong with a file. `line` is from 1; null: no line in particular. */
export const CheckProblem = z.object({ file: z.string(), line: z.int().nullable(), sentence: Words })
export type CheckProblem = z.infer<typeof CheckProblem>

/** A check as it is written. */
export const CheckHead = z.object({
  name: z.string(),
  line: z.int(),
  tags: z.array(z.string()),
  /** How often it runs, once for each row of its data; rows in a file of their own count as one. */
  rows: z.int()
})
export type CheckHead = z.infer<typeof CheckHead>

/** A `*.test.yaml` file of an open collection. */
export const CheckFileHead = z.object({
  collection: z.string(),
  /** Relative to the collection's folder, separated by `/`. */
  path: z.string(),
  name: z.string(),
  /** `local`, an address without its password, or the name of a profile. */
  broker: z.string(),
  checks: z.array(CheckHead),
  /** Not empty: it cannot be used, and has no checks. */
  problems: z.array(CheckProblem)
})
export type CheckFileHead = z.infer<typeof CheckFileHead>

export const CheckFolder = z.object({
  id: z.string(),
  name: z.string(),
  directory: z.string(),
  /** Why some of its files are not listed; null: all are. */
  fault: Words.nullable()
})
export type CheckFolder = z.infer<typeof CheckFolder>

export const CheckList = z.object({ folders: z.array(CheckFolder), files: z.array(CheckFileHead) })
export type CheckList = z.infer<typeof CheckList>

/** What came of a check, or of one row of its data. */
export const CheckOutcome = z.object({
  /** Its name, with the row. */
  name: z.string(),
  /** The name of the check in its file. */
  check: z.string(),
  /** `skipped`: the run ended before. */
  status: z.enum(['passed', 'failed', 'skipped']),
  /** ms. */
  duration: z.number()
})
export type CheckOutcome = z.infer<typeof CheckOutcome>

/** A file of a run. */
export const CheckFileRun = z.object({
  collection: z.string(),
  path: z.string(),
  name: z.string(),
  state: z.enum(['waiting', 'running', 'done']),
  /** Checks that are to run; an estimate while it waits. */
  planned: z.int(),
  /** The check that runs now. */
  running: z.object({ name: z.string(), check: z.string() }).nullable(),
  /** ms. */
  duration: z.number(),
  outcomes: z.array(CheckOutcome),
  /** Why it could not be used, or its broker not be reached. */
  problems: z.array(CheckProblem)
})
export type CheckFileRun = z.infer<typeof CheckFileRun>

export const CheckRunState = z.object({
  /** The job. */
  id: z.string(),
  /** `broken`: it ended by itself, and `fault` says why. */
  state: z.enum(['running', 'cancelling', 'done', 'cancelled', 'broken']),
  fault: Words.nullable(),
  /** ms since 1970 UTC. */
  startedAt: z.number(),
  /** ms; so far, while it runs. */
  duration: z.number()
})

export const CheckRun = CheckRunState.extend({ files: z.array(CheckFileRun) })
export type CheckRun = z.infer<typeof CheckRun>

/** Why a check failed, whole. */
export const CheckFailure = z.object({
  file: z.string(),
  line: z.int(),
  /** The step in a few words. */
  step: z.string(),
  sentence: Words,
  /** What came instead. */
  details: z.array(Words),
  /** As text, one a line. */
  messages: z.array(z.string()),
  packets: z.array(z.string()),
  /** The step has no packets: these are the last before it. */
  isBefore: z.boolean()
})
export type CheckFailure = z.infer<typeof CheckFailure>

const OfFile = z.object({ collection: z.string(), path: z.string().min(1) })

/** Files of a run. `only`: names of checks, or of checks with their rows; null: all of the file. */
export const CheckSelection = z
  .array(OfFile.extend({ only: z.array(z.string()).nullable() }))
  .min(1, 'REQUIRED')
  .max(5_000, 'TOO_MANY')
export type CheckSelection = z.infer<typeof CheckSelection>

export const checkCalls = {
  /** The files with checks in the open collections. From the first call on, `checks.changed` tells of changes. */
  'checks.list': call('main', z.void(), CheckList),
  /** The text of a file. Throws NOT_FOUND and FILE_UNREADABLE. */
  'checks.source': call('main', OfFile, z.string()),
  /**
   * Runs checks, with the active environment of the collections. One run at a time: `checks.state` is then the running one. Throws
   * CHECKS_RUNNING and NOT_FOUND.
   */
  'checks.run': call('main', z.object({ selection: CheckSelection }), Job),
  /** The running run, or the last one; null: none was. */
  'checks.state': call('main', z.void(), CheckRun.nullable()),
  /** The failure of an outcome of the last run; null: it is no failure, or of an earlier run. */
  'checks.failure': call(
    'main',
    z.object({ id: z.string(), file: z.int(), outcome: z.int() }),
    CheckFailure.nullable()
  ),
  /** The last run as `treetop test` reports it. Throws NOT_FOUND. */
  'checks.report': call(
    'main',
    z.object({ id: z.string(), format: z.enum(['junit', 'json']) }),
    z.object({ name: z.string(), text: z.string() })
  )
}

export const checkEvents = {
  'checks.changed': CheckList,
  /** At most every 100 ms. Outcomes are those from number `from` on. */
  'checks.progress': CheckRunState.extend({
    files: z.array(
      CheckFileRun.omit({ collection: true, path: true, name: true }).extend({
        index: z.int(),
        from: z.int()
      })
    )
  })
}
