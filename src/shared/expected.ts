import type { RequestResponse } from './contract/request-schedule'
import { DEFAULT_PATIENCE, Expected } from './contract/requests'

/** A fault of what is typed about an answer: its field, such as `capture.0.value`. */
export interface ResponseFault {
  field: string
  code: 'TIMEOUT' | 'ANSWERS' | 'CAPTURE_NAME' | 'CAPTURE_POINTER'
}

/** What is typed about the answer to a message, or everything that is wrong with it. */
export function expectedOf({
  timeout,
  answers,
  capture
}: RequestResponse): { expected: Expected } | { faults: ResponseFault[] } {
  const faults: ResponseFault[] = []
  const filled = capture
    .map((row, index) => ({ ...row, index }))
    .filter(({ name, value }) => name + value !== '')
  for (const { name, value, index } of filled) {
    const isName = name.trim() !== '' && !/^\$|[{}]/.test(name.trim())
    if (!isName) faults.push({ field: `capture.${index}.name`, code: 'CAPTURE_NAME' })
    if (!/^(\/|$)/.test(value)) faults.push({ field: `capture.${index}.value`, code: 'CAPTURE_POINTER' })
  }
  const expected = Expected.safeParse({
    timeout: timeout.trim() === '' ? DEFAULT_PATIENCE * 1_000 : Number(timeout) * 1_000,
    answers: answers.trim() === '' ? 1 : Number(answers),
    capture: filled.map(({ name, value }) => ({ name: name.trim(), pointer: value }))
  })
  for (const { path } of expected.error?.issues ?? []) {
    if (path[0] === 'timeout') faults.push({ field: 'timeout', code: 'TIMEOUT' })
    if (path[0] === 'answers') faults.push({ field: 'answers', code: 'ANSWERS' })
  }
  return faults.length === 0 && expected.success ? { expected: expected.data } : { faults }
}
