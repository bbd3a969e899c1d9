import type { RequestSchedule } from '../../../shared/contract/request-schedule'
import type { ScheduleFault, ScheduleStatus, SendFailure } from '../../../shared/contract/schedules'
import { AppError, type ErrorCode } from '../../../shared/errors'
import { m } from '../../paraglide/messages'
import { compact, count, milliseconds } from '../../state/format'
import { sentenceFor } from '../../state/sentences'
import { templateFaultText } from '../../state/template-words'

const faults: Record<ScheduleFault['code'], () => string> = {
  EVERY: m.schedules_fault_every,
  CRON: m.schedules_fault_cron,
  COUNT: m.schedules_fault_count,
  JITTER: m.schedules_fault_jitter,
  JITTER_LONG: m.schedules_fault_jitter_long,
  UNTIL: m.schedules_fault_until,
  PAST: m.schedules_fault_past
}

export function scheduleFaultText({ code }: ScheduleFault): string {
  return faults[code]()
}

/** A schedule in a few words. */
export function scheduleTitle(schedule: RequestSchedule | null): string {
  if (schedule === null || schedule[schedule.kind].trim() === '') return m.schedules_title()
  const { kind, every, cron } = schedule
  if (kind === 'cron') return m.schedules_summary_cron({ cron })
  return m.schedules_summary_every({ time: /^\d+$/.test(every) ? milliseconds(Number(every)) : every })
}

/** Why a message was not sent. */
export function failureReason(failure: SendFailure): string {
  if ('fault' in failure) return templateFaultText(failure.fault)
  return sentenceFor(new AppError(failure.code as ErrorCode, failure.details as never))
}

const ends: Record<NonNullable<ScheduleStatus['end']>, () => string> = {
  count: m.runs_end_count,
  until: m.runs_end_until,
  stopped: m.runs_end_stopped,
  connection: m.runs_end_connection
}

/** What a schedule is doing, or why it ended. */
export function scheduleState({ state, end }: ScheduleStatus): string {
  if (end !== null) return ends[end]()
  return state === 'waiting' ? m.runs_waiting() : m.runs_running()
}

function sentText({ sent, count: total }: ScheduleStatus): string {
  return total === null
    ? m.runs_sent({ count: count(sent) })
    : m.runs_sent_of({ count: count(sent), total: count(total) })
}

/** How far a schedule is, or its report; `now` in ms since 1970 UTC. */
export function scheduleFacts(status: ScheduleStatus, now: number): string[] {
  const { sent, missed, rate, lateness, next, startedAt, endedAt } = status
  const { mean, p99, max } = lateness
  return [
    sentText(status),
    ...(endedAt === null ? [] : [m.runs_took({ time: milliseconds(endedAt - startedAt) })]),
    ...(missed > 0 ? [m.runs_missed({ count: count(missed) })] : []),
    ...(rate === null ? [] : [m.runs_rate({ rate: compact(Number(rate.toPrecision(3))) })]),
    ...(sent > 0
      ? [m.runs_lateness({ mean: milliseconds(mean), p99: milliseconds(p99), max: milliseconds(max) })]
      : []),
    ...(next !== null && next - now > 1_500 ? [m.runs_next({ time: milliseconds(next - now) })] : [])
  ]
}

/** What went wrong; empty: nothing. */
export function scheduleTroubles({ failed, failure }: ScheduleStatus): string[] {
  return failed > 0 && failure
    ? [m.runs_failed({ count: count(failed), reason: failureReason(failure) })]
    : []
}

/** Says that a schedule has ended. */
export function scheduleEnded(status: ScheduleStatus): string {
  return m.runs_ended({ name: status.name, end: scheduleState(status), sent: sentText(status) })
}
