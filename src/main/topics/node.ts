import type { TopicEntry } from '../history/topics'
import type { Rated } from './rate'

/** One level of a topic. Totals include everything at and below it. */
export class TopicNode implements Rated {
  /** Keyed by level; a Map, not an object, because a level may be called `constructor` or be empty. */
  children: Map<string, TopicNode> | null = null
  /** The topic that ends here, if it had an incoming message. */
  entry: TopicEntry | null = null
  messages = 0
  topics = 0
  /** Id of the newest message at or below this level; ids ascend with time. */
  lastId = 0
  rate = 0
  rateTick = 0

  constructor(
    readonly name: string,
    readonly parent: TopicNode | null
  ) {}

  /** The node's levels joined by `/`. */
  get path(): string {
    if (this.entry) return this.entry.name
    // Nodes do not store their path: for a topic with 65,000 levels, the paths would take its length squared.
    return nodesTo(this)
      .map(({ name }) => name)
      .join('/')
  }
}

/** Returns a node and the nodes above it, outermost first, without the root. */
export function nodesTo(node: TopicNode): TopicNode[] {
  const found: TopicNode[] = []
  for (let up: TopicNode = node; up.parent; up = up.parent) found.push(up)
  return found.reverse()
}

/** Yields the topics at and below a node. */
export function* entriesIn(node: TopicNode): Generator<TopicEntry> {
  const waiting = [node]
  for (let next; (next = waiting.pop());) {
    if (next.entry) yield next.entry
    for (const child of next.children?.values() ?? []) waiting.push(child)
  }
}
