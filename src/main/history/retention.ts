import type Database from 'better-sqlite3'
import type { Meta } from './meta'
import { firstIdFrom } from './times'
import type { TopicEntry } from './topics'

/** How much history is kept; null leaves it unlimited. */
export interface RetentionLimits {
  /** Bytes in the file's pages, without free ones. */
  bytes: number | null
  /** Oldest time to keep, in µs since 1970 UTC. */
  from: number | null
}

/** The part of the writer that retention needs. */
interface Owner {
  entry(topicId: number): TopicEntry | null
  /** Writes an entry's totals to its row. */
  update(entry: TopicEntry): void
  /** Whether a message is due for clearing: its topic no longer counts it. */
  isBeingCleared(entry: TopicEntry, id: number): boolean
  /** Ends the open segment, so that it can be processed as a whole. */
  closeSegment(): void
  begin(): void
  commit(): void
}

/** Called with the number of incoming messages that a topic lost. */
type Removed = (entry: TopicEntry, messages: number) => void

/** How long one step may take, in ms, and the rows and pages handled between two clock checks. */
const STEP = 8
const ROWS = 200
const POSTINGS = 2_000
const PAGES = 50
/** A history over its limit is cut to this share of it, so that not every new message needs a deletion. */
const CUT_TO = 0.97
/** Free pages are returned to the disk when they exceed this share of the file. */
const FREE_SHARE = 0.02

/**
 * Deletes the oldest messages of a history, segment by segment, but never the newest incoming one of a topic: the tree stays
 * complete. A spared message is deleted once a newer one replaces it.
 */
export class Retention {
  /** Messages below this id were deleted or spared. It restarts when the file is opened: only spared ones must be walked again. */
  private floor = 1
  /** Spared messages that are no longer the newest of their topics. */
  private stale: { id: number; topicId: number }[] = []
  private cutting = false
  /** A walked segment whose postings are being thinned out; done up to a topic. */
  private thinning: { segment: number; last: number; topicId: number } | null = null
  private readonly rows
  private readonly segmentAt
  private readonly postings
  private readonly deleteMessage
  private readonly deletePosting
  private readonly keepInPosting
  private readonly keepInSegment
  private readonly uncountInSegment
  private readonly deleteEmptySegment

  constructor(
    private readonly database: Database.Database,
    private readonly meta: Meta,
    private readonly owner: Owner
  ) {
    this.rows = database
      .prepare<[number, number, number], [number, number, number]>(
        'SELECT id, topic_id, direction FROM message WHERE id >= ? AND id <= ? ORDER BY id LIMIT ?'
      )
      .raw()
    this.segmentAt = database.prepare<[number], { id: number; last: number }>(
      'SELECT id, last_id AS last FROM segment WHERE last_id >= ? ORDER BY id LIMIT 1'
    )
    this.postings = database.prepare<[number, number, number], { topicId: number; ids: Buffer }>(
      'SELECT topic_id AS topicId, ids FROM posting WHERE segment = ? AND topic_id > ? ORDER BY topic_id LIMIT ?'
    )
    this.deleteMessage = database.prepare('DELETE FROM message WHERE id = ?')
    this.deletePosting = database.prepare('DELETE FROM posting WHERE segment = ? AND topic_id = ?')
    this.keepInPosting = database.prepare('UPDATE posting SET ids = ? WHERE segment = ? AND topic_id = ?')
    this.keepInSegment = database.prepare(
      'UPDATE segment SET messages = (SELECT count(*) FROM posting WHERE segment = ?) WHERE id = ?'
    )
    this.uncountInSegment = database.prepare('UPDATE segment SET messages = messages - 1 WHERE id = ?')
    this.deleteEmptySegment = database.prepare('DELETE FROM segment WHERE id = ? AND messages = 0')
  }

  /** Call before a newer message becomes the newest of its topic. */
  superseded({ lastId, id }: TopicEntry): void {
    if (lastId > 0 && lastId < this.floor) this.stale.push({ id: lastId, topicId: id })
  }

  /** Works for a few ms. Returns true when more work is due at once. */
  step(limits: RetentionLimits, removed: Removed): boolean {
    const deadline = performance.now() + STEP
    const end = limits.from === null ? 0 : firstIdFrom(this.database, limits.from)
    while (this.thinning || this.isOver(limits.bytes) || this.floor < end) {
      const moved = this.deleteSome(this.floor < end && !this.cutting ? end : Infinity, removed)
      if (!moved) break
      if (performance.now() > deadline) return true
    }
    return this.giveBack(deadline)
  }

