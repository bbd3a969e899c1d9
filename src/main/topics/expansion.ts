import type { OpenBranches } from '../../shared/contract/topics'
import type { TopicNode } from './tree'

/** Which branches are open: by hand, down to a level, or all below one. */
export class Expansion {
  private readonly opened: Set<string>
  private readonly closed: Set<string>
  private depth: number
  private readonly below: Set<string>

  constructor({ opened, closed, depth, below }: OpenBranches) {
    this.opened = new Set(opened)
    this.closed = new Set(closed)
    this.depth = depth
    this.below = new Set(below)
  }

  open(path: string): void {
    this.opened.add(path)
    this.closed.delete(path)
  }

  close(path: string): void {
    this.opened.delete(path)
    this.below.delete(path)
    this.closed.add(path)
  }

  /** Opens every branch of the first levels, and closes what is deeper; 0 closes all. */
  openTo(depth: number): void {
    this.opened.clear()
    this.closed.clear()
    this.below.clear()
    this.depth = depth
  }

  /** Opens a branch and all below it. */
  openBelow(path: string): void {
    this.below.add(path)
    this.open(path)
    for (const closed of this.closed) if (closed.startsWith(`${path}/`)) this.closed.delete(closed)
  }

  /** With a filter that opens all, what was closed by hand stays closed. */
  reopen(): void {
    this.closed.clear()
  }

  /** `all`: everything is open that was not closed by hand. */
  isOpen(node: TopicNode, all: boolean): boolean {
    if (!all && this.opened.size === 0 && this.depth === 0) return false
    if (this.closed.size > 0 && this.closed.has(node.path)) return false
    return all || depthOf(node) < this.depth || this.opened.has(node.path) || this.isBelow(node)
  }

  private isBelow(node: TopicNode): boolean {
    if (this.below.size === 0) return false
    for (let up: TopicNode | null = node; up?.parent; up = up.parent) if (this.below.has(up.path)) return true
    return false
  }
}

/** 0 for a top level. */
function depthOf(node: TopicNode): number {
  let depth = -1
  for (let up: TopicNode | null = node; up?.parent; up = up.parent) depth++
  return depth
}
