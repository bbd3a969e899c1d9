/** So many names of levels are remembered, of so many characters: V8 cuts longer ones from their topic without a copy, and so keeps it. */
const REMEMBERED = 1_000
const SHORT = 12

const remembered = new Map<string, string>()

/** The same text as one string: names like "value" are levels of a million topics, and need not be in memory a million times. */
function oneOf(name: string): string {
  if (name.length > SHORT) return name
  const known = remembered.get(name)
  if (known !== undefined) return known
  if (remembered.size >= REMEMBERED) remembered.clear()
  remembered.set(name, name)
  return name
}

/**
 * A level of a tree of topics or filters. Two things keep it small. Levels that only one topic has are not nodes, but the `tail` of the last
 * node that it shares with others. And an only child stands by itself, because a Map for it would take up more memory than everything else.
 */
export class TopicNode<Value> {
  value: Value | null = null

  constructor(
    public level: string,
    /** Its tail or its children; null: neither. One field for both, because a million nodes have it. */
    private below: string | TopicNode<Value> | Map<string, TopicNode<Value>> | null,
    public parent: TopicNode<Value> | null
  ) {}

  /** The levels below, which no other topic has; null: none. */
  get tail(): string | null {
    return typeof this.below === 'string' ? this.below : null
  }

  child(level: string): TopicNode<Value> | undefined {
    const { below } = this
    if (below instanceof TopicNode) return below.level === level ? below : undefined
    return below instanceof Map ? below.get(level) : undefined
  }

  /** The children, which may change while they are read. */
  each(): Iterable<TopicNode<Value>> {
    const { below } = this
    if (below instanceof TopicNode) return [below]
    return below instanceof Map ? below.values() : []
  }

  private get hasChildren(): boolean {
    return this.below !== null && typeof this.below !== 'string'
  }

  /** The node and all below it, which may change while they are read. */
  *all(): Generator<TopicNode<Value>> {
    yield this
    // Iterators rather than nodes, because a level may have a million of these.
    const stack: Iterator<TopicNode<Value>>[] = [this.each()[Symbol.iterator]()]
    for (let levels = stack.at(-1); levels; levels = stack.at(-1)) {
      const next = levels.next()
      if (next.done) {
        stack.pop()
        continue
      }
      yield next.value
      if (next.value.hasChildren) stack.push(next.value.each()[Symbol.iterator]())
    }
  }

  /** Adds a child, or replaces the one at its level. Not for a node with a tail. */
  put(node: TopicNode<Value>): void {
    const { below } = this
    node.parent = this
    if (below instanceof Map) below.set(node.level, node)
    else if (below instanceof TopicNode && below.level !== node.level)
      this.below = new Map([
        [below.level, below],
        [node.level, node]
      ])
    else this.below = node
  }

  remove(level: string): void {
    const { below } = this
    if (below instanceof TopicNode) this.below = null
    else if (below instanceof Map && below.delete(level) && below.size === 0) this.below = null
  }

  /** The node's tail begins one level later, because a node for its first level is now above it. */
  shorten(): void {
    const tail = this.tail!
    const end = levelEnd(tail, 0)
    this.level = tail.slice(0, end)
    this.below = restOf(tail, end)
  }

  /** Nothing is at the node or below it. A tail is only where a value is, or was a moment ago. */
  get isUnused(): boolean {
    return this.value === null && (this.below === null || typeof this.below === 'string')
  }

  /** The whole topic or filter. */
  get path(): string {
    const levels: string[] = this.tail === null ? [] : [this.tail]
    if (this.parent) levels.push(this.level)
    for (let node = this.parent; node?.parent; node = node.parent) levels.push(node.level)
    return levels.reverse().join('/')
  }
}

/** A tree of topics or filters. It never recurses: a topic may have 65,536 levels. */
export class TopicTree<Value> {
  readonly root = new TopicNode<Value>('', null, null)

  find(path: string): TopicNode<Value> | undefined {
    let node: TopicNode<Value> | undefined = this.root
    for (let start = 0; ;) {
      const end = levelEnd(path, start)
      node = node.child(path.slice(start, end))
      const rest = restOf(path, end)
      if (!node || node.tail !== null || rest === null) return node?.tail === rest ? node : undefined
      start = end + 1
    }
  }

  /** Finds or creates a node. */
  at(path: string): TopicNode<Value> {
    let node = this.root
    for (let start = 0; ;) {
      const end = levelEnd(path, start)
      const level = path.slice(start, end)
      const rest = restOf(path, end)
      let child = node.child(level)
      if (!child) {
        child = new TopicNode<Value>(oneOf(level), rest === null ? null : oneOf(rest), node)
        node.put(child)
        return child
      }
      if (child.tail === rest) return child
      if (child.tail !== null) child = split(child, node)
      if (rest === null) return child
      node = child
      start = end + 1
    }
  }

  /** Removes a node's value, and the nodes that are then unused. */
  clear(node: TopicNode<Value>): void {
    node.value = null
    for (let each = node; each.parent && each.isUnused; each = each.parent) each.parent.remove(each.level)
  }
}

/** Puts a node for the first level of `node` above it; `node` stays itself and gets the next level. Returns the new one. */
function split<Value>(node: TopicNode<Value>, parent: TopicNode<Value>): TopicNode<Value> {
  const above = new TopicNode<Value>(node.level, null, parent)
  parent.put(above)
  node.shorten()
  above.put(node)
  return above
}

/** Where the level that begins at `start` ends. */
export function levelEnd(path: string, start: number): number {
  const end = path.indexOf('/', start)
  return end === -1 ? path.length : end
}

/** The levels behind the one that ends at `end`; null: it is the last. */
export function restOf(path: string, end: number): string | null {
  return end === path.length ? null : path.slice(end + 1)
}

/** Whether levels match the levels of a filter, neither of which are the first of their topic or filter (4.7.1). */
export function levelsMatch(filter: string, levels: string): boolean {
  for (let at = 0, start = 0; ;) {
    const filterEnd = levelEnd(filter, at)
    const level = filter.slice(at, filterEnd)
    if (level === '#') return true
    const end = levelEnd(levels, start)
    if (level !== '+' && level !== levels.slice(start, end)) return false
    at = filterEnd + 1
    start = end + 1
    if (at > filter.length) return start > levels.length
    // `a/#` also matches `a` (4.7.1.2).
    if (start > levels.length) return filter.slice(at) === '#'
  }
}
