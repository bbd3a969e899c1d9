import { expect, it } from 'vitest'
import { expectedOf } from './expected'

const typed = (timeout: string, answers: string, capture: [string, string][] = []) =>
  expectedOf({ timeout, answers, capture: capture.map(([name, value]) => ({ name, value })) })

it('reads what is typed about an answer; what is empty has its default', () => {
  expect(typed('', '')).toEqual({ expected: { timeout: 10_000, answers: 1, capture: [] } })
  expect(typed('2.5', '3', [[' token ', '/token']])).toEqual({
    expected: { timeout: 2_500, answers: 3, capture: [{ name: 'token', pointer: '/token' }] }
  })
  // An empty pointer is the whole payload; a row of which nothing is typed is none.
  expect(
    typed('', '', [
      ['all', ''],
      ['', '']
    ])
  ).toMatchObject({
    expected: { capture: [{ name: 'all', pointer: '' }] }
  })
})

it('says everything that is wrong', () => {
  expect(
    typed('soon', '0', [
      ['{{a}}', 'token'],
      ['', '/x'],
      ['$now', '']
    ])
  ).toEqual({
    faults: [
      { field: 'capture.0.name', code: 'CAPTURE_NAME' },
      { field: 'capture.0.value', code: 'CAPTURE_POINTER' },
      { field: 'capture.1.name', code: 'CAPTURE_NAME' },
      { field: 'capture.2.name', code: 'CAPTURE_NAME' },
      { field: 'timeout', code: 'TIMEOUT' },
      { field: 'answers', code: 'ANSWERS' }
    ]
  })
})
