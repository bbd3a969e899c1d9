import { existsSync } from 'node:fs'
import type { SearchIndex } from '../history/search-index'
import { Indexer } from '../history/indexer'

/** Messages indexed at once, which takes a few ms. */
const BATCH = 400
/** How often an idle history is checked, in ms. */
const IDLE = 1_000
/** At this many new messages a second, recording gets priority over the index. */
const FLOOD = 20_000
/** Pause after a batch, as a multiple of its duration: normally, and in a flood. */
const REST = 1
const REST_IN_FLOOD = 6
/** How often sparse shards are looked for, in ms. */
const TIDY_EVERY = 60_000

interface Followed {
  indexer: Indexer | null
  /** Newest message id at the last check, and the time of that check (ms). */
  newest: number
  lookedAt: number
  tidyAt: number
}

/** Keeps the search indexes of histories up to date, a batch at a time. It pauses longer when many messages are being recorded. */
export class Indexing {
  private readonly followed = new Map<string, Followed>()
  private timer: NodeJS.Timeout | null = null

  /** Indexes a history from now on, as soon as its file exists. */
  follow(path: string): void {
    if (!this.followed.has(path))
      this.followed.set(path, { indexer: null, newest: 0, lookedAt: 0, tidyAt: 0 })
    this.timer ??= setTimeout(() => this.work(), 0)
  }

  leave(path: string): void {
    this.followed.get(path)?.indexer?.close()
    this.followed.delete(path)
  }

  /** The index of a followed history, and the number of messages not indexed yet. */
  indexOf(path: string): { index: SearchIndex; unindexed: number } | null {
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
        // A history or index that cannot be read is reopened at the next check; a search reports the error.
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
