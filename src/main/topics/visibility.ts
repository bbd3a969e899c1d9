import type { Expansion } from './expansion'
import { type ExpansionPlace } from './expansion'
import type { Filtering } from './view-filter'
import type { HiddenTopics } from './hidden'
import { type HiddenPlace } from './hidden'
import type { RowRules } from './visible-rows'
import { nodesTo, type TopicNode } from './node'

/** With at most this many matches, a filter opens every branch that contains one. */
const OPEN_ALL_MATCHES = 2_000

/** What is known of a node's place from the levels above it. */
export interface Place {
  hidden: HiddenPlace
  expansion: ExpansionPlace
}

/** Which nodes of a tree a view shows, and which of them are open. */
export class Visibility implements Omit<RowRules<Place>, 'order' | 'moving'> {
  constructor(
    readonly expansion: Expansion,
    public hidden: HiddenTopics,
    private readonly filtering: Filtering,
    private readonly isThere: (node: TopicNode) => boolean = () => true
  ) {}

  get root(): Place {
    return { hidden: this.hidden.root, expansion: this.expansion.root }
  }

  placeOf(node: TopicNode): Place {
    return nodesTo(node).reduce((place, next) => this.step(place, next), this.root)
  }

  step({ hidden, expansion }: Place, { name }: TopicNode): Place {
    return { hidden: this.hidden.step(hidden, name), expansion: this.expansion.step(expansion, name) }
  }

  isHidden(parent: Place, node: TopicNode): boolean {
    return this.hidden.isHidden(parent.hidden, node)
  }

  shows(parent: Place, node: TopicNode): boolean {
    return this.isThere(node) && !this.isHidden(parent, node) && this.filtering.shows(node)
  }

  isOpen(parent: Place, { name }: TopicNode): boolean {
    const { current } = this.filtering
    const all = current !== null && current.matches <= OPEN_ALL_MATCHES
    return this.expansion.isOpen(parent.expansion, name, all)
  }
}
