import type { RowWindow, TopicFilterSpec, TopicSort } from '../../shared/contract/topics'
import type { ReadValue } from './filter'
import type { ReadLast } from './row'
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

/** Branches to be opened and closed. */
export interface BranchChange {
  expand: string[]
  collapse: string[]
  /** Opens the first levels, and closes what is deeper; null: no. */
  openTo: number | null
  /** A branch to open with all below it; null: none. */
  openBelow: string | null
}

/** What a view reads of a topic's last message. */
export interface ViewReaders {
  last: ReadLast
  value: ReadValue
  /** Whether a node is to be seen at all; all are, where it is left out. */
  isThere?: (node: TopicNode) => boolean
}
