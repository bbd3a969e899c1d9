import { expect, it, vi } from 'vitest'
import { placeOn } from './window-state'

vi.mock('electron', () => ({ screen: {} }))

const area = (id: number, x = 0, width = 1_920): { id: number; workArea: Electron.Rectangle } => ({
  id,
  workArea: { x, y: 0, width, height: 1_040 }
})
const place = { x: 100, y: 80, width: 1_300, height: 900, maximized: false }

it('restores the last place on the last display', () => {
  const kept = { last: '2', displays: { 1: place, 2: { ...place, x: 2_000, maximized: true } } }
  expect(placeOn(kept, [area(1), area(2, 1_920)])).toEqual({ ...place, x: 2_000, maximized: true })
})

it('leaves the place to the system if the display is gone or no place is stored', () => {
  expect(placeOn({ last: '2', displays: { 2: place } }, [area(1)])).toBeNull()
  expect(placeOn({ last: null, displays: {} }, [area(1)])).toBeNull()
})

it('keeps the window reachable if the display has become smaller', () => {
  const far = { last: '1', displays: { 1: { ...place, x: 1_900, y: 1_500, width: 1_800 } } }
  expect(placeOn(far, [area(1, 0, 1_280)])).toEqual({
    x: 1_160,
    y: 1_000,
    width: 1_280,
    height: 900,
    maximized: false
  })
  const left = { last: '1', displays: { 1: { ...place, x: -5_000, y: -300 } } }
  expect(placeOn(left, [area(1)])).toMatchObject({ x: -1_180, y: 0 })
})
