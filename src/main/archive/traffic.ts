import type { TrafficQuery, TrafficRanking } from '../../shared/contract/traffic'
import { rank } from '../topics/traffic-ranking'
import { openIfThere } from '../history/open'
import { TrafficSums } from '../history/traffic'
import type { ArchiveCalls } from './archive-functions'
import { orHistoryFault } from './open-histories'

/** How long a step takes at most, in ms, but for its last page. */
const STEP_MS = 200

/** What came in all that a history holds. The sums of the history that was asked for last stay at hand. */
export class HistoryTraffic {
  private path: string | null = null
  private sums: TrafficSums | null = null

  calls(): ArchiveCalls<'traffic'> {
    return {
      'traffic.all': ({ path, query, fresh }) => orHistoryFault(() => this.step(path, query, fresh))
    }
  }

  /** See the contract's `traffic.all`. Throws SQLite's own errors. */
  step(path: string, query: TrafficQuery, fresh: boolean): { share: number; ranking: TrafficRanking | null } {
    if (fresh || path !== this.path) this.close()
    this.path = path
    this.sums ??= openIfThere(path, (there) => TrafficSums.open(there))
    if (!this.sums) return { share: 1, ranking: rank([], query, 1) }
    const share = this.sums.step(STEP_MS)
    return { share, ranking: share < 1 ? null : rank(this.sums.counted(), query, this.sums.seconds) }
  }

  /** Lets a history's file go. */
  forget(path: string): void {
    if (path === this.path) this.close()
  }

  close(): void {
    this.sums?.close()
    this.sums = null
    this.path = null
  }
}
