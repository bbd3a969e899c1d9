import type { RequestSchedule } from './contract/request-schedule'
import type { ScheduleFault } from './contract/schedules'

/** A schedule that can be carried out. */
export interface SchedulePlan {
  /** ms from one message to the next; null: `cron` says when. */
  every: number | null
  cron: string
  /** Messages after which it ends; null: no limit. */
  count: number | null
  /** Each message is sent up to this much later, in ms. */
  jitter: number
  /** When it ends, in ms since 1970 UTC; null: when it is stopped. */
  until: number | null
}

/** The longest interval, in ms: 30 days. */
const LONGEST = 30 * 24 * 3_600_000
const MOST = 1_000_000_000

/** What is typed as a plan, or everything that is wrong with it. A cron line is checked where the library is. */
export function planOf(
  { kind, every, cron, count, jitter, until }: RequestSchedule,
  now: number
): { plan: SchedulePlan } | { faults: ScheduleFault[] } {
  const faults: ScheduleFault[] = []
  const number = (
    field: 'every' | 'count' | 'jitter',
    text: string,
    max: number,
    code: ScheduleFault['code']
  ): number => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : NaN
    if (value >= (field === 'jitter' ? 0 : 1) && value <= max) return value
    faults.push({ field, code })
    return 0
  }
  const interval = kind === 'every' ? number('every', every, LONGEST, 'EVERY') : null
  if (kind === 'cron' && cron.trim() === '') faults.push({ field: 'cron', code: 'CRON' })
  const end = until.trim() === '' ? null : momentOf(until, now)
  if (Number.isNaN(end)) faults.push({ field: 'until', code: 'UNTIL' })
  else if (end !== null && end <= now) faults.push({ field: 'until', code: 'PAST' })
  const plan = {
    every: interval,
    cron: cron.trim(),
    count: count.trim() === '' ? null : number('count', count, MOST, 'COUNT'),
    jitter: jitter.trim() === '' ? 0 : number('jitter', jitter, LONGEST, 'JITTER'),
    until: end
  }
  if (interval && plan.jitter >= interval && faults.length === 0)
    faults.push({ field: 'jitter', code: 'JITTER_LONG' })
  return faults.length > 0 ? { faults } : { plan }
}

/** A time of day, which is the next one to come, or a date with a time, in local time unless it says otherwise; NaN: neither. */
function momentOf(text: string, now: number): number {
  const [, hours, minutes, seconds = '0'] =
    /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text.trim()) ?? []
  if (hours !== undefined) {
    const moment = new Date(now)
    moment.setHours(Number(hours), Number(minutes), Number(seconds), 0)
    if (moment.getTime() <= now) moment.setDate(moment.getDate() + 1)
    return moment.getTime()
  }
  const date = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?$/i.exec(text.trim())
  return date ? new Date(`${date[1]}T${date[2]}${date[3] ?? ''}`).getTime() : NaN
}
