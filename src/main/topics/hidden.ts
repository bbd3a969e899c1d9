import { compileFilter, levelsOf } from '../../shared/topic'
import type { TopicNode } from './tree'

/** Hidden topics are counted anew no more often than this, in ms. */
const COUNT_EVERY = 1_000

/** Topics that a person does not want to see, by topic filters. They are recorded and counted all the same. */
export class HiddenTopics {
  private counted: number | null = null
  private countedAt = 0
  private countedOf = -1
  private readonly hides: readonly { matches: (topic: string) => boolean; whole: boolean }[]

  constructor(readonly filters: readonly string[]) {
    this.hides = filters.map((filter) => ({
      matches: compileFilter(filter),
      // `a/#` hides the branch `a` with all below it; `a/+` only hides topics.
      whole: filter.endsWith('#')
    }))
  }

  /** Whether a node is not to be shown. What is below a hidden branch is not asked for. */
  hidesNode(node: TopicNode): boolean {
    if (this.hides.length === 0) return false
    const { path } = node
    return this.hides.some(({ matches, whole }) => (whole || node.children === null) && matches(path))
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
      for (const node of nodesOf(root, levels, 0)) hidden.add(node)
    }
    let topics = 0
    for (const node of hidden) {
      // A branch that is hidden whole counts its topics; one within another is counted there.
      if (isBelowOne(node, hidden, this)) continue
      topics += this.hides.some(({ matches, whole }) => whole && matches(node.path))
        ? node.topics
        : node.entry
          ? 1
          : 0
    }
    return topics
  }
}

/** The nodes at which a filter ends: those that its `#` stands for, or those that it names. */
function* nodesOf(node: TopicNode, levels: readonly string[], at: number): Generator<TopicNode> {
  const level = levels[at]
  if (level === undefined || (level === '#' && node.parent)) {
    yield node
    return
  }
  const wild = level === '+' || level === '#'
  const children = wild ? (node.children?.values() ?? []) : [node.children?.get(level)]
  for (const child of children) {
    if (!child || (wild && at === 0 && child.name.startsWith('$'))) continue
    yield* nodesOf(child, levels, at + 1)
  }
}

function isBelowOne(node: TopicNode, hidden: ReadonlySet<TopicNode>, of: HiddenTopics): boolean {
  for (let up = node.parent; up?.parent; up = up.parent) if (hidden.has(up) && of.hidesNode(up)) return true
  return false
}
