import type { OpenBranches } from '../../shared/contract/topics'
import { levelsOf } from '../../shared/topic'

/** A branch that was opened or closed manually, or that has such branches below it. */
class Mark {
  /** Keyed by level; a Map, as in the tree. */
  children: Map<string, Mark> | null = null
  opened = false
  closed = false
  /** Everything below it is open. */
  below = false
}

/** A node's position in the marks. `step` leads from a node's place to a child's without building a path. */
export interface ExpansionPlace {
  mark: Mark | null
  /** Number of levels above the node's children: 0 for the root. */
  depth: number
  /** Everything below is open. */
  below: boolean
}

/** Which branches are open: opened manually, down to a level, or below a branch. */
export class Expansion {
  private marks = new Mark()
  private depth = 0
  /** Nothing was opened. A shortcut, because views are asked about every branch and most have nothing open. */
  private nothingOpen = true

  constructor({ opened, closed, above, depth, below }: OpenBranches) {
    this.depth = depth
    this.nothingOpen = depth === 0
    for (const path of above) this.openAbove(path)
    for (const path of opened) this.open(path)
    for (const path of below) this.openBelow(path)
    for (const path of closed) this.close(path)
  }

  open(path: string): void {
    const mark = this.markAt(path)
    mark.opened = true
    mark.closed = false
    this.nothingOpen = false
  }

  close(path: string): void {
    const mark = this.markAt(path)
    mark.opened = false
    mark.below = false
    mark.closed = true
  }

  /** Opens every branch above a path. */
  openAbove(path: string): void {
    let mark = this.marks
    for (const level of levelsOf(path).slice(0, -1)) {
      mark = childOf(mark, level)
      mark.opened = true
      mark.closed = false
    }
    this.nothingOpen = false
  }

  /** Opens all branches of the first levels and closes deeper ones; 0 closes all. */
  openTo(depth: number): void {
    this.marks = new Mark()
    this.depth = depth
    this.nothingOpen = depth === 0
  }

  /** Opens a branch and everything below it. */
  openBelow(path: string): void {
    this.open(path)
    const mark = this.markAt(path)
    mark.below = true
    forgetClosed(mark)
  }

  /** Reopens manually closed branches, which would otherwise stay closed even if a filter opens all. */
  reopen(): void {
    forgetClosed(this.marks)
  }

  /** The place of a tree's root. */
  get root(): ExpansionPlace {
    return { mark: this.marks, depth: 0, below: false }
  }

  step({ mark, depth, below }: ExpansionPlace, name: string): ExpansionPlace {
    const next = mark?.children?.get(name) ?? null
    return { mark: next, depth: depth + 1, below: below || next?.below === true }
  }

  /** Whether a child of the node at a place is open. `all`: every branch that was not closed manually is open. */
  isOpen(parent: ExpansionPlace, name: string, all: boolean): boolean {
    if (!all && this.nothingOpen) return false
    const mark = parent.mark?.children?.get(name)
    if (mark?.closed) return false
    return all || parent.depth < this.depth || parent.below || mark?.opened === true || mark?.below === true
  }

  private markAt(path: string): Mark {
    let mark = this.marks
    for (const level of levelsOf(path)) mark = childOf(mark, level)
    return mark
  }
}

function childOf(mark: Mark, level: string): Mark {
  mark.children ??= new Map()
  const known = mark.children.get(level)
  if (known) return known
  const made = new Mark()
  mark.children.set(level, made)
  return made
}

/** Forgets which branches were closed at and below a mark. */
function forgetClosed(mark: Mark): void {
  const waiting = [mark]
  for (let next; (next = waiting.pop());) {
    next.closed = false
    for (const child of next.children?.values() ?? []) waiting.push(child)
  }
}
