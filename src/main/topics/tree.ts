import type { Scope } from '../../shared/contract/messages'
import { levelsOf } from '../../shared/topic'
import type { TopicEntry } from '../history/topics'
import { TopicNames } from './names'
import { entriesIn, TopicNode } from './node'
import { countInRate } from './rate'

/** Number of topics indexed between two checks of the clock. */
const NAMED_AT_ONCE = 1_024

/** Is notified when topics are added or removed. */
export interface TreeWatcher {
  /** A topic had its first message. `created`: the nodes created for it, outermost first. */
  topicAdded(node: TopicNode, created: readonly TopicNode[]): void
  /** Topics were removed: everything known about the tree's shape is outdated. */
  reset(): void
}

/** The fields of an incoming message that the tree needs. */
export interface CountedMessage {
  entry: TopicEntry
  id: number
  /** Number of messages of its topic, including this one. */
  topicMessages: number
}

/** The tree of topics that had incoming messages. Counting a message costs time per level of its topic, whatever the tree's size. */
export class TopicTree {
  root = new TopicNode('', null)
  readonly watchers = new Set<TreeWatcher>()
  /** Nodes by the id of their topic. */
  private nodes: (TopicNode | undefined)[] = []
  private names: TopicNames | null = null

  /** Adds topics from the history. */
  load(entries: Iterable<TopicEntry>): void {
    for (const entry of entries)
      if (entry.lastId > 0 && !this.nodes[entry.id]) this.insert(entry, entry.messages)
  }

  /** Removes everything. */
  reset(): void {
    this.root = new TopicNode('', null)
    this.nodes = []
    this.names = null
    for (const watcher of this.watchers) watcher.reset()
  }

  /** Removes the topics of a scope, and branches left empty. Must be called while the entries still have their counts. */
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

  /** Counts a message received at `tick` (see rate.ts). */
  count({ entry, id, topicMessages }: CountedMessage, tick: number): void {
    const known = this.nodes[entry.id]
    for (let up: TopicNode | null = known ?? this.insert(entry, topicMessages); up; up = up.parent) {
      if (known) up.messages++
      up.lastId = id
      countInRate(up, tick)
    }
  }

  /** Subtracts messages that a topic has lost. */
  lose(entry: TopicEntry, messages: number): void {
    for (let up: TopicNode | null = this.nodes[entry.id] ?? null; up; up = up.parent) up.messages -= messages
  }

  /** Returns the node at a path, or undefined. */
  find(path: string): TopicNode | undefined {
    let node: TopicNode | undefined = this.root
    for (const level of levelsOf(path)) {
      node = node.children?.get(level)
      if (!node) return undefined
    }
    return node
  }

  /** Returns the topics at and below a path. */
  entriesBelow(path: string): Iterable<TopicEntry> {
    const node = this.find(path)
    return node ? entriesIn(node) : []
  }

  /** Returns the node of a topic in the tree. */
  protected nodeOf({ id }: TopicEntry): TopicNode | undefined {
    return this.nodes[id]
  }

  /** Returns the name of a topic in the tree by its entry's id. */
  nameOf(id: number): string | undefined {
    return this.nodes[id]?.entry?.name
  }

  /**
   * Builds the name index for filters, a part at a time. The last value yielded contains every topic; new topics are added to it until
   * topics are removed.
   */
  *nameTopics(): Generator<TopicNames> {
    const names = (this.names ??= new TopicNames())
    for (let id = 0; id < this.nodes.length; id++) {
      const node = this.nodes[id]
      if (node && names.numberOf(id) === -1) names.add(node)
      if (id % NAMED_AT_ONCE === 0) yield names
    }
    yield names
  }

  /** Creates an entry's node, with the number of messages known so far. */
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
