import { compileFilter, levelsOf } from '../../shared/topic'
import type { TopicNode } from './node'

/** Hidden topics are counted anew no more often than this, in ms. */
const COUNT_EVERY = 1_000

/** A topic filter of what is not to be shown. */
interface HidingFilter {
  matches: (topic: string) => boolean
  levels: readonly string[]
  /** `a/#` hides the branch `a` with all below it; `a/+` only hides topics. */
  whole: boolean
}

/** The filters that may match below a node. `step` leads from a node's place to that of a child: no path is built on the way. */
export interface HiddenPlace {
  filters: readonly HidingFilter[]
  /** Levels above the node's children: 0 for the root. */
  depth: number
}

const NOTHING_HIDDEN: HiddenPlace = { filters: [], depth: 0 }

/** Topics that a person does not want to see, by topic filters. They are recorded and counted all the same. */
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

  /** Whether a child of the node at a place is not to be shown. What is below a hidden branch is not asked for. */
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

  /** How many topics with messages are hidden: now, or as of at most COUNT_EVERY ago. */
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
      // A branch that is hidden whole counts its topics; one within another is counted there.
      if (isBelowOne(node, hidden, this)) continue
      if (this.hidesBranch(node)) topics += node.topics
      else if (node.entry) topics++
    }
    return topics
  }

  /** Whether a node is hidden with all below it. */
  hidesBranch({ path }: TopicNode): boolean {
    return this.hides.some(({ matches, whole }) => whole && matches(path))
  }
}

/** Whether a level of a topic, 0 for the first, fits a filter [MQTT-4.7.1, MQTT-4.7.2-1]. */
function levelFits({ levels }: HidingFilter, depth: number, name: string): boolean {
  const level = levels[Math.min(depth, levels.length - 1)]
  if (level === '#') return depth > 0 || !name.startsWith('$')
  if (depth >= levels.length) return false
  return level === name || (level === '+' && (depth > 0 || !name.startsWith('$')))
}

/** Whether a filter matches what has so many levels that fit it. */
function endsAt({ levels }: HidingFilter, count: number): boolean {
  return count === levels.length || levels[Math.min(count, levels.length - 1)] === '#'
}

/** The nodes at which a filter ends: those that its `#` stands for, or those that it names. */
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

/** Whether one of some nodes is above a node, and hides what is below it. */
function isBelowOne(node: TopicNode, hidden: ReadonlySet<TopicNode>, of: HiddenTopics): boolean {
  for (let up = node.parent; up?.parent; up = up.parent) if (hidden.has(up) && of.hidesBranch(up)) return true
  return false
}
