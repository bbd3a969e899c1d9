import type { Scope } from '../../shared/contract/messages'
import { levelsOf } from '../../shared/topic'
import type { TopicEntry } from '../history/topics'
import { TopicNames } from './names'
import { entriesIn, TopicNode } from './node'
import { countInRate } from './rate'

/** Topics named between two looks at the clock. */
const NAMED_AT_ONCE = 1_024

/** Who wants to know of topics that come and go. */
export interface TreeWatcher {
  /** A topic had its first message. `created` are the nodes made for it, outermost first. */
  topicAdded(node: TopicNode, created: readonly TopicNode[]): void
  /** Topics were removed: nothing that was known of the tree's shape holds. */
  reset(): void
}

/** An incoming message, as far as the tree counts it. */
export interface CountedMessage {
  entry: TopicEntry
  id: number
  /** How many messages its topic had with this one. */
  topicMessages: number
}

/** The tree of the topics that had incoming messages. A message costs its topic's depth, whatever the tree's size. */
export class TopicTree {
  root = new TopicNode('', null)
  readonly watchers = new Set<TreeWatcher>()
  /** Nodes by the id of the topic that ends there. */
  private nodes: (TopicNode | undefined)[] = []
  private names: TopicNames | null = null

  /** Puts kept topics in. */
  load(entries: Iterable<TopicEntry>): void {
    for (const entry of entries)
      if (entry.lastId > 0 && !this.nodes[entry.id]) this.insert(entry, entry.messages)
  }

  /** Takes everything out. */
  reset(): void {
    this.root = new TopicNode('', null)
    this.nodes = []
    this.names = null
    for (const watcher of this.watchers) watcher.reset()
  }

  /** Takes the topics of a scope out, with the branches that nothing is left of. Call it while the entries still have their counts. */
  remove({ topic, subtree }: Scope): void {
    if (topic === null) return this.reset()
    const node = this.find(topic)
    if (!node || (!subtree && !node.entry)) return
    const messages = subtree ? node.messages : (node.entry?.messages ?? 0)
    const topics = subtree ? node.topics : 1
    if (subtree) this.forgetBelow(node)
    if (node.entry) this.nodes[node.entry.id] = undefined
    node.entry = null
    for (let up: TopicNode | null = node; up; up = up.parent) {
      up.messages -= messages
      up.topics -= topics
      if (up.topics === 0 && up.parent) {
        up.parent.children?.delete(up.name)
        if (up.parent.children?.size === 0) up.parent.children = null
      }
    }
    this.names = null
    for (const watcher of this.watchers) watcher.reset()
  }

  /** Counts a message, which came in at `tick` (see rate.ts). */
  count({ entry, id, topicMessages }: CountedMessage, tick: number): void {
    const known = this.nodes[entry.id]
    for (let up: TopicNode | null = known ?? this.insert(entry, topicMessages); up; up = up.parent) {
      if (known) up.messages++
      up.lastId = id
      countInRate(up, tick)
    }
  }

  /** A topic has fewer messages than it had. */
  lose(entry: TopicEntry, messages: number): void {
    for (let up: TopicNode | null = this.nodes[entry.id] ?? null; up; up = up.parent) up.messages -= messages
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

  /** The topics at and below a path. */
  entriesBelow(path: string): Iterable<TopicEntry> {
    const node = this.find(path)
    return node ? entriesIn(node) : []
  }

  /** The node of a topic that is in the tree. */
  protected nodeOf({ id }: TopicEntry): TopicNode | undefined {
    return this.nodes[id]
  }

  /** The name of a topic that is in the tree, by its entry's id. */
  nameOf(id: number): string | undefined {
    return this.nodes[id]?.entry?.name
  }

  /** Makes the names that a filter looks through, some at a time. Those given last have every topic, and take in new ones until some are removed. */
  *nameTopics(): Generator<TopicNames> {
    const names = (this.names ??= new TopicNames())
    for (let id = 0; id < this.nodes.length; id++) {
      const node = this.nodes[id]
      if (node && names.numberOf(id) === -1) names.add(node)
      if (id % NAMED_AT_ONCE === 0) yield names
    }
    yield names
  }

  /** Makes an entry's node, with the messages that are known of it. */
  private insert(entry: TopicEntry, messages: number): TopicNode {
    const created: TopicNode[] = []
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
    this.nodes[entry.id] = node
    for (let up: TopicNode | null = node; up; up = up.parent) {
      up.topics++
      up.messages += messages
      if (entry.lastId > up.lastId) up.lastId = entry.lastId
    }
    this.names?.add(node)
    for (const watcher of this.watchers) watcher.topicAdded(node, created)
    return node
  }

  private forgetBelow(node: TopicNode): void {
    for (const { id } of entriesIn(node)) this.nodes[id] = undefined
    node.children = null
  }
}
