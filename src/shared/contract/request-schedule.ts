import { z } from 'zod'

/** When a saved message is published by itself, as it is typed. */
export const RequestSchedule = z.object({
  /** Whether `every` or `cron` applies. */
  kind: z.enum(['every', 'cron']),
  /** ms from one message to the next. */
  every: z.string(),
  /** Five or six fields, in local time. */
  cron: z.string(),
  /** Messages after which it ends; empty: no limit. */
  count: z.string(),
  /** Each message is sent up to this much later, in ms. */
  jitter: z.string(),
  /** A time of day, or a date with a time; empty: until it is stopped. */
  until: z.string()
})
export type RequestSchedule = z.infer<typeof RequestSchedule>

/** What is expected in answer to a saved message, as it is typed. What is empty has its default. */
export const RequestResponse = z.object({
  /** Seconds to wait; 10 by default. */
  timeout: z.string(),
  /** How many answers are waited for; 1 by default. */
  answers: z.string(),
  /** Values of an answer that later messages can use as variables: a name, and a JSON Pointer (RFC 6901) into its payload. */
  capture: z.array(z.object({ name: z.string(), value: z.string() })).max(100, 'TOO_MANY')
})
export type RequestResponse = z.infer<typeof RequestResponse>

export const emptySchedule: RequestSchedule = {
  kind: 'every',
  every: '',
  cron: '',
  count: '',
  jitter: '',
  until: ''
}
