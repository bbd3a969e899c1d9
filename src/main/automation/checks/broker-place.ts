import { z } from 'zod'
import { must } from './said'
import { anything, fields, oneOf, text, texts, truth } from './values'

const rule = fields({
  allow: oneOf('publish', 'subscribe', 'both').optional(),
  deny: oneOf('publish', 'subscribe', 'both').optional(),
  user: text.optional(),
  clientId: text.optional(),
  filter: text
})

const local = fields({
  users: texts.optional(),
  anonymous: truth.optional(),
  fallback: oneOf('allow', 'deny').optional(),
  rules: z.array(rule, must('failure_must_rules')).optional(),
  faults: z.array(z.record(z.string(), anything), must('failure_must_faults')).optional(),
  limits: z.record(z.string(), anything, must('failure_must_limits')).optional()
})
export type LocalSettings = z.infer<typeof local>

/** Where the broker is: `local`, a URL or a profile's name; or the settings of a local one. */
export const BrokerPlace = z.union(
  [
    text,
    fields({ local: local.nullable() }),
    fields({
      url: text,
      username: text.optional(),
      password: text.optional(),
      ca: text.optional(),
      insecure: truth.optional()
    })
  ],
  must('failure_must_place')
)
export type BrokerPlace = z.infer<typeof BrokerPlace>

/** A broker that was started for a run. */
export interface LocalBroker {
  port: number
  stop(): Promise<void>
}
