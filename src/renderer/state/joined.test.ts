import { afterEach, expect, it } from 'vitest'
import { overwriteGetLocale } from '../paraglide/runtime'
import { explained, listed } from './joined'

afterEach(() => overwriteGetLocale(() => 'en'))

it('joins names and explanations as the language does', () => {
  expect(listed(['PUBACK', 'PUBREC'])).toBe('PUBACK, PUBREC')
  expect(explained('Not authorized', null, '', 'No licence')).toBe('Not authorized: No licence')
  overwriteGetLocale(() => 'zh-CN')
  expect(listed(['PUBACK', 'PUBREC'])).toBe('PUBACK、PUBREC')
  expect(explained('未授权', 'No licence')).toBe('未授权：No licence')
})
