import { z } from 'zod'
import { SavedRequest } from './collections'
import { TemplateFault } from './template-fault'
import { call } from './define'
import { RequestSchedule } from './request-schedule'

/** How punctual messages were: how much later than planned they were sent, in ms. */
export const Lateness = z.object({ mean: z.number(), p99: z.number(), max: z.number() })
export type Lateness = z.infer<typeof Lateness>

/** Why a message was not sent: an error (shared/errors.ts), or what is wrong with its templates. */
export const SendFailure = z.union([
  z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) }),
  z.object({ fault: TemplateFault })
])
export type SendFailure = z.infer<typeof SendFailure>

/** How far a schedule is, and its report once it has ended. */
export const ScheduleStatus = z.object({
  id: z.string(),
  collection: z.string(),
  path: z.string(),
  /** Of the message. */
  name: z.string(),
  target: z.object({ id: z.string(), name: z.string() }),
  /** `waiting`: the connection is being made again. */
  state: z.enum(['running', 'waiting', 'ended']),
  /** Why it ended: by its count or time, stopped, or because its connection was closed. */
  end: z.enum(['count', 'until', 'stopped', 'connection']).nullable(),
  /** ms since 1970 UTC. */
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  sent: z.int(),
  /** Messages to send; null: no limit. */
  count: z.int().nullable(),
  failed: z.int(),
  /** Messages that were left out: the connection was away, or the machine or the broker was too slow. */
  missed: z.int(),
  /** The last reason. */
  failure: SendFailure.nullable(),
  /** Messages a second so far; null: too few to say. */
  rate: z.number().nullable(),
  lateness: Lateness,
  /** When the next one is due, in ms since 1970 UTC. */
  next: z.number().nullable()
})
export type ScheduleStatus = z.infer<typeof ScheduleStatus>

/** A fault of a schedule's field. */
const ScheduleFault = z.object({
  field: z.enum(['every', 'cron', 'count', 'jitter', 'until']),
  /** `JITTER_LONG`: messages would overtake each other. `PAST`: the end is over. */
  code: z.enum(['EVERY', 'CRON', 'COUNT', 'JITTER', 'JITTER_LONG', 'UNTIL', 'PAST'])
})
export type ScheduleFault = z.infer<typeof ScheduleFault>

export const scheduleCalls = {
  /** What is wrong with a schedule, and when its next messages would be due, in ms since 1970 UTC. */
  'schedules.plan': call(
    'main',
    z.object({ schedule: RequestSchedule }),
    z.object({ faults: z.array(ScheduleFault), next: z.array(z.number()) })
  ),
  /** Those that go on, and the last ones that ended, oldest first. */
  'schedules.list': call('main', z.void(), z.array(ScheduleStatus)),
  /**
   * Publishes a saved message, or (`request`) one that is being edited, again and again as its schedule says. Returns the faults for which
   * it was not started. Throws NOT_FOUND and NOT_CONNECTED.
   */
  'schedules.start': call(
    'main',
    z.object({
      collection: z.string(),
      path: z.string().min(1),
      connectionId: z.string(),
      request: SavedRequest.nullable()
    }),
    z.object({ faults: z.array(TemplateFault), schedule: z.array(ScheduleFault) })
  ),
  /** null: all. */
  'schedules.stop': call('main', z.object({ id: z.string().nullable() }), z.void()),
  /** Removes the report of one that has ended; null: all of them. */
  'schedules.dismiss': call('main', z.object({ id: z.string().nullable() }), z.void())
}

export const scheduleEvents = {
  /** At most five times a second while any goes on. */
  'schedules.changed': z.array(ScheduleStatus)
}
