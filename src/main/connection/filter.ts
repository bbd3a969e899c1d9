import type { TopicNode, TopicTree } from './tree'

/** How long the filter may look at topics before messages get their turn, in ms. */
const SLICE_MS = 8

/** The topics whose names hold a text, whatever its case, and the branches above them. */
export class TopicFilter {
  /** Topics with messages that match. */
  matches = 0
  /** Matching topics at and below each node that has any. */
  private shown = new Map<TopicNode, number>()
  private cancelled = false
  private scanning = true
  private readonly needle: string

  constructor(readonly text: string) {
    this.needle = text.toLowerCase()
  }

  shows(node: TopicNode): boolean {
    return this.shown.has(node)
  }

  /** Looks at every topic of the tree, in slices. Answers whether it came to the end (false: cancelled). */
  async scan(tree: TopicTree): Promise<boolean> {
    let deadline = performance.now() + SLICE_MS
    let looked = 0
    for (const node of tree.topicNodes()) {
      this.consider(node)
      if (++looked % 512 === 0 && performance.now() > deadline) {
        await new Promise((resolve) => setImmediate(resolve))
        if (this.cancelled) return false
        deadline = performance.now() + SLICE_MS
      }
    }
    this.scanning = false
    return true
  }

  cancel(): void {
    this.cancelled = true
  }

  /** A new topic, after the scan: the nodes that are shown from now on because of it. The scan itself meets new ones. */
  added(node: TopicNode): TopicNode[] {
    return this.scanning ? [] : this.consider(node)
  }

  private consider(node: TopicNode): TopicNode[] {
    if (!node.path.toLowerCase().includes(this.needle)) return []
    const appeared: TopicNode[] = []
    this.matches++
    for (let up: TopicNode | null = node; up?.parent; up = up.parent) {
      const count = this.shown.get(up) ?? 0
      if (count === 0) appeared.push(up)
      this.shown.set(up, count + 1)
    }
    return appeared
  }
}
