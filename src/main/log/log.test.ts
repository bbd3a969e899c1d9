import { expect, it, vi } from 'vitest'
import { createLog, type Level } from './log'

function collect(least?: Level) {
  const lines: string[] = []
  return { lines, log: createLog((level, line) => lines.push(`${level} ${line}`), least) }
}

it('builds a message only if its level is enabled', () => {
  const { lines, log } = collect('info')
  const costly = vi.fn(() => 'never')
  log.debug(costly)
  log.info(() => 'told')
  expect(costly).not.toHaveBeenCalled()
  expect(lines).toEqual(['info told'])
})

it('appends redacted details to the message', () => {
  const { lines, log } = collect()
  log.info('connect', { address: 'h:1883', password: 'hunter2' })
  log.warn('at mqtt://a:hunter2@h')
  expect(lines).toEqual([
    'info connect {"address":"h:1883","password":"[redacted]"}',
    'warn at mqtt://[redacted]@h'
  ])
})

it('logs an error with its stack and its own fields', () => {
  const { lines, log } = collect()
  log.error('broke', Object.assign(new TypeError('bad token=hunter2'), { code: 'E_BAD', path: '/x' }))
  expect(lines[0]).toMatch(/^error broke\n {4}TypeError: bad token=\[redacted\]\n {4}at .*log\.test\.ts/)
  expect(lines[0]).toMatch(/"code":"E_BAD","path":"\/x"\}$/)
  expect(lines[0]).not.toContain('hunter2')
})

it('escapes line breaks and direction marks, so that values cannot forge lines', () => {
  const { lines, log } = collect()
  const forged = '\n2026-01-01T00:00:00.000Z error forged'
  log.info(`topic a${forged}\r\u202e\u0007`)
  log.info('topic', { topic: forged })
  log.error('failed', new Error(`x${forged}`))
  const all = lines.join('\n').split('\n')
  expect(all.filter((line) => line.startsWith('2026'))).toEqual([])
  expect(all[0]).toBe('info topic a\\u{a}2026-01-01T00:00:00.000Z error forged\\u{d}\\u{202e}\\u{7}')
})

it('does not throw if a value cannot be formatted', () => {
  const { lines, log } = collect()
  const hostile = new Proxy(
    {},
    {
      ownKeys() {
        throw new RangeError('no')
      }
    }
  )
  log.info('x', hostile)
  log.info(() => {
    throw new Error('no')
  })
  expect(lines).toEqual(['info a line could not be made: RangeError', 'info a line could not be made: Error'])
})
