import { existsSync } from 'node:fs'
import type { SearchIndex } from '../history/search-index'
import { Indexer } from '../history/indexer'

/** Messages indexed at once: some ms. */
const BATCH = 400
/** How often a history is looked at that has nothing new, in ms. */
const IDLE = 1_000
/** With so many new messages a second, recording needs the machine more than the index does. */
const FLOOD = 20_000
/** How long the thread rests after a batch, as a multiple of what that took: in general, and in a flood. */
const REST = 1
const REST_IN_FLOOD = 6
/** How often dropped messages are looked for, in ms. */
const TIDY_EVERY = 60_000

interface Followed {
  indexer: Indexer | null
  /** Messages that were not indexed, and when (ms), at the last look. */
  newest: number
  lookedAt: number
  tidyAt: number
}

/** Keeps the search indexes of histories up to date, a batch at a time, and with more rest the more there is to be recorded. */
export class Indexing {
  private readonly followed = new Map<string, Followed>()
  private timer: NodeJS.Timeout | null = null

  /** Indexes a history from now on, as soon as there is a file. */
  follow(path: string): void {
    if (!this.followed.has(path))
      this.followed.set(path, { indexer: null, newest: 0, lookedAt: 0, tidyAt: 0 })
    this.timer ??= setTimeout(() => this.work(), 0)
  }

  leave(path: string): void {
    this.followed.get(path)?.indexer?.close()
    this.followed.delete(path)
  }

  /** The index of a followed history, and how many messages it lacks. */
  of(path: string): { index: SearchIndex; unindexed: number } | null {
    const indexer = this.followed.get(path)?.indexer
    return indexer ? { index: indexer.index, unindexed: indexer.unindexed } : null
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    for (const path of [...this.followed.keys()]) this.leave(path)
  }

  private work(): void {
    const started = performance.now()
    let more = false
    let flood = false
    for (const [path, followed] of this.followed) {
      try {
        const found = this.advance(path, followed, started)
        more ||= found.more
        flood ||= found.flood
      } catch {
        // A history or index that cannot be read is opened anew at the next look; searching says what is wrong with it.
        followed.indexer?.close()
        followed.indexer = null
      }
    }
    const took = performance.now() - started
    const rest = !more ? IDLE : took * (flood ? REST_IN_FLOOD : REST)
    this.timer = this.followed.size > 0 ? setTimeout(() => this.work(), rest) : null
  }

  private advance(path: string, followed: Followed, now: number): { more: boolean; flood: boolean } {
    if (!followed.indexer) {
      if (!existsSync(path)) return { more: false, flood: false }
      followed.indexer = Indexer.open(path)
    }
    const { indexer } = followed
    const more = indexer.advance(BATCH)
    const newest = indexer.index.watermark + indexer.unindexed
    const rate = ((newest - followed.newest) * 1_000) / (now - followed.lookedAt)
    followed.newest = newest
    followed.lookedAt = now
    if (now >= followed.tidyAt) {
      indexer.tidy()
      followed.tidyAt = now + TIDY_EVERY
    }
    return { more, flood: rate > FLOOD }
  }
}
