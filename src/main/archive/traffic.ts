import type { TrafficQuery, TrafficRanking } from '../../shared/contract/traffic'
import { rank } from '../topics/traffic-ranking'
import { openIfThere } from '../history/open'
import { TrafficSums } from '../history/traffic-sums'
import type { ArchiveCalls } from './archive-functions'
import { orHistoryFault } from './open-histories'

/** Time limit of a step, in ms; its last page may exceed it. */
const STEP_MS = 200
/** Histories whose sums are kept: one for each tab that may show them at the same time. */
const MAX_SUMS = 8

/** Traffic over a whole history. Keeps the sums of the most recently requested histories. */
export class HistoryTraffic {
  /** By path, the most recently requested last. */
  private readonly sums = new Map<string, TrafficSums>()

  constructor(private readonly stepMs = STEP_MS) {}

  calls(): ArchiveCalls<'traffic'> {
    return {
      'traffic.all': ({ path, query, fresh }) => orHistoryFault(() => this.step(path, query, fresh))
    }
  }

  /** See the contract's `traffic.all`. Throws SQLite's own errors. */
  step(path: string, query: TrafficQuery, fresh: boolean): { share: number; ranking: TrafficRanking | null } {
    if (fresh) this.forget(path)
    const sums = this.sums.get(path) ?? openIfThere(path, (there) => TrafficSums.open(there))
    if (!sums) return { share: 1, ranking: rank([], query, 1) }
    this.keep(path, sums)
    const share = sums.step(this.stepMs)
    return { share, ranking: share < 1 ? null : rank(sums.counted(), query, sums.seconds) }
  }

  /** Closes a history's file and drops its sums. */
  forget(path: string): void {
    this.sums.get(path)?.close()
    this.sums.delete(path)
  }

  close(): void {
    for (const path of [...this.sums.keys()]) this.forget(path)
  }

  private keep(path: string, sums: TrafficSums): void {
    this.sums.delete(path)
    this.sums.set(path, sums)
    const [oldest] = this.sums.keys()
    if (this.sums.size > MAX_SUMS && oldest !== undefined) this.forget(oldest)
  }
}
