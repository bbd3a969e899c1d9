import { noneOpen, OpenBranches } from '../../../shared/contract/topics'
import { preferences } from '../../state/preferences.svelte'

/** Limits of the branches remembered per profile and kind, and of their characters: the page's storage holds 5 MB. */
const MAX_BRANCHES = 500
const MAX_CHARACTERS = 200_000

/** The open branches of a connection's tree, stored in the page, so that other views of the tree open the same ones. */
export class RememberedBranches {
  readonly #key: string
  readonly #opened: Set<string>
  readonly #closed: Set<string>
  readonly #above: Set<string>
  readonly #below: Set<string>
  #depth: number

  constructor(connectionId: string) {
    this.#key = `expanded.${connectionId}`
    const { opened, closed, above, depth, below } = remembered(this.#key)
    this.#opened = new Set(opened)
    this.#closed = new Set(closed)
    this.#above = new Set(above)
    this.#below = new Set(below)
    this.#depth = depth
  }

  get value(): OpenBranches {
    return {
      opened: [...this.#opened],
      closed: [...this.#closed],
      above: [...this.#above],
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
    this.#above.clear()
    this.#below.clear()
    this.#depth = depth
    this.#keep()
  }

  openBelow(path: string): void {
    this.#below.add(path)
    for (const closed of this.#closed) if (closed.startsWith(`${path}/`)) this.#closed.delete(closed)
    this.open(path)
  }

  /** Opens everything above a path. */
  reveal(path: string): void {
    this.#above.add(path)
    for (const closed of this.#closed) if (path.startsWith(`${closed}/`)) this.#closed.delete(closed)
    this.#keep()
  }

  #keep(): void {
    const { opened, closed, above, below, depth } = this.value
    const kept = {
      opened: newest(opened),
      closed: newest(closed),
      above: newest(above),
      below: newest(below),
      depth
    }
    preferences.keep(this.#key, JSON.stringify(kept))
  }
}

function remembered(key: string): OpenBranches {
  try {
    const stored: unknown = JSON.parse(preferences.recall(key) ?? 'null')
    // An older version stored only the opened branches.
    return OpenBranches.parse(Array.isArray(stored) ? { ...noneOpen, opened: stored } : stored)
  } catch {
    return noneOpen
  }
}

/** The last of the paths, up to the limits. */
function newest(paths: readonly string[]): string[] {
  let characters = 0
  const kept = paths.slice(-MAX_BRANCHES).reverse()
  const end = kept.findIndex((path) => (characters += path.length) > MAX_CHARACTERS)
  return kept.slice(0, end === -1 ? kept.length : end).reverse()
}
