import type { RowWindow, TopicFilterSpec, TopicSort } from '../../shared/contract/topics'
import type { ReadValue } from './filter'
import type { ReadLast } from './topic-row'
import type { TopicNode } from './node'

/** What a view shows; see the contract's `topics.watch`. */
export interface ViewOptions {
  sort: TopicSort
  filter: TopicFilterSpec
  hidden: string[]
  flat: boolean
  pinned: string[]
  window: RowWindow
  selected: string | null
}

/** Branches to open and close. */
export interface BranchChange {
  expand: string[]
  collapse: string[]
  /** Opens this many levels and closes deeper ones; null: no change. */
  openTo: number | null
  /** A branch to open with everything below it; null: none. */
  openBelow: string | null
}

/** How a view reads a topic's last message. */
export interface ViewReaders {
  last: ReadLast
  value: ReadValue
  /** Whether a node exists for this view; if omitted, all do. */
  isThere?: (node: TopicNode) => boolean
}
