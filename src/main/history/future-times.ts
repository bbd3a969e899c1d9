import type Database from 'better-sqlite3'
import type { Clock } from './clock'
import { edgeId, firstIdFrom } from './times'

/** How far the newest time in a file may be ahead of the system's clock (µs), and for how long (ms), before it is considered wrong. */
const AHEAD = 3_600_000_000
const SETTLE = 60_000
/** Messages corrected in one step, which takes a few ms. */
const ROWS = 2_000

/** The part of the writer that the correction needs. */
interface Owner {
  begin(): void
  commit(): void
}

/**
 * Corrects times that lie in the future. Times in a file never decrease (searches by time rely on it), so one message that arrived
 * while the system clock was far ahead forces its time on all later messages.
 *
 * When the newest time has been more than an hour ahead of the clock for a minute, the messages ahead get the present time, oldest
 * first, in steps; times never decrease meanwhile. The clock then continues from the present. Up to an hour ahead nothing is
 * corrected: new messages get the newest time until the clock passes it. A clock that is behind the first message of
 * the file is itself wrong (for example, no clock battery and just booted), so nothing is corrected.
 */
export class FutureTimes {
  private aheadSince: number | null = null
  /** The time given to corrected messages, in µs. */
  private present: number | null = null
  private readonly firstTime
  private readonly correct

  constructor(
    private readonly database: Database.Database,
    private readonly clock: Clock,
    private readonly owner: Owner
  ) {
    this.firstTime = database
      .prepare<[], number>('SELECT received_at FROM message ORDER BY id LIMIT 1')
      .pluck()
    this.correct = database.prepare<[number, number, number]>(
      `UPDATE message SET received_at = ?
       WHERE id IN (SELECT id FROM message WHERE id >= ? ORDER BY id LIMIT ?)`
    )
  }

  /** Corrects some messages, if needed. Returns true when more work is due at once. Pending inserts must be flushed first. */
  step(): boolean {
    const { database, owner } = this
    const now = Date.now() * 1_000
    if (this.clock.latest - now <= AHEAD) {
      this.aheadSince = null
      return false
    }
    this.aheadSince ??= performance.now()
    if (performance.now() - this.aheadSince < SETTLE || (this.firstTime.get() ?? 0) > now) return false
    this.present ??= now
    const from = firstIdFrom(database, this.present + 1)
    owner.begin()
    this.correct.run(this.present, from, ROWS)
    owner.commit()
    if (firstIdFrom(database, this.present + 1) <= edgeId(database, 'max')) return true
    this.clock.setBack(this.present)
    this.present = null
    return false
  }
}
