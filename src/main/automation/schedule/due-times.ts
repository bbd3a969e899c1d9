import { Cron } from 'croner'
import type { SchedulePlan } from '../../../shared/schedule'
import type { ReplayClock } from '../replay/clock'

/** The moments of a schedule, in ms of `now`. */
export interface DueTimes {
  now(): number
  /** The first moment that is not before this one, or (null) before the schedule begins; null: there is none. */
  from(moment: number): number | null
  /** The moment after this one, which it returned before; null: there is none. */
  after(due: number): number | null
  /** The moment as ms since 1970 UTC. */
  wall(moment: number): number
}

/** Moments at a fixed distance, the first one now, on a clock that nobody sets; or those of a cron line, in local time. */
export function dueTimes(plan: SchedulePlan, clock: ReplayClock): DueTimes {
  const { every, until } = plan
  if (every === null) {
    const cron = cronOf(plan.cron)
    const next = (moment: number): number | null => {
      const found = cron?.nextRun(new Date(moment))?.getTime() ?? null
      return found === null || (until !== null && found > until) ? null : found
    }
    return {
      now: () => clock.wall(),
      from: (moment) => next(moment - 1),
      after: next,
      wall: (moment) => moment
    }
  }
  const start = clock.now()
  const startWall = clock.wall()
  const end = until === null ? Infinity : start + until - startWall
  const within = (moment: number): number | null => (moment > end ? null : moment)
  return {
    now: () => clock.now(),
    from: (moment) => within(start + Math.max(0, Math.ceil((moment - start) / every)) * every),
    after: (due) => within(start + (Math.round((due - start) / every) + 1) * every),
    wall: (moment) => startWall + moment - start
  }
}

/** null if it is no cron line. */
export function cronOf(line: string): Cron | null {
  try {
    return new Cron(line, { paused: true })
  } catch {
    return null
  }
}
