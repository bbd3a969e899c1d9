import { grown, type TopicNames } from './names'
import type { TopicNode, TopicTree } from './tree'

/** How long the filter may look at topics before messages get their turn, in ms. */
const SLICE_MS = 8

/** The topics whose names hold a text, whatever its case, and the branches above them. */
export class TopicFilter {
  /** Topics with messages that match. */
  matches = 0
  /** By number (see names.ts): whether a topic matches, and how many do in a branch. */
  private matching = new Uint8Array(0)
  private inBranch = new Int32Array(0)
  private names: TopicNames | null = null
  private cancelled = false
  private scanning = true
  private readonly needle: string

  constructor(readonly text: string) {
    this.needle = text.toLowerCase()
  }

  shows(node: TopicNode): boolean {
    const { names } = this
    if (!names) return false
    if (node.entry && this.matching[names.numberOf(node.entry.id)] === 1) return true
    return node.children !== null && (this.inBranch[names.branchNumberOf(node)] ?? 0) > 0
  }

  /** Looks at every topic of the tree, in slices. Answers whether it came to the end (false: cancelled). */
  async scan(tree: TopicTree): Promise<boolean> {
    let deadline = performance.now() + SLICE_MS
    const breath = async (): Promise<void> => {
      if (performance.now() < deadline) return
      await new Promise((resolve) => setImmediate(resolve))
      deadline = performance.now() + SLICE_MS
    }
    for (const names of tree.nameTopics()) {
      this.names = names
      await breath()
      if (this.cancelled) return false
    }
    const names = this.names!
    this.matching = grown(this.matching, names.count)
    this.inBranch = grown(this.inBranch, names.branches)
    // Topics that come meanwhile are at the end.
    for (let chunk = 0; chunk < names.chunks; chunk++) {
      names.find(chunk, this.needle, (topic) => this.mark(names, topic))
      await breath()
      if (this.cancelled) return false
    }
    this.scanning = false
    return true
  }

  cancel(): void {
    this.cancelled = true
  }

  /** A new topic, after the scan: the nodes that are shown from now on because of it. The scan itself meets new ones. */
  added(node: TopicNode): TopicNode[] {
    const { names } = this
    if (this.scanning || !names || !node.path.toLowerCase().includes(this.needle)) return []
    const appeared: TopicNode[] = []
    for (let up: TopicNode | null = node; up?.parent; up = up.parent) if (!this.shows(up)) appeared.push(up)
    this.mark(names, names.numberOf(node.entry!.id))
    return appeared
  }

  private mark(names: TopicNames, topic: number): void {
    if (topic >= this.matching.length) this.matching = grown(this.matching, topic)
    if (this.matching[topic] === 1) return
    this.matching[topic] = 1
    this.matches++
    for (let branch = names.branchOf(topic); branch !== -1; branch = names.outerBranchOf(branch)) {
      if (branch >= this.inBranch.length) this.inBranch = grown(this.inBranch, branch)
      this.inBranch[branch]!++
    }
  }
}
