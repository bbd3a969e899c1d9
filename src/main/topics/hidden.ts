import { compileFilter, levelsOf } from '../../shared/topic'
import type { TopicNode } from './node'

/** Hidden topics are recounted at most this often, in ms. */
const COUNT_EVERY = 1_000

/** A topic filter that hides topics. */
interface HidingFilter {
  matches: (topic: string) => boolean
  levels: readonly string[]
  /** `a/#` hides the branch `a` and everything below it; `a/+` hides only topics. */
  whole: boolean
}

/** The filters that may match below a node. `step` leads from a node's place to a child's without building a path. */
export interface HiddenPlace {
  filters: readonly HidingFilter[]
  /** Number of levels above the node's children: 0 for the root. */
  depth: number
}

const NOTHING_HIDDEN: HiddenPlace = { filters: [], depth: 0 }

/** Topics that the user hides by topic filters. They are still recorded and counted. */
export class HiddenTopics {
  private counted: number | null = null
  private countedAt = 0
  private countedOf = -1
  private readonly hides: readonly HidingFilter[]

  constructor(readonly filters: readonly string[]) {
    this.hides = filters.map((filter) => {
      const levels = levelsOf(filter)
      return {
        matches: compileFilter(filter),
        levels: levels[0] === '$share' ? levels.slice(2) : levels,
        whole: filter.endsWith('#')
      }
    })
  }

  /** The place of a tree's root. */
  get root(): HiddenPlace {
    return this.hides.length === 0 ? NOTHING_HIDDEN : { filters: this.hides, depth: 0 }
  }

  step(place: HiddenPlace, name: string): HiddenPlace {
    const { filters, depth } = place
    if (filters.length === 0) return NOTHING_HIDDEN
    return { filters: filters.filter((filter) => levelFits(filter, depth, name)), depth: depth + 1 }
  }

  /** Whether a child of the node at a place is hidden. Not called for nodes below a hidden branch. */
  isHidden(parent: HiddenPlace, node: TopicNode): boolean {
    const { filters, depth } = parent
    return filters.some(
      (filter) =>
        (filter.whole || node.children === null) &&
        levelFits(filter, depth, node.name) &&
        endsAt(filter, depth + 1)
    )
  }

  hidesTopic(topic: string): boolean {
    return this.hides.some(({ matches }) => matches(topic))
  }

  /** Number of hidden topics with messages, at most COUNT_EVERY old. */
  count(root: TopicNode): number {
    if (this.filters.length === 0 || (root.topics === this.countedOf && this.counted !== null))
      return this.counted ?? 0
    const now = Date.now()
    if (this.counted === null || now - this.countedAt > COUNT_EVERY) {
      this.counted = this.countIn(root)
      this.countedAt = now
      this.countedOf = root.topics
    }
    return this.counted
  }

  private countIn(root: TopicNode): number {
    const hidden = new Set<TopicNode>()
    for (const filter of this.filters) {
      const levels = levelsOf(filter)
      for (const node of nodesOf(root, levels)) hidden.add(node)
    }
    let topics = 0
    for (const node of hidden) {
      // A hidden branch counts all its topics, so skip nodes inside another hidden branch.
      if (isBelowOne(node, hidden, this)) continue
      if (this.hidesBranch(node)) topics += node.topics
      else if (node.entry) topics++
    }
    return topics
  }

  /** Whether a node and everything below it is hidden. */
  hidesBranch({ path }: TopicNode): boolean {
    return this.hides.some(({ matches, whole }) => whole && matches(path))
  }
}

/** Whether a level of a topic, 0 for the first, matches a filter [MQTT-4.7.1, MQTT-4.7.2-1]. */
function levelFits({ levels }: HidingFilter, depth: number, name: string): boolean {
  const level = levels[Math.min(depth, levels.length - 1)]
  if (level === '#') return depth > 0 || !name.startsWith('$')
  if (depth >= levels.length) return false
  return level === name || (level === '+' && (depth > 0 || !name.startsWith('$')))
}

/** Whether a filter matches a topic with this many levels, all of which fit it. */
function endsAt({ levels }: HidingFilter, count: number): boolean {
  return count === levels.length || levels[Math.min(count, levels.length - 1)] === '#'
}

/** Returns the topmost nodes that a filter matches: those that its `#` covers, or those that it names. */
function nodesOf(root: TopicNode, levels: readonly string[]): TopicNode[] {
  let found = [root]
  for (const [depth, level] of levels.entries()) {
    if (level === '#' && depth > 0) break
    const wild = level === '+' || level === '#'
    found = found.flatMap((node) => {
      if (!wild) return node.children?.get(level) ?? []
      const children = [...(node.children?.values() ?? [])]
      return depth === 0 ? children.filter(({ name }) => !name.startsWith('$')) : children
    })
  }
  return found
}

/** Whether one of the hidden nodes is above a node and hides everything below it. */
function isBelowOne(node: TopicNode, hidden: ReadonlySet<TopicNode>, of: HiddenTopics): boolean {
  for (let up = node.parent; up?.parent; up = up.parent) if (hidden.has(up) && of.hidesBranch(up)) return true
  return false
}
