import { z } from 'zod'
import { topicFault } from '../topic'
import { call } from './define'
import { Job } from './jobs'
import { RetainedFault, RetainedOutcome } from './retained'

/** The beginning of a topic, or nothing. Its issues are `TOPIC_` and the fault. */
export const TopicStart = z
  .string()
  .max(1_000, 'TOO_LONG')
  .superRefine((start, context) => {
    const fault = start === '' ? null : topicFault(start)
    if (fault) context.addIssue({ code: 'custom', message: `TOPIC_${fault}` })
  })

/** The retained messages of a subtree that were copied last. */
export const SubtreeCopy = z.object({
  /** Name of the connection that they were copied from. */
  name: z.string(),
  /** Empty: all topics but those that begin with `$`. */
  topic: z.string(),
  messages: z.number().int(),
  /** Payload bytes. */
  bytes: z.number().int(),
  /** ms since 1970 UTC. */
  at: z.number(),
  /** Messages that are not in the copy because it has reached its limits; the first hundred topics of them. */
  leftOut: z.number().int(),
  leftOutTopics: z.array(z.string())
})
export type SubtreeCopy = z.infer<typeof SubtreeCopy>

/** The result of a paste, or of its undo, as with clearing and restoring retained messages. */
export const SubtreeOutcome = RetainedOutcome.omit({ kind: true }).extend({ kind: z.enum(['paste', 'undo']) })
export type SubtreeOutcome = z.infer<typeof SubtreeOutcome>

export const SubtreeStatus = z.object({
  /** What was copied last or is being copied: the connection's name, its broker's address, and the topic; null: nothing. */
  source: z.object({ name: z.string(), address: z.string(), topic: z.string() }).nullable(),
  /** null: nothing is copied. */
  copy: SubtreeCopy.nullable(),
  /** Why the last copy failed; null: it did not. */
  copyFault: RetainedFault.nullable(),
  /** The job under way: copying, pasting or undoing. */
  job: z.string().nullable(),
  outcome: SubtreeOutcome.nullable(),
  /** How many topics an undo would put back; null: there is nothing to undo. */
  undo: z.object({ messages: z.number().int(), conflicts: z.number().int() }).nullable(),
  /** How many pasted topics had a message that was too large to keep for an undo, which leaves these topics alone. */
  notKept: z.number().int()
})
export type SubtreeStatus = z.infer<typeof SubtreeStatus>

export const nothingCopied: SubtreeStatus = {
  source: null,
  copy: null,
  copyFault: null,
  job: null,
  outcome: null,
  undo: null,
  notKept: 0
}

export const subtreeCalls = {
  'subtree.get': call('main', z.void(), SubtreeStatus),
  /**
   * Copies the retained messages of a topic and below it, from the broker of a profile, through a client of its own. The job fails with
   * RETAINED_FAILED, and `subtree.changed` says why. Throws NOT_FOUND, RETAINED_BUSY.
   */
  'subtree.copy': call('main', z.object({ profileId: z.string(), topic: TopicStart }), Job),
  /**
   * Publishes the copy as retained messages on the local broker. The topics lose `remove`, if they begin with it, and get `add` before
   * them. Throws NOT_FOUND without a copy, BROKER_NOT_RUNNING, RETAINED_BUSY.
   */
  'subtree.paste': call('main', z.object({ remove: TopicStart, add: TopicStart }), Job),
  /**
   * Puts back what the pasted topics had before, as far as it could be kept. Topics that have another retained message by now are left alone, unless `overwrite` is
   * set. Throws NOT_FOUND, BROKER_NOT_RUNNING, RETAINED_BUSY.
   */
  'subtree.undo': call('main', z.object({ overwrite: z.boolean() }), Job),
  /** Forgets the copy and what an undo needs. Throws RETAINED_BUSY. */
  'subtree.clear': call('main', z.void(), z.void())
}

export const subtreeEvents = {
  'subtree.changed': SubtreeStatus
}
