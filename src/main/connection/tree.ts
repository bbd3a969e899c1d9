import { levelsOf } from '../../shared/topic'
import type { TopicEntry } from '../history/topics'
import { countInRate, type Rated } from './rate'

/** One level of a topic. Totals count everything at and below it. */
export class TopicNode implements Rated {
  /** Levels key a Map, never a plain object: one may be called `constructor`, or be empty. */
  children: Map<string, TopicNode> | null = null
  /** The topic that ends here, once it had an incoming message. */
  entry: TopicEntry | null = null
  messages = 0
  topics = 0
  /** µs since 1970 UTC of the newest message at or below. */
  changedAt = 0
  rate = 0
  rateTick = 0

  constructor(
    readonly name: string,
    readonly parent: TopicNode | null
  ) {}

  /** The node's levels joined by `/`. */
  get path(): string {
    if (this.entry) return this.entry.name
    if (!this.parent?.parent) return this.name
    return `${this.parent.path}/${this.name}`
  }
}

/** Who wants to know of topics that come and go. */
export interface TreeWatcher {
  /** A topic had its first message. `created` are the nodes made for it, outermost first. */
  topicAdded(node: TopicNode, created: readonly TopicNode[]): void
  /** Topics were removed: nothing that was known of the tree's shape holds. */
  reset(): void
}

/** The tree of the topics that had incoming messages. A message costs its topic's depth, whatever the tree's size. */
export class TopicTree {
  root = new TopicNode('', null)
  readonly watchers = new Set<TreeWatcher>()
  private nodes = new Map<TopicEntry, TopicNode>()

  /** Builds the tree from kept topics. */
  load(entries: Iterable<TopicEntry>): void {
    this.root = new TopicNode('', null)
    this.nodes = new Map()
    for (const entry of entries) {
      if (!entry.last) continue
      const node = this.add(entry, [])
      for (let up: TopicNode | null = node; up; up = up.parent) {
        up.messages += entry.messages
        if (entry.last.receivedAt > up.changedAt) up.changedAt = entry.last.receivedAt
      }
    }
    for (const watcher of this.watchers) watcher.reset()
  }

  /** Takes topics out, with the branches that nothing is left of. Call it while the entries still have their counts. */
  remove(entries: Iterable<TopicEntry>): void {
    for (const entry of entries) {
      const node = this.nodes.get(entry)
      if (!node) continue
      this.nodes.delete(entry)
      node.entry = null
      for (let up: TopicNode | null = node; up; up = up.parent) {
        up.messages -= entry.messages
        up.topics--
        if (up.topics === 0 && up.parent) {
          up.parent.children?.delete(up.name)
          if (up.parent.children?.size === 0) up.parent.children = null
        }
      }
    }
    for (const watcher of this.watchers) watcher.reset()
  }

  /** Counts the entry's newest message, which came in at `tick` (see rate.ts). */
  count(entry: TopicEntry, tick: number): void {
    let node = this.nodes.get(entry)
    if (!node) {
      const created: TopicNode[] = []
      node = this.add(entry, created)
      for (const watcher of this.watchers) watcher.topicAdded(node, created)
    }
    const changedAt = entry.last?.receivedAt ?? 0
    for (let up: TopicNode | null = node; up; up = up.parent) {
      up.messages++
      up.changedAt = changedAt
      countInRate(up, tick)
    }
  }

  /** The node at a path, or undefined. */
  find(path: string): TopicNode | undefined {
    let node: TopicNode | undefined = this.root
    for (const level of levelsOf(path)) {
      node = node.children?.get(level)
      if (!node) return undefined
    }
    return node
  }

  /** Every node with a topic, in the order in which they came. */
  topicNodes(): IterableIterator<TopicNode> {
    return this.nodes.values()
  }

  private add(entry: TopicEntry, created: TopicNode[]): TopicNode {
    let node = this.root
    for (const level of levelsOf(entry.name)) {
      node.children ??= new Map()
      let child = node.children.get(level)
      if (!child) {
        child = new TopicNode(level, node)
        node.children.set(level, child)
        created.push(child)
      }
      node = child
    }
    node.entry = entry
    this.nodes.set(entry, node)
    for (let up: TopicNode | null = node; up; up = up.parent) up.topics++
    return node
  }
}