  private isOver(limit: number | null): boolean {
    if (limit === null) return false
    const used = (this.pragma('page_count') - this.pragma('freelist_count')) * this.pragma('page_size')
    if (used > limit) this.cutting = true
    else if (used <= limit * CUT_TO) this.cutting = false
    return this.cutting
  }

  /** Deletes some messages from the floor up to `end`, and raises the floor. Returns false when there are none. */
  private deleteSome(end: number, removed: Removed): boolean {
    this.owner.begin()
    if (this.thinning) {
      this.thinOut(this.thinning)
      this.owner.commit()
      return true
    }
    const segment = this.segmentAt.get(this.floor)
    if (!segment) {
      // Only the segment being filled is left: end it if it contains messages to delete.
      const [first] = this.rows.get(this.floor, Number.MAX_SAFE_INTEGER, 1) ?? []
      const left = first !== undefined && first < end
      if (left) this.owner.closeSegment()
      this.owner.commit()
      return left
    }
    const last = Math.min(segment.last, end - 1)
    const rows = this.rows.all(this.floor, last, ROWS)
    const losses = new Map<TopicEntry, number>()
    for (const [id, topicId, direction] of rows) {
      const entry = this.owner.entry(topicId)
      if (entry?.lastId === id) continue
      this.deleteMessage.run(id)
      if (entry && direction === 0 && !this.owner.isBeingCleared(entry, id))
        losses.set(entry, (losses.get(entry) ?? 0) + 1)
    }
    for (const [entry, messages] of losses) this.lose(entry, messages, removed)
    this.floor = rows.length === ROWS ? rows[ROWS - 1]![0] + 1 : last + 1
    if (this.floor > segment.last) this.thinning = { segment: segment.id, last: segment.last, topicId: 0 }
    this.dropStale(removed)
    this.meta.set('retention_floor', Math.max(this.floor, this.meta.get('retention_floor') ?? 0))
    this.owner.commit()
    return true
  }

  /** Reduces some postings of a walked segment to the spared messages. */
  private thinOut(thinning: NonNullable<typeof this.thinning>): void {
    const { segment, last } = thinning
    const postings = this.postings.all(segment, thinning.topicId, POSTINGS)
    for (const { topicId, ids } of postings) {
      thinning.topicId = topicId
      const spared = this.owner.entry(topicId)?.lastId ?? 0
      if (spared < segment || spared > last) this.deletePosting.run(segment, topicId)
      else {
        if (ids.length === 2) continue
        const id = Buffer.alloc(2)
        id.writeUInt16LE(spared - segment)
        this.keepInPosting.run(id, segment, topicId)
      }
    }
    if (postings.length === POSTINGS) return
    this.thinning = null
    // Each remaining posting has one message.
    this.keepInSegment.run(segment, segment)
    this.deleteEmptySegment.run(segment)
  }

  private dropStale(removed: Removed): void {
    for (const { id, topicId } of this.stale.splice(0, ROWS)) {
      // If it was cleared meanwhile, it is no longer counted.
      if (this.deleteMessage.run(id).changes === 0) continue
      const entry = this.owner.entry(topicId)
      if (entry && !this.owner.isBeingCleared(entry, id)) this.lose(entry, 1, removed)
      const segment = this.segmentAt.get(id)
      // A segment still being walked is thinned out later.
      if (!segment || segment.id > id || segment.last >= this.floor) continue
      if (this.deletePosting.run(segment.id, topicId).changes === 0) continue
      this.uncountInSegment.run(segment.id)
      this.deleteEmptySegment.run(segment.id)
    }
  }

  private lose(entry: TopicEntry, messages: number, removed: Removed): void {
    entry.messages -= messages
    // In the same transaction as the deletion, so totals stay right even if the process is killed.
    this.owner.update(entry)
    removed(entry, messages)
  }

  /** Returns free pages to the disk. True when more are left. */
  private giveBack(deadline: number): boolean {
    const tooMany = (): boolean => this.pragma('freelist_count') > this.pragma('page_count') * FREE_SHARE
    if (!tooMany()) return false
    this.owner.commit()
    while (tooMany()) {
      this.database.pragma(`incremental_vacuum(${PAGES})`)
      if (performance.now() > deadline) return true
    }
    return false
  }

  private pragma(name: 'page_count' | 'freelist_count' | 'page_size'): number {
    return this.database.pragma(name, { simple: true }) as number
  }
}
