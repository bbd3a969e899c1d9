import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Span } from '../../../shared/contract/moments'
import { apiTo, held } from '../../state/api-fixture'
import { MomentsState } from './moments.svelte'

const span: Span = { first: { id: 1, at: 10 }, last: { id: 9, at: 90 }, from: 10, to: 90, counts: [1] }

let close = (): void => undefined
afterEach(() => close())

function setup(answers: { gate?: Promise<void>; span?: () => Span | null } = {}) {
  const found: number[] = []
  const made = apiTo({
    'moments.find': async ({ at }) => {
      found.push(at)
      await answers.gate
      return { id: Math.round(at / 10), at }
    },
    'moments.step': ({ id, way }) => {
      const to = Math.min(10, id) + (way === 'back' ? -1 : 1)
      return to >= 1 && to <= 9 ? { id: to, at: to * 10 } : null
    },
    'moments.span': () => answers.span?.() ?? null
  })
  close = made.close
  const moved: (number | null)[] = []
  const moments = new MomentsState(
    made.api,
    { kind: 'connection', id: 'c' },
    () => undefined,
    () => moved.push(moments.moment?.id ?? null)
  )
  return { moments, found, moved }
}

describe('the past of a connection', () => {
  it('goes to the last of several requested times', async () => {
    const { moments, found, moved } = setup()
    for (const at of [10, 20, 30, 40]) moments.goTo(at)
    await vi.waitFor(() => expect(moments.moment?.id).toBe(4))
    expect(found).toEqual([10, 40])
    // The first result is shown, too, so that the tree follows the thumb.
    expect(moved).toEqual([1, 4])
  })

  it('stays live when “Live” is chosen while a time is being looked up', async () => {
    const { gate, letGo } = held()
    const { moments, found, moved } = setup({ gate })
    moments.goTo(50)
    await vi.waitFor(() => expect(found).toHaveLength(1))
    moments.live()
    letGo()
    moments.goTo(20)
    await vi.waitFor(() => expect(moments.moment?.id).toBe(2))
    expect(moved).toEqual([2])
  })

  it('takes every requested step, but none after “Live”', async () => {
    const { moments } = setup()
    void moments.step('back', null)
    await moments.step('back', null)
    expect(moments.moment?.id).toBe(8)
    const late = moments.step('back', null)
    moments.live()
    await late
    expect(moments.moment).toBeNull()
  })

  it('reports an empty history only once that is known, and loads at once when a message arrives', async () => {
    let kept: Span | null = null
    const { moments } = setup({ span: () => kept })
    expect(moments.empty).toBe(false)
    await moments.load()
    expect(moments.empty).toBe(true)
    kept = span
    moments.noteNewest(9)
    expect(moments.empty).toBe(false)
    await vi.waitFor(() => expect(moments.span).toEqual(span))
  })

  it('has in a recording the marks and the flag that it was saved with, of the time that the bar shows', async () => {
    const mark = (number: number, at: number) => ({ number, at, rule: 'Too hot', topic: 'plant/a' })
    const saved = { flag: { id: 3, at: 30 }, marks: [mark(2, 80), mark(1, 20)] }
    const asked = vi.fn(() => saved)
    const made = apiTo({ 'moments.span': () => span, 'moments.marks': asked })
    close = made.close
    const recording = { kind: 'recording', id: 'r' } as const
    const moments = new MomentsState(
      made.api,
      recording,
      () => undefined,
      () => undefined
    )
    await moments.load()
    expect([moments.marks, moments.mark]).toEqual([saved.marks, saved.flag])
    moments.mark = null
    await moments.setZoom(20, 75)
    expect(moments.marks).toEqual([mark(2, 80)])
    expect(moments.mark).toBeNull()
    expect(asked).toHaveBeenCalledOnce()
  })
})
