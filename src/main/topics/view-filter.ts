import type { TopicFilterSpec } from '../../shared/contract/topics'
import { RegexTooSlow, TopicFilter, type ReadValue } from './filter'
import type { TopicNode } from './node'
import type { TopicTree } from './tree'

/** Last values are rechecked at most this often (ms), and for at most a twentieth of the time. */
const RECHECK_EVERY = 1_000
const RECHECK_SHARE = 20

/** A view's filters: the one whose matches are shown, and the one still being applied. */
export class Filtering {
  /** The applied filter; null: everything is shown. */
  current: TopicFilter | null = null
  /** The filter was abandoned because its regular expression takes too long. */
  tooSlow = false
  private upcoming: TopicFilter | null = null
  private recheckAt = 0

  constructor(
    private readonly tree: TopicTree,
    private readonly isHidden: (topic: string) => boolean,
    private readonly readValue: ReadValue,
    /** Called when the matches changed or the filter was abandoned. */
    private readonly changed: () => void
  ) {}

  get isUnderWay(): boolean {
    return this.upcoming !== null
  }

  /** Applies a filter. Until it is applied, the previous matches stay visible. */
  start(spec: TopicFilterSpec): void {
    this.stop()
    this.tooSlow = false
    if (spec.text === '') {
      this.current = null
      this.changed()
      return
    }
    const upcoming = new TopicFilter(spec, this.isHidden, this.readValue)
    this.upcoming = upcoming
    upcoming.scan(this.tree).then(
      (finished) => {
        if (!finished || this.upcoming !== upcoming) return
        this.upcoming = null
        this.current = upcoming
        this.recheckAt = 0
        this.changed()
      },
      (error: unknown) => this.upcoming === upcoming && this.giveUp(error)
    )
  }

  stop(): void {
    this.upcoming?.cancel()
    this.upcoming = null
  }

  /** Whether a node is shown. */
  shows(node: TopicNode): boolean {
    return this.current?.shows(node) ?? true
  }

  /** Rechecks the last values that the filter searches, as often as that stays cheap. */
  recheck(): void {
    const { current } = this
    if (!current?.isMoving || Date.now() < this.recheckAt) return
    const started = performance.now()
    this.recheckAt = Infinity
    current.recheck(this.tree).then(
      (changed) => {
        const took = performance.now() - started
        this.recheckAt = Date.now() + Math.max(RECHECK_EVERY, RECHECK_SHARE * took)
        if (changed && this.current === current) this.changed()
      },
      // A filter that has been replaced, or is about to be, no longer matters.
      (error: unknown) => this.current === current && !this.upcoming && this.giveUp(error)
    )
  }

  private giveUp(error: unknown): void {
    if (!(error instanceof RegexTooSlow)) throw error
    this.upcoming = null
    this.tooSlow = true
    this.changed()
  }
}
