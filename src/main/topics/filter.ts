import { appliedFilter, type TopicFilterSpec } from '../../shared/contract/topics'
import type { TopicEntry } from '../history/topics'
import { Pacer } from '../pacer'
import { matcherOf, RegexTooSlow, type Matcher } from './matcher'
import { grown, type TopicNames } from './names'
import type { TopicNode } from './node'
import type { TopicTree } from './tree'

/** How long the filter may scan topics before messages are handled, in ms. */
const SLICE_MS = 8
/** Number of names, and of last values, passed to the matcher at once. */
const NAMES_AT_ONCE = 1_024
const VALUES_AT_ONCE = 64

/** Returns a topic's last value as text, as far as it is searched; null if it has none. */
export type ReadValue = (entry: TopicEntry) => string | null

/** Finds the topics whose names or last values match, and the branches above them. */
export class TopicFilter {
  /** Number of matching topics with messages. */
  matches = 0
  /** By number (see names.ts): whether a topic matches, and how many topics in a branch match. */
  private matching = new Uint8Array(0)
  private inBranch = new Int32Array(0)
  private names: TopicNames | null = null
  private cancelled = false
  private scanning = true
  readonly spec: TopicFilterSpec
  private readonly matcher: Matcher
  /** Messages up to this id have been checked. */
  private seenId = 0
  private readonly pacer = new Pacer(SLICE_MS)

  constructor(
    typed: TopicFilterSpec,
    private readonly isHidden: (path: string) => boolean,
    private readonly readValue: ReadValue
  ) {
    this.spec = appliedFilter(typed)
    this.matcher = matcherOf(this.spec)
  }

  /** Whether matches depend on last values, and so change with messages. */
  get isMoving(): boolean {
    return this.spec.scope !== 'names'
  }

  shows(node: TopicNode): boolean {
    const { names } = this
    if (!names) return false
    if (node.entry && this.matching[names.numberOf(node.entry.id)] === 1) return true
    return node.children !== null && (this.inBranch[names.branchNumberOf(node)] ?? 0) > 0
  }

  /** Scans every topic of the tree, in slices. Returns false if it was cancelled. Throws RegexTooSlow. */
  async scan(tree: TopicTree): Promise<boolean> {
    this.pacer.restart()
    for (const names of tree.nameTopics()) {
      this.names = names
      await this.pacer.yieldIfDue()
      if (this.cancelled) return false
    }
    const names = this.names!
    this.matching = grown(this.matching, names.count)
    this.inBranch = grown(this.inBranch, names.branches)
    this.seenId = tree.root.lastId
    const ended =
      (this.spec.scope === 'values' || (await this.scanNames(names))) && (await this.scanValues(names))
    this.scanning = false
    return ended
  }

  cancel(): void {
    this.cancelled = true
  }

  /** Checks a new topic and returns the nodes that become visible because of it. During a scan it returns none. */
  added(node: TopicNode): TopicNode[] {
    const { names } = this
    if (this.scanning || !names || this.spec.scope === 'values' || !this.fits(node.path)) return []
    const appeared: TopicNode[] = []
    for (let up: TopicNode | null = node; up?.parent; up = up.parent) if (!this.shows(up)) appeared.push(up)
    this.mark(names, names.numberOf(node.entry!.id))
    return appeared
  }

  /** Rechecks the topics that had messages since the last check. Returns whether the matches changed. Throws RegexTooSlow. */
  async recheck(tree: TopicTree): Promise<boolean> {
    const { names, seenId } = this
    if (!names || this.scanning || tree.root.lastId <= seenId) return false
    this.seenId = tree.root.lastId
    this.scanning = true
    this.pacer.restart()
    let changed = false
    let batch: TopicNode[] = []
    const look = async (): Promise<void> => {
      const fitting = new Set(this.fittingValues(batch))
      for (const node of batch) {
        const number = names.numberOf(node.entry!.id)
        if (number === -1) continue
        const fits = fitting.has(node) || (this.spec.scope === 'both' && this.fits(node.path))
        if (fits === (this.matching[number] === 1)) continue
        if (fits) this.mark(names, number)
        else this.unmark(names, number)
        changed = true
      }
      batch = []
      await this.pacer.yieldIfDue()
    }
    for (const node of changedSince(tree.root, seenId)) {
      batch.push(node)
      if (batch.length === VALUES_AT_ONCE) await look()
      if (this.cancelled) return false
    }
    await look()
    this.scanning = false
    return changed
  }

  private async scanNames(names: TopicNames): Promise<boolean> {
    const { text, mode, matchCase } = this.spec
    if (mode === 'text') {
      const folded = text.toLowerCase()
      // Topics added meanwhile are at the end.
      for (let chunk = 0; chunk < names.chunks; chunk++) {
        names.find(chunk, folded, (topic) => {
          if (!matchCase || names.nodes[topic]!.path.includes(text)) this.mark(names, topic)
        })
        await this.pacer.yieldIfDue()
        if (this.cancelled) return false
      }
      return true
    }
    for (let first = 0; first < names.count; first += NAMES_AT_ONCE) {
      const nodes = names.nodes.slice(first, first + NAMES_AT_ONCE)
      for (const place of this.matcher(nodes.map(({ path }) => path))) this.mark(names, first + place)
      await this.pacer.yieldIfDue()
      if (this.cancelled) return false
    }
    return true
  }

  private async scanValues(names: TopicNames): Promise<boolean> {
    if (this.spec.scope === 'names') return true
    for (let first = 0; first < names.count; first += VALUES_AT_ONCE) {
      const nodes = names.nodes.slice(first, first + VALUES_AT_ONCE)
      for (const node of this.fittingValues(nodes)) this.mark(names, names.numberOf(node.entry!.id))
      await this.pacer.yieldIfDue()
      if (this.cancelled) return false
    }
    return true
  }

  private fittingValues(nodes: readonly TopicNode[]): TopicNode[] {
    const withValue: TopicNode[] = []
    const values: string[] = []
    for (const node of nodes) {
      const value = node.entry && this.readValue(node.entry)
      if (value === null) continue
      withValue.push(node)
      values.push(value)
    }
    return this.matcher(values).map((place) => withValue[place]!)
  }

  private fits(path: string): boolean {
    return this.matcher([path]).length > 0
  }

  private mark(names: TopicNames, topic: number): void {
    if (topic >= this.matching.length) this.matching = grown(this.matching, topic)
    if (this.matching[topic] === 1 || this.isHidden(names.nodes[topic]!.path)) return
    this.matching[topic] = 1
    this.matches++
    this.countInBranches(names, topic, 1)
  }

  private unmark(names: TopicNames, topic: number): void {
    this.matching[topic] = 0
    this.matches--
    this.countInBranches(names, topic, -1)
  }

  private countInBranches(names: TopicNames, topic: number, by: number): void {
    for (let branch = names.branchOf(topic); branch !== -1; branch = names.outerBranchOf(branch)) {
      if (branch >= this.inBranch.length) this.inBranch = grown(this.inBranch, branch)
      this.inBranch[branch]! += by
    }
  }
}

export { RegexTooSlow }

/** Yields the topics at and below a node that had messages after an id. */
function* changedSince(node: TopicNode, id: number): Generator<TopicNode> {
  const waiting = [node]
  for (let next; (next = waiting.pop());) {
    if (next.lastId <= id) continue
    if (next.entry && next.entry.lastId > id) yield next
    for (const child of next.children?.values() ?? []) waiting.push(child)
  }
}
