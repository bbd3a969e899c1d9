import type { RetainedOutcome, RetainedStatus } from '../../shared/contract/retained'
import { AppError } from '../../shared/errors'
import type { Cleared } from './clear'
import type { List, SortedEntries } from './list'

/** A dry run of a clearing. */
export type Plan = SortedEntries & { number: number }

/**
 * What is known about the retained messages of one broker. A profile that leads to another broker gets a new object, so work that is
 * still running for the previous broker changes nothing that is shown.
 */
export class Known {
  list: List | null = null
  plan: Plan | null = null
  outcome: RetainedOutcome | null = null
  cleared = new Map<string, Cleared>()
  clearedFilter = ''
  readonly conflicts = new Set<string>()
  private clearedBytes = 0

  /** Stores the messages cleared last, for an undo. */
  keep(cleared: Map<string, Cleared>, filter: string): void {
    if (cleared !== this.cleared) this.conflicts.clear()
    this.cleared = cleared
    this.clearedFilter = filter
    this.clearedBytes = 0
    for (const { payload } of cleared.values()) this.clearedBytes += payload.length
  }

  /** Throws NOT_FOUND. */
  listOf(number: number): List {
    if (this.list?.number !== number) throw new AppError('NOT_FOUND', { what: 'list', id: String(number) })
    return this.list
  }

  /** Throws NOT_FOUND. */
  planOf(number: number): Plan {
    if (this.plan?.number !== number) throw new AppError('NOT_FOUND', { what: 'plan', id: String(number) })
    return this.plan
  }

  get status(): Pick<RetainedStatus, 'list' | 'outcome' | 'undo'> {
    const { list, cleared } = this
    return {
      list: list && {
        number: list.number,
        filter: list.filter,
        messages: list.entries.size,
        bytes: list.bytes,
        asOf: list.asOf,
        cut: list.cut,
        fault: list.fault
      },
      outcome: this.outcome,
      undo:
        cleared.size === 0
          ? null
          : { messages: cleared.size, bytes: this.clearedBytes, conflicts: this.conflicts.size }
    }
  }
}
