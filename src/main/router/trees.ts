import { randomUUID } from 'node:crypto'
import type { CallInput, CallsOf } from '../../shared/contract'
import type { HistoryRef } from '../../shared/contract/histories'
import { AppError } from '../../shared/errors'
import type { PageSession } from '../../shared/rpc/contract'
import type { Peer } from '../../shared/rpc/peer'
import type { TreeCalls } from '../topics/tree-calls'
import type { Histories } from './histories'

/** The threads that have topic trees. */
interface Holders {
  connections: { isOpen(id: string): boolean; peer(id: string): Peer<TreeCalls> }
  archive: { peer(): Peer<TreeCalls> }
  histories: Pick<Histories, 'pathOf'>
}

interface View {
  session: PageSession
  /** The connection whose worker has the view; null: the archive. */
  connectionId: string | null
}

type TreeCallName = keyof CallsOf<'tree'>

/**
 * Passes calls about trees to the thread that has the tree: the connection's worker, or the archive for past moments and recordings. A
 * view belongs to the page that opened it: only that page gets its frames, and the view closes with the page.
 */
export class Trees {
  private readonly views = new Map<string, View>()
  private readonly pages = new WeakMap<PageSession, number>()
  private lastPage = 0

  constructor(private readonly holders: Holders) {}

  /** Answers a call of the route `tree`. Throws NOT_FOUND, also for another page's view. */
  async call(name: TreeCallName, input: CallInput<TreeCallName>, session: PageSession): Promise<unknown> {
    if (name === 'topics.watch') return this.watch(input as CallInput<'topics.watch'>, session)
    if ('history' in input) {
      const path = this.holders.histories.pathOf(input.history)
      return this.peer(liveIn(input.history)).call(name, {
        ...input,
        path,
        page: this.pageOf(session)
      } as never)
    }
    const view = this.views.get(input.viewId)
    if (view?.session !== session) throw new AppError('NOT_FOUND', { what: 'view', id: input.viewId })
    if (name === 'topics.unwatch') this.views.delete(input.viewId)
    return this.peer(view.connectionId).call(name, input)
  }

  /** Returns the page that watches a view. */
  sessionOf(viewId: string): PageSession | undefined {
    return this.views.get(viewId)?.session
  }

  /** Forgets the archive's views after its thread crashed, and tells their pages, which open them again if `again`. */
  archiveCrashed(again: boolean): void {
    const sessions = new Set<PageSession>()
    for (const [viewId, { session, connectionId }] of this.views) {
      if (connectionId !== null) continue
      this.views.delete(viewId)
      sessions.add(session)
    }
    for (const session of sessions) session.emit('topics.lost', { again })
  }

  private async watch(input: CallInput<'topics.watch'>, session: PageSession): Promise<{ viewId: string }> {
    const viewId = randomUUID()
    const connectionId = input.moment === null ? liveIn(input.history) : null
    const peer = this.peer(connectionId)
    this.pageOf(session)
    this.views.set(viewId, { session, connectionId })
    try {
      const path = this.holders.histories.pathOf(input.history)
      await peer.call('topics.watch', { ...input, viewId, path })
    } catch (error) {
      this.views.delete(viewId)
      throw error
    }
    return { viewId }
  }

  /** Numbers a page, because threads know no sessions, and closes its views when it has gone. */
  private pageOf(session: PageSession): number {
    const known = this.pages.get(session)
    if (known !== undefined) return known
    const page = ++this.lastPage
    this.pages.set(session, page)
    session.onClose(() => {
      for (const [viewId, view] of this.views) if (view.session === session) this.end(viewId)
    })
    return page
  }

  /** Closes a view. */
  private end(viewId: string): void {
    const view = this.views.get(viewId)
    if (!this.views.delete(viewId)) return
    const { connectionId } = view!
    if (connectionId === null || this.holders.connections.isOpen(connectionId))
      this.peer(connectionId).notify('topics.unwatch', { viewId })
  }

  private peer(connectionId: string | null): Peer<TreeCalls> {
    const { connections, archive } = this.holders
    return connectionId === null ? archive.peer() : connections.peer(connectionId)
  }
}

/** Returns the connection whose worker has the live tree of a history; null for a recording. */
function liveIn({ kind, id }: HistoryRef): string | null {
  return kind === 'connection' ? id : null
}
