import { describe, expect, it } from 'vitest'
import { emptyRequest, type SavedRequest } from '../../../shared/contract/collections'
import { readRequest, writeRequest } from './request-file'

const faultsOf = (text: string) =>
  readRequest('a.yaml', text).faults.map(({ code, line, key, warning }) => ({
    ...{ code, line, key },
    ...(warning && { warning })
  }))

describe('the schedule and the answer of a message', () => {
  const text = `topic: a
schedule:
  every: 500 # ms
  count: 10
  until: 18:00
response:
  timeout: 2.5
capture:
  token: /token # for the next one
`
  const request: SavedRequest = {
    ...emptyRequest,
    topic: 'a',
    schedule: { kind: 'every', every: '500', cron: '', count: '10', jitter: '', until: '18:00' },
    response: { timeout: '2.5', answers: '', capture: [{ name: 'token', value: '/token' }] }
  }

  it('are read and written as a person writes them', () => {
    expect(readRequest('a.yaml', text)).toMatchObject({ request, faults: [] })
    expect(writeRequest(text, { request })).toBe(text)
    expect(writeRequest('', { request })).toBe(text.replace(/ #.*/g, ''))
  })

  it('change without touching what stays', () => {
    const schedule = { ...request.schedule!, count: '', jitter: '50' }
    expect(writeRequest(text, { request: { ...request, schedule } })).toBe(
      text.replace('  count: 10\n', '').replace('until: 18:00', 'until: 18:00\n  jitter: 50')
    )
    const cron = { ...request.schedule!, kind: 'cron' as const, cron: '*/5 * * * *' }
    expect(writeRequest(text, { request: { ...request, schedule: cron } })).toContain('cron: "*/5 * * * *"')
    expect(writeRequest(text, { request: { ...request, schedule: cron } })).not.toContain('every')
    expect(writeRequest(text, { request: { ...emptyRequest, topic: 'a' } })).toBe('topic: a\n')
  })

  it('have faults that say where', () => {
    expect(faultsOf('topic: a\nschedule: 5\n')).toEqual([{ code: 'WRONG_TYPE', line: 2, key: 'schedule' }])
    expect(faultsOf('topic: a\nschedule: { evry: 5 }\n')).toEqual([
      { code: 'UNKNOWN_KEY', line: 2, key: 'schedule.evry', warning: true }
    ])
    expect(faultsOf('topic: a\ncapture: { a: [1] }\n')).toEqual([
      { code: 'WRONG_TYPE', line: 2, key: 'capture.a' }
    ])
  })
})
