import type { EventPayload } from '../../../shared/contract'
import type {
  CheckFailure,
  CheckFileHead,
  CheckFileRun,
  CheckOutcome,
  CheckProblem,
  CheckRun,
  CheckSelection
} from '../../../shared/contract/checks'
import type { Words } from '../../../shared/contract/sentence'
import type { FileNews } from './check-functions'
import type { CheckResult, FileResult, RunResult } from './result'

interface Entry {
  head: Pick<CheckFileRun, 'collection' | 'path' | 'name'>
  state: CheckFileRun['state']
  planned: number
  running: CheckFileRun['running']
  result: FileResult
}

/** What is known of a run, while it goes on and afterwards. */
export class RunBook {
  readonly startedAt = Date.now()
  private readonly began = performance.now()
  private readonly entries: Entry[]
  private state: CheckRun['state'] = 'running'
  private fault: Words | null = null
  private took: number | null = null

  constructor(
    readonly id: string,
    selection: CheckSelection,
    heads: readonly (CheckFileHead | undefined)[]
  ) {
    this.entries = selection.map(({ collection, path, only }, index) => {
      const name = heads[index]?.name ?? path
      return {
        head: { collection, path, name },
        ...{ state: 'waiting', running: null },
        planned: plannedOf(heads[index], only),
        result: { file: path, name, duration: 0, checks: [], problems: [] }
      }
    })
  }

  get isRunning(): boolean {
    return this.state === 'running' || this.state === 'cancelling'
  }

  /** Share of the checks that have ended, 0 to 1. */
  get share(): number {
    const planned = this.entries.reduce((sum, each) => sum + each.planned, 0)
    const done = this.entries.reduce((sum, { result }) => sum + result.checks.length, 0)
    return planned === 0 ? 0 : Math.min(1, done / planned)
  }

  take(news: readonly FileNews[]): EventPayload<'checks.progress'> {
    const files = news.flatMap(({ index, planned, running, checks, end }) => {
      const entry = this.entries[index]
      if (!entry) return []
      const from = entry.result.checks.length
      entry.state = end ? 'done' : 'running'
      entry.running = running
      entry.result.checks.push(...checks)
      if (planned !== null) entry.planned = planned
      if (end) {
        const { duration, problems } = end
        Object.assign(entry.result, { duration, problems })
        entry.planned = entry.result.checks.length
      }
      return [{ index, from, ...stateOf(entry), outcomes: checks.map(outcomeOf) }]
    })
    return { ...this.head(), files }
  }

  /** It was asked to end. */
  cancel(): EventPayload<'checks.progress'> {
    if (this.state === 'running') this.state = 'cancelling'
    return { ...this.head(), files: [] }
  }

  /** Its end. Checks that were running have not ended; `fault`: why it ended by itself. */
  end(fault: Words | null): EventPayload<'checks.progress'> {
    this.state = fault !== null ? 'broken' : this.state === 'cancelling' ? 'cancelled' : 'done'
    this.fault = fault
    this.took = performance.now() - this.began
    const open = this.entries.flatMap((entry, index) => {
      if (entry.state === 'done') return []
      const from = entry.result.checks.length
      const { running } = entry
      const lost: CheckResult[] = running
        ? [{ ...running, status: 'skipped', duration: 0, failure: null }]
        : []
      entry.result.checks.push(...lost)
      entry.running = null
      entry.state = 'done'
      return [{ index, from, ...stateOf(entry), outcomes: lost.map(outcomeOf) }]
    })
    return { ...this.head(), files: open }
  }

  failure(file: number, outcome: number): CheckFailure | null {
    const failure = this.entries[file]?.result.checks[outcome]?.failure
    if (!failure) return null
    const { recording: _recording, ...rest } = failure
    return rest
  }

  /** The first failure or problem; null: everything passed. */
  firstFault(): CheckProblem | null {
    for (const { result } of this.entries) {
      const [problem] = result.problems
      if (problem) return problem
      const failed = result.checks.find(({ failure }) => failure)?.failure
      if (failed) return failed
    }
    return this.fault === null ? null : { sentence: this.fault, file: this.entries[0]!.head.path, line: null }
  }

  get counts(): { passed: number; failed: number; skipped: number } {
    const checks = this.entries.flatMap(({ result }) => result.checks)
    const count = (status: CheckResult['status']): number =>
      checks.filter((check) => check.status === status).length
    return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }
  }

  run(): CheckRun {
    return {
      ...this.head(),
      files: this.entries.map((entry) => ({
        ...entry.head,
        ...stateOf(entry),
        outcomes: entry.result.checks.map(outcomeOf)
      }))
    }
  }

  /** As `treetop test` reports it. */
  report(): RunResult {
    const { startedAt, duration, state } = this.head()
    return {
      files: this.entries.map(({ result }) => result),
      startedAt,
      duration,
      interrupted: state !== 'done'
    }
  }

  private head(): Omit<CheckRun, 'files'> {
    const { id, state, fault, startedAt } = this
    return { id, state, fault, startedAt, duration: this.took ?? performance.now() - this.began }
  }
}

function stateOf({
  state,
  planned,
  running,
  result
}: Entry): Omit<CheckFileRun, 'collection' | 'path' | 'name' | 'outcomes'> {
  const { duration, problems } = result
  return { state, planned, running, duration, problems }
}

function outcomeOf({ name, check, status, duration }: CheckResult): CheckOutcome {
  return { name, check, status, duration }
}

function plannedOf(head: CheckFileHead | undefined, only: readonly string[] | null): number {
  if (!head) return 1
  const wanted = only && new Set(only)
  return head.checks.reduce((sum, { name, rows }) => sum + (!wanted || wanted.has(name) ? rows : 0), 0)
}
