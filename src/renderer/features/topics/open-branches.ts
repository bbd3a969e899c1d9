import { noneOpen, OpenBranches } from '../../../shared/contract/topics'
import { levelsOf } from '../../../shared/topic'

/** How many branches are remembered for a profile, of each kind. */
const MAX_BRANCHES = 500

/** Which branches of a connection's tree are open, so that another view of it has the same ones; remembered with the page. */
export class RememberedBranches {
  readonly #key: string
  readonly #opened: Set<string>
  readonly #closed: Set<string>
  readonly #below: Set<string>
  #depth: number

  constructor(connectionId: string) {
    this.#key = `treetop.expanded.${connectionId}`
    const { opened, closed, depth, below } = remembered(this.#key)
    this.#opened = new Set(opened)
    this.#closed = new Set(closed)
    this.#below = new Set(below)
    this.#depth = depth
  }

  get value(): OpenBranches {
    return {
      opened: [...this.#opened],
      closed: [...this.#closed],
      depth: this.#depth,
      below: [...this.#below]
    }
  }

  open(path: string): void {
    this.#opened.add(path)
    this.#closed.delete(path)
    this.#keep()
  }

  close(path: string): void {
    this.#opened.delete(path)
    this.#below.delete(path)
    this.#closed.add(path)
    this.#keep()
  }

  openTo(depth: number): void {
    this.#opened.clear()
    this.#closed.clear()
    this.#below.clear()
    this.#depth = depth
    this.#keep()
  }

  openBelow(path: string): void {
    this.#below.add(path)
    for (const closed of this.#closed) if (closed.startsWith(`${path}/`)) this.#closed.delete(closed)
    this.open(path)
  }

  /** Everything above a path is open. */
  reveal(path: string): void {
    const levels = levelsOf(path)
    for (let depth = 1; depth < levels.length; depth++) {
      const above = levels.slice(0, depth).join('/')
      this.#opened.add(above)
      this.#closed.delete(above)
    }
    this.#keep()
  }

  #keep(): void {
    const { opened, closed, below, depth } = this.value
    const kept = {
      opened: opened.slice(-MAX_BRANCHES),
      closed: closed.slice(-MAX_BRANCHES),
      below: below.slice(-MAX_BRANCHES),
      depth
    }
    localStorage.setItem(this.#key, JSON.stringify(kept))
  }
}

function remembered(key: string): OpenBranches {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    // An older version kept only what was opened.
    return OpenBranches.parse(Array.isArray(stored) ? { ...noneOpen, opened: stored } : stored)
  } catch {
    return noneOpen
  }
}
