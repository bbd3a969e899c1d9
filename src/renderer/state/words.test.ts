import { afterEach, expect, it } from 'vitest'
import { overwriteGetLocale } from '../paraglide/runtime'
import { wordsText } from './words'

afterEach(() => overwriteGetLocale(() => 'en'))

const late = { message: 'failure_no_packet', values: { packet: 'PUBACK', time: '2 s' } }

it('words what a process says in the language of the page', () => {
  const words = { message: 'failure_at', values: { place: 'lamp.test.yaml:3', fault: late } }
  expect(wordsText(words)).toBe('lamp.test.yaml:3: No PUBACK came within 2 s.')
  overwriteGetLocale(() => 'zh-CN')
  expect(wordsText(words)).toBe('lamp.test.yaml:3：2 s 内没有收到 PUBACK。')
})

it('shows texts from outside as they are, and the values of a message of another version', () => {
  expect(wordsText('{topic} ENOENT')).toBe('{topic} ENOENT')
  expect(wordsText({ message: 'failure_gone', values: { topic: 'a/{b}', fault: late } })).toBe(
    'a/{b} No PUBACK came within 2 s.'
  )
})
