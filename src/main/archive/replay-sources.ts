import type { ReplaySelection } from '../../shared/contract/replay'
import { AppError } from '../../shared/errors'
import type { ReplayPage } from '../automation/replay/message'
import { ReplaySource } from '../automation/replay/source'

/** The histories that are being replayed. Each replay has a reader of its own. */
export class ReplaySources {
  private readonly open = new Map<string, { path: string; source: ReplaySource }>()

  /** Throws HISTORY_UNAVAILABLE. */
  begin({ id, path, selection }: { id: string; path: string; selection: ReplaySelection }): void {
    this.open.set(id, { path, source: ReplaySource.open(path, selection) })
  }

  /** The next messages. Throws HISTORY_UNAVAILABLE, also when the history was closed meanwhile. */
  page(id: string): ReplayPage {
    const found = this.open.get(id)
    if (!found) throw new AppError('HISTORY_UNAVAILABLE', { reason: 'it was closed' })
    return found.source.page()
  }

  end(id: string): void {
    this.open.get(id)?.source.close()
    this.open.delete(id)
  }

  /** Ends the replays of a history, or all (null). */
  endAll(path: string | null): void {
    for (const [id, each] of this.open) if (path === null || each.path === path) this.end(id)
  }
}
