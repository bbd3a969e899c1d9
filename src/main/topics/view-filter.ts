import type { TopicFilterSpec } from '../../shared/contract/topics'
import { RegexTooSlow, TopicFilter, type ReadValue } from './filter'
import type { TopicNode } from './node'
import type { TopicTree } from './tree'

/** Last values are looked at again no more often than this (ms), nor for more than a twentieth of the time. */
const RECHECK_EVERY = 1_000
const RECHECK_SHARE = 20

/** A view's filter: the one whose matches are shown, and the one that is still being applied. */
export class Filtering {
  /** What is shown; null: everything. */
  current: TopicFilter | null = null
  /** The filter was given up: its regular expression takes too long. */
  tooSlow = false
  private upcoming: TopicFilter | null = null
  private recheckAt = 0

  constructor(
    private readonly tree: TopicTree,
    private readonly isHidden: (topic: string) => boolean,
    private readonly readValue: ReadValue,
    /** Other topics are to be shown, or it was given up. */
    private readonly changed: () => void
  ) {}

  get isUnderWay(): boolean {
    return this.upcoming !== null
  }

  /** Applies a filter; until that is done, what was shown before is shown. */
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

  /** Looks again at last values that the filter is over, as often as that stays cheap. */
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
      (error: unknown) => this.giveUp(error)
    )
  }

  private giveUp(error: unknown): void {
    if (!(error instanceof RegexTooSlow)) throw error
    this.upcoming = null
    this.tooSlow = true
    this.changed()
  }
}
