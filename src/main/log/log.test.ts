import { expect, it, vi } from 'vitest'
import { createLog, type Level } from './log'

function collect(least?: Level) {
  const lines: string[] = []
  return { lines, log: createLog((level, line) => lines.push(`${level} ${line}`), least) }
}

it('makes a message only when its level is on', () => {
  const { lines, log } = collect('info')
  const costly = vi.fn(() => 'never')
  log.debug(costly)
  log.info(() => 'told')
  expect(costly).not.toHaveBeenCalled()
  expect(lines).toEqual(['info told'])
})

it('puts details behind the message, redacted', () => {
  const { lines, log } = collect()
  log.info('connect', { address: 'h:1883', password: 'hunter2' })
  log.warn('at mqtt://a:hunter2@h')
  expect(lines).toEqual([
    'info connect {"address":"h:1883","password":"[redacted]"}',
    'warn at mqtt://[redacted]@h'
  ])
})

it('tells an error with its code, its stack and what it carries', () => {
  const { lines, log } = collect()
  log.error('broke', Object.assign(new TypeError('bad token=hunter2'), { code: 'E_BAD', path: '/x' }))
  expect(lines[0]).toMatch(/^error broke\n {4}TypeError: bad token=\[redacted\]\n {4}at .*log\.test\.ts/)
  expect(lines[0]).toMatch(/"code":"E_BAD","path":"\/x"\}$/)
  expect(lines[0]).not.toContain('hunter2')
})

it('lets nobody write a line of their own, nor turn one round', () => {
  const { lines, log } = collect()
  const forged = '\n2026-01-01T00:00:00.000Z error forged'
  log.info(`topic a${forged}\r\u202e\u0007`)
  log.info('topic', { topic: forged })
  log.error('failed', new Error(`x${forged}`))
  const all = lines.join('\n').split('\n')
  expect(all.filter((line) => line.startsWith('2026'))).toEqual([])
  expect(all[0]).toBe('info topic a\\u{a}2026-01-01T00:00:00.000Z error forged\\u{d}\\u{202e}\\u{7}')
})

it('goes on when a value cannot be told', () => {
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
