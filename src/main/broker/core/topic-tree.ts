/**
 * A level of a tree of topics or filters. Most nodes have no children or one, and a Map for these would take up more memory than everything
 * else, so one child stands by itself.
 */
export class TopicNode<Value> {
  value: Value | null = null
  private children: Map<string, TopicNode<Value>> | TopicNode<Value> | null = null

  constructor(
    readonly level: string,
    readonly parent: TopicNode<Value> | null
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

  add(level: string): TopicNode<Value> {
    const node = new TopicNode<Value>(level, this)
    const { children } = this
    if (children === null) this.children = node
    else if (children instanceof TopicNode)
      this.children = new Map([
        [children.level, children],
        [level, node]
      ])
    else children.set(level, node)
    return node
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
    const levels: string[] = []
    let node: TopicNode<Value> = this
    for (; node.parent; node = node.parent) levels.push(node.level)
    return levels.reverse().join('/')
  }
}

/** A tree of topics or filters. It never recurses: a topic may have 65,536 levels. */
export class TopicTree<Value> {
  readonly root = new TopicNode<Value>('', null)

  find(path: string): TopicNode<Value> | undefined {
    let node: TopicNode<Value> | undefined = this.root
    for (let start = 0, end: number; node && start <= path.length; start = end + 1) {
      end = levelEnd(path, start)
      node = node.child(path.slice(start, end))
    }
    return node
  }

  /** Finds or creates a node. */
  at(path: string): TopicNode<Value> {
    let node = this.root
    for (let start = 0, end: number; start <= path.length; start = end + 1) {
      end = levelEnd(path, start)
      const level = path.slice(start, end)
      node = node.child(level) ?? node.add(level)
    }
    return node
  }

  /** Removes a node's value, and the nodes that are then unused. */
  clear(node: TopicNode<Value>): void {
    node.value = null
    for (let each = node; each.parent && each.isUnused; each = each.parent) each.parent.remove(each.level)
  }
}

/** Where the level that begins at `start` ends. */
export function levelEnd(path: string, start: number): number {
  const end = path.indexOf('/', start)
  return end === -1 ? path.length : end
}
