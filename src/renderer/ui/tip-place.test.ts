import { expect, it } from 'vitest'
import { placeOf } from './tip-place'

const window = { width: 800, height: 600 }
const tip = { width: 100, height: 20 }

function at(left: number, top: number, width = 40, height = 30): DOMRect {
  return { left, top, width, height, right: left + width, bottom: top + height } as DOMRect
}

it('is below its element, in its middle', () => {
  expect(placeOf(at(300, 100), tip, window)).toEqual({ left: 270, top: 136 })
})

it('is above it where there is no room below', () => {
  expect(placeOf(at(300, 560), tip, window)).toEqual({ left: 270, top: 534 })
})

it('stays in the window', () => {
  expect(placeOf(at(770, 100), tip, window).left).toBe(694)
  expect(placeOf(at(70, 100), { width: 300, height: 20 }, window).left).toBe(6)
})

it('is beside elements at the left edge', () => {
  expect(placeOf(at(6, 100, 36, 36), tip, window)).toEqual({ left: 48, top: 108 })
})
