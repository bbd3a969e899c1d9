import { expect, it } from 'vitest'
import { orderAt } from './order'

it('gives only the moved one a new place, between its neighbours', () => {
  expect(orderAt([], 0)).toEqual([1])
  expect(orderAt([1, 2, 3], 3)).toEqual([1, 2, 3, 4])
  expect(orderAt([1, 2, 3], 0)).toEqual([0, 1, 2, 3])
  expect(orderAt([1, 2, 3], 1)).toEqual([1, 1.5, 2, 3])
  expect(orderAt([1, 4], 1)).toEqual([1, 2, 4])
})

it('numbers all anew where there is no place left, or some have none', () => {
  expect(orderAt([1, null], 1)).toEqual([1, 2, 3])
  expect(orderAt([2, 2], 1)).toEqual([1, 2, 3])
  let orders: number[] = [1, 2]
  for (let times = 0; times < 200; times++) orders = orderAt(orders, 1)
  expect(new Set(orders).size).toBe(202)
  expect(orders).toEqual([...orders].sort((a, b) => a - b))
})
