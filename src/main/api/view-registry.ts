import { randomUUID } from 'node:crypto'
import { AppError } from '../../shared/errors'
import type { PageSession } from '../../shared/rpc/contract'

/** Whose each view is: frames go to the renderer that watches, and to no other. */
export class ViewRegistry {
  private readonly views = new Map<string, { session: PageSession; connectionId: string; past: boolean }>()

  /** A new view's id. `left` is called when its renderer is gone. */
  add(session: PageSession, connectionId: string, past: boolean, left: (viewId: string) => void): string {
    const viewId = randomUUID()
    this.views.set(viewId, { session, connectionId, past })
    session.onClose(() => {
      if (this.views.delete(viewId)) left(viewId)
    })
    return viewId
  }

  remove(viewId: string): void {
    this.views.delete(viewId)
  }

  sessionOf(viewId: string): PageSession | undefined {
    return this.views.get(viewId)?.session
  }

  /** Throws NOT_FOUND, also for another renderer's view. */
  get(viewId: string, session: PageSession): { connectionId: string; past: boolean } {
    const view = this.views.get(viewId)
    if (view?.session !== session) throw new AppError('NOT_FOUND', { what: 'view', id: viewId })
    return view
  }
}
