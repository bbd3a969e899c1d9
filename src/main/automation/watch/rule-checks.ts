import type { CheckEnd, WatchedCheck } from '../../../shared/contract/watch'

/** A check that a rule asks the main thread to run. */
export interface AskedRun {
  id: string
  check: WatchedCheck
}

/** The checks that rules of a connection have asked for. A run may take minutes, so its end comes as news. */
export class RuleChecks {
  private readonly pending = new Map<string, (end: CheckEnd) => void>()
  private asked = 0

  constructor(private readonly ask: (run: AskedRun) => void) {}

  /** Resolves when the check has ended, or cannot run; never rejects. */
  run(check: WatchedCheck): Promise<CheckEnd> {
    const id = String(++this.asked)
    return new Promise((resolve) => {
      this.pending.set(id, resolve)
      this.ask({ id, check })
    })
  }

  ended(id: string, end: CheckEnd): void {
    this.pending.get(id)?.(end)
    this.pending.delete(id)
  }
}
