import { z } from 'zod'
import { PublishProperties } from '../../../shared/composed-properties'
import { SCRIPT_LIMITS, ScriptFault } from '../../../shared/contract/scripts'
import { Bytes, Qos } from '../../../shared/message'
import { topicFault } from '../../../shared/topic'

const { payload, publishesPerCall, linesPerCall, lineLength } = SCRIPT_LIMITS

/** A message on its way to or from a script. */
export const ScriptMessage = z.object({
  topic: z.string().superRefine((topic, context) => {
    const fault = topicFault(topic)
    if (fault) context.addIssue({ code: 'custom', message: `TOPIC_${fault}` })
  }),
  payload: Bytes.refine((bytes) => bytes.length <= payload, 'TOO_LONG'),
  qos: Qos,
  retain: z.boolean(),
  properties: PublishProperties.nullable()
})
export type ScriptMessage = z.infer<typeof ScriptMessage>

/** What came of one call of a script. The process that says so is not trusted: the receiver checks it. */
export const Outcome = z.object({
  fault: ScriptFault.nullable(),
  lines: z
    .array(
      z.object({
        level: z.enum(['log', 'warn', 'error']),
        text: z.string().max(lineLength),
        line: z.int().nullable()
      })
    )
    .max(linesPerCall),
  /** Console lines beyond the limit. */
  dropped: z.int(),
  notices: z.array(z.string().max(lineLength)).max(publishesPerCall),
  /** Messages to publish; before a publish, the one to publish instead. */
  sent: z.array(ScriptMessage).max(publishesPerCall),
  /** Before a publish: why it must not happen. */
  cancelled: z.string().max(lineLength).nullable()
})
export type Outcome = z.infer<typeof Outcome>

/** What a script did during a call. */
export type Effects = Omit<Outcome, 'fault'>

export function noEffects(): Effects {
  return { lines: [], dropped: 0, notices: [], sent: [], cancelled: null }
}

/** A script to run. */
export interface ScriptSource {
  kind: 'message' | 'publish'
  /** Name of its file, for its stack. */
  file: string
  source: string
  variables: Readonly<Record<string, string>>
}

/** What a script's process does. */
export interface ScriptFunctions {
  /** Starts the message script of this process. */
  start(script: ScriptSource): Outcome
  message(message: ScriptMessage): Outcome
  /** Runs a script once, in an interpreter of its own. */
  beforePublish(input: { script: ScriptSource; message: ScriptMessage }): Outcome
}
