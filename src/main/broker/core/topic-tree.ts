/**
 * A level of a tree of topics or filters. Two things keep it small. Levels that only one topic has are not nodes, but the `tail` of the last
 * node that it shares with others. And an only child stands by itself, because a Map for it would take up more memory than everything else.
 */
export class TopicNode<Value> {
  value: Value | null = null
  private children: Map<string, TopicNode<Value>> | TopicNode<Value> | null = null

  constructor(
    public level: string,
    /** The levels below, which no other topic has; null: none. A node with a tail has no children. */
    public tail: string | null,
    public parent: TopicNode<Value> | null
  ) {}

  child(level: string): TopicNode<Value> | undefined {
    const { children } = this
    if (children === null) return undefined
    if (children instanceof TopicNode) return children.level === level ? children : undefined
    return children.get(level)
  }

  /** The children, which may change while they are read. */
  each(): Iterable<TopicNode<Value>> {
    const { children } = this
    if (children === null) return []
    return children instanceof TopicNode ? [children] : children.values()
  }

  /** Adds a child, or replaces the one at its level. */
  put(node: TopicNode<Value>): void {
    const { children } = this
    node.parent = this
    if (children instanceof Map) children.set(node.level, node)
    else if (children === null || children.level === node.level) this.children = node
    else
      this.children = new Map([
        [children.level, children],
        [node.level, node]
      ])
  }

  remove(level: string): void {
    const { children } = this
    if (children instanceof TopicNode) this.children = null
    else if (children?.delete(level) && children.size === 0) this.children = null
  }

  get isUnused(): boolean {
    return this.value === null && this.children === null
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
        child = new TopicNode<Value>(level, rest, node)
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
  const tail = node.tail!
  const end = levelEnd(tail, 0)
  node.level = tail.slice(0, end)
  node.tail = restOf(tail, end)
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
