import type { TopicEntry } from './topics'

/** Tracks topics whose totals differ from their rows, and writes them in passes: in id order, a part at a time. */
export class Checkpoint {
  private dirty: TopicEntry[] = []
  private pass: TopicEntry[] = []
  private place = 0
  private passMark = 0
  /** Every row includes the messages up to this id. */
  mark: number

  constructor(
    mark: number,
    private readonly write: (entry: TopicEntry) => void
  ) {
    this.mark = mark
  }

  /** Whether any row differs. */
  get pending(): boolean {
    return this.dirty.length > 0 || this.place < this.pass.length
  }

  /** Marks an entry whose totals are about to differ from its row. */
  touch(entry: TopicEntry): void {
    if (entry.dirty) return
    entry.dirty = true
    this.dirty.push(entry)
  }

  /** Writes rows for about `budget` ms. `newestId` is the newest message that entries include. Returns true when every row is current. */
  advance(newestId: number, budget: number): boolean {
    const deadline = performance.now() + budget
    for (;;) {
      if (this.place === this.pass.length) {
        if (this.pass.length > 0) this.mark = this.passMark
        if (this.dirty.length === 0) {
          this.pass = []
          this.place = 0
          this.mark = newestId
          return true
        }
        // Neighbours share pages: in id order each page is written once.
        this.pass = this.dirty.sort((a, b) => a.id - b.id)
        this.dirty = []
        this.place = 0
        this.passMark = newestId
      }
      const end = Math.min(this.place + 64, this.pass.length)
      for (; this.place < end; this.place++) {
        const entry = this.pass[this.place]!
        entry.dirty = false
        this.write(entry)
      }
      if (performance.now() > deadline) return false
    }
  }
}
