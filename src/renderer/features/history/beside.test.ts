import { expect, it } from 'vitest'
import { rowBeside } from './beside'

const rows = [9, 7, 4, 1].map((id) => ({ id }))

it('finds the next older and the next newer message, up to the ends of the list', () => {
  expect(rowBeside(rows, 7, 'older')).toBe(2)
  expect(rowBeside(rows, 7, 'newer')).toBe(0)
  expect(rowBeside(rows, 1, 'older')).toBeNull()
  expect(rowBeside(rows, 9, 'newer')).toBeNull()
})

it('finds them beside a message that has left the list', () => {
  expect(rowBeside(rows, 5, 'older')).toBe(2)
  expect(rowBeside(rows, 5, 'newer')).toBe(1)
  expect(rowBeside([], 5, 'older')).toBeNull()
})
