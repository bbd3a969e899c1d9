import type { Clock } from './clock'
import type { Store } from './store'

/** What waits for a commit. */
export interface Waiting {
  committed(): void
  /** The store failed, so that what waited must not happen. */
  failed(): void
}

/**
 * Puts the store's changes of one turn of the event loop on disk together, and then does what waited for it: an acknowledgement leaves
 * after what it promises is on disk. After a failure the broker goes on without the store, and says so.
 */
export class GroupCommit {
  private waiting: Waiting[] = []
  private scheduled = false

  constructor(
    private kept: Store | null,
    private readonly clock: Clock,
    private readonly onFailure: (error: Error) => void
  ) {}

  /** null: sessions and retained messages are forgotten when the broker stops. */
  get store(): Store | null {
    return this.kept
  }

  /** Whether anything waits to be written. */
  get isOpen(): boolean {
    return this.kept !== null && this.kept.hasChanges
  }

  /** Does `work` once the changes made so far are on disk. Call it only while the commit is open. */
  then(work: Waiting): void {
    this.waiting.push(work)
    this.schedule()
  }

  /** Has the changes written although nobody waits for them. */
  schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    this.clock.soon(() => {
      this.scheduled = false
      this.commit()
    })
  }

  commit(): void {
    const { waiting, kept } = this
    this.waiting = []
    try {
      if (kept?.hasChanges) kept.commit()
    } catch (error) {
      this.kept = null
      kept?.close()
      for (const each of waiting) each.failed()
      this.onFailure(error as Error)
      return
    }
    for (const each of waiting) each.committed()
  }
}
