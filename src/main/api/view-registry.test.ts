import { expect, it, vi } from 'vitest'
import type { PageSession } from '../../shared/rpc/contract'
import { ViewRegistry } from './view-registry'

function session(): PageSession & { leave(): void } {
  const closers: (() => void)[] = []
  return {
    emit: () => undefined,
    onClose: (listener) => closers.push(listener),
    leave: () => closers.forEach((close) => close())
  }
}

it('gives a view to the renderer that watches, and to no other', () => {
  const views = new ViewRegistry()
  const [mine, theirs] = [session(), session()]
  const viewId = views.add(mine, 'plant', false, () => undefined)
  expect(views.sessionOf(viewId)).toBe(mine)
  expect(views.get(viewId, mine)).toMatchObject({ connectionId: 'plant', past: false })
  expect(() => views.get(viewId, theirs)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }) as Error)
})

it('ends a view with its renderer, once', () => {
  const views = new ViewRegistry()
  const mine = session()
  const left = vi.fn()
  const kept = views.add(mine, 'plant', false, left)
  views.remove(views.add(mine, 'plant', false, left))
  mine.leave()
  expect(left.mock.calls).toEqual([[kept]])
  expect(views.sessionOf(kept)).toBeUndefined()
})
