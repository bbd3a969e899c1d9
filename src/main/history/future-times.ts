import type Database from 'better-sqlite3'
import type { Clock } from './clock'
import { edgeId, firstIdFrom } from './times'

/** How far the newest time in a file may be ahead of the system's clock (µs), and for how long (ms), before it is taken for wrong. */
const AHEAD = 3_600_000_000
const SETTLE = 60_000
/** Messages corrected in one step: some ms. */
const ROWS = 2_000

/** What the correction needs of the writer. */
interface Owner {
  begin(): void
  commit(): void
}

/**
 * Corrects times that lie in the future. Times in a file never decrease (searches by time rely on it), so one message that arrived
 * while the system's clock was far ahead gives its time to all that follow.
 *
 * When the newest time has been more than an hour ahead of the clock for a minute, the messages that are ahead get the present time, oldest
 * first, in steps; times never decrease meanwhile. The clock is then free to go on from the present. Up to an hour ahead nothing is
 * corrected: new messages get the newest time until the clock has passed it. A clock that is behind the first message of
 * the file is itself wrong (a computer without a battery for its clock, just started) and corrects nothing.
 */
export class FutureTimes {
  private aheadSince: number | null = null
  /** The time that is being given, in µs. */
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

  /** Corrects some messages, if any need it; true when there is more to do at once. All that was recorded must be in the database. */
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
