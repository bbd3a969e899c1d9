import type { CheckProblem } from '../../../shared/contract/checks'
import type { Words } from '../../../shared/contract/sentence'

/** Why a check failed. */
export interface Failure {
  file: string
  line: number
  /** The step in a few words: `expect home/lamp`. */
  step: string
  sentence: Words
  /** What came instead. */
  details: Words[]
  /** Messages that clients got since the check began, and packets of the step, as text. */
  messages: string[]
  packets: string[]
  /** The step has no packets: these are the last before it. */
  isBefore: boolean
  /** The recording that was written. */
  recording: string | null
}

export interface CheckResult {
  /** With its row of data, and the round. */
  name: string
  /** As it is written. */
  check: string
  status: 'passed' | 'failed' | 'skipped'
  /** ms. */
  duration: number
  failure: Failure | null
}

export interface FileResult {
  file: string
  name: string
  /** ms. */
  duration: number
  checks: CheckResult[]
  /** Why the file could not be used, or its broker not be reached; then its checks did not run. */
  problems: CheckProblem[]
}

export interface RunResult {
  files: FileResult[]
  /** ms since 1970 UTC. */
  startedAt: number
  /** ms. */
  duration: number
  /** It was ended before everything had run. */
  interrupted: boolean
}

export interface Totals {
  passed: number
  failed: number
  skipped: number
  /** Files that could not be used. */
  broken: number
}

export function totalsOf({ files }: RunResult): Totals {
  const count = (status: CheckResult['status']): number =>
    files.reduce((sum, { checks }) => sum + checks.filter((check) => check.status === status).length, 0)
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    broken: files.filter(({ problems }) => problems.length > 0).length
  }
}
