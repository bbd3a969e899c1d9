import { describe, expect, it } from 'vitest'
import { emptySchedule, type RequestSchedule } from './contract/request-schedule'
import { planOf } from './schedule'

const now = new Date(2026, 10, 30, 12, 0, 0).getTime()
const typed = (changes: Partial<RequestSchedule>) =>
  planOf({ ...emptySchedule, every: '1000', ...changes }, now)
const faults = (changes: Partial<RequestSchedule>): string[] => {
  const made = typed(changes)
  return 'faults' in made ? made.faults.map(({ field, code }) => `${field} ${code}`) : []
}

describe('planOf', () => {
  it('reads what is typed; what is empty is no limit', () => {
    expect(typed({})).toEqual({ plan: { every: 1_000, cron: '', count: null, jitter: 0, until: null } })
    expect(typed({ count: ' 5 ', jitter: '20' })).toMatchObject({ plan: { count: 5, jitter: 20 } })
    expect(typed({ kind: 'cron', cron: ' */5 * * * * ' })).toMatchObject({
      plan: { every: null, cron: '*/5 * * * *' }
    })
  })

  it('takes a time of day as the next one to come, and a date with or without a zone', () => {
    const until = (text: string): unknown => {
      const made = typed({ until: text })
      return 'plan' in made ? new Date(made.plan.until!) : made.faults
    }
    expect(until('18:00')).toEqual(new Date(2026, 10, 30, 18))
    expect(until('9:30')).toEqual(new Date(2026, 11, 1, 9, 30))
    expect(until('2026-12-24 18:00')).toEqual(new Date(2026, 11, 24, 18))
    expect(until('2026-12-24T18:00Z')).toEqual(new Date(Date.UTC(2026, 11, 24, 18)))
  })

  it('says everything that is wrong', () => {
    expect(faults({ every: '0', count: 'x', jitter: '-1', until: 'tomorrow' })).toEqual([
      'every EVERY',
      'until UNTIL',
      'count COUNT',
      'jitter JITTER'
    ])
    expect(faults({ every: '' })).toEqual(['every EVERY'])
    expect(faults({ kind: 'cron' })).toEqual(['cron CRON'])
    expect(faults({ jitter: '1000' })).toEqual(['jitter JITTER_LONG'])
    expect(faults({ until: '2026-11-30 11:59' })).toEqual(['until PAST'])
  })
})
