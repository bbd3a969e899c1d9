import { type TopicNode } from '../topics/node'
import { TopicTree } from '../topics/tree'
import { newEntry, type TopicEntry } from '../history/topics'

/** The tree of a history's topics as it was at a moment. It is built once; a change of moment only recounts it. */
export class PastTree extends TopicTree {
  private readonly entries: TopicEntry[] = []

  /** The highest id of its topics. */
  get highest(): number {
    return this.entries.at(-1)?.id ?? 0
  }

  /** Adds topics whose ids are above all present ones. */
  add(topics: readonly [id: number, name: string][]): void {
    // Loaded as a topic with messages; the count at the moment follows below.
    const entries = topics.map(([id, name]) => ({ ...newEntry(id, name), lastId: 1 }))
    for (const entry of entries) this.entries.push(entry)
    this.load(entries)
  }

  /** Shows the topics up to an id (see PastReader.introduced); their message counts are not known yet. */
  show(introduced: number): void {
    this.recount((entry) => {
      // Not looked up yet: a visible row requests it.
      entry.lastId = -1
      entry.messages = 0
      return entry.id <= introduced
    })
  }

  /** Sets the counts of that moment. */
  showTotals(messages: Float64Array, lastIds: Float64Array): void {
    this.recount((entry) => {
      entry.messages = messages[entry.id] ?? 0
      if (entry.lastId === -1 && entry.messages === 0) entry.lastId = 0
      const node = this.nodeOf(entry)
      if (node) node.lastId = lastIds[entry.id] ?? 0
      return entry.messages > 0
    })
  }

  /** Whether any topic existed at or below a node. */
  isThere(node: TopicNode): boolean {
    return node.topics > 0
  }

  private recount(isThere: (entry: TopicEntry) => boolean): void {
    clear(this.root)
    for (const entry of this.entries) {
      if (!isThere(entry)) continue
      const node = this.nodeOf(entry)
      const { messages } = entry
      const lastId = node?.lastId ?? 0
      for (let up: TopicNode | null | undefined = node; up; up = up.parent) {
        up.topics++
        up.messages += messages
        if (lastId > up.lastId) up.lastId = lastId
      }
    }
    for (const watcher of this.watchers) watcher.reset()
  }
}

function clear(root: TopicNode): void {
  const waiting = [root]
  for (let node; (node = waiting.pop());) {
    node.topics = 0
    node.messages = 0
    node.lastId = 0
    for (const child of node.children?.values() ?? []) waiting.push(child)
  }
}
