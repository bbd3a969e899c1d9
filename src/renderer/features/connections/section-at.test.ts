import { expect, it } from 'vitest'
import { sectionAt } from './section-at'

const within = (scrollTop: number) => ({ scrollTop, clientHeight: 300, scrollHeight: 1_000 })

it('is the last section whose title has reached the upper edge', () => {
  expect(sectionAt([0, 250, 600], within(0))).toBe(0)
  expect(sectionAt([-211, 39, 389], within(211))).toBe(1)
  expect(sectionAt([-209, 41, 391], within(209))).toBe(0)
})

it('is the last one at the end, where its title may not reach the edge', () => {
  expect(sectionAt([-700, -450, 150], within(700))).toBe(2)
})

it('is the first one when all fit', () => {
  expect(sectionAt([10, 100], { scrollTop: 0, clientHeight: 300, scrollHeight: 300 })).toBe(0)
})
