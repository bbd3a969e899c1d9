import { z } from 'zod'
import { call } from './define'

/** How a newer Treetop comes to this machine: by itself, by a page that the person opens, or not at all (browser mode, development). */
export const UpdateMeans = z.enum(['install', 'page', 'none'])
export type UpdateMeans = z.infer<typeof UpdateMeans>

export const UpdateFault = z.enum([
  /** There was no way to where updates come from. */
  'OFFLINE',
  /** This build does not say where updates come from. */
  'NO_FEED',
  /** Nothing is published there. */
  'NOTHING_PUBLISHED',
  /** What is published there cannot be read. */
  'BAD_FEED',
  /** What was downloaded is not what was published. */
  'CHECKSUM',
  /** It was not signed by whom this Treetop was signed by. */
  'SIGNATURE',
  /** It could not be written to the disk. */
  'DISK',
  /** The log has it. */
  'OTHER'
])
export type UpdateFault = z.infer<typeof UpdateFault>

export const UpdateStep = z.discriminatedUnion('state', [
  z.object({ state: z.literal('idle') }),
  z.object({ state: z.literal('checking') }),
  /** There is nothing newer. */
  z.object({ state: z.literal('current') }),
  z.object({ state: z.literal('available'), version: z.string() }),
  /** `share` of it is here, 0 to 1. */
  z.object({ state: z.literal('downloading'), version: z.string(), share: z.number() }),
  /** It is here, and is what was published. */
  z.object({ state: z.literal('ready'), version: z.string() }),
  z.object({ state: z.literal('installing'), version: z.string() }),
  z.object({ state: z.literal('failed'), fault: UpdateFault })
])
export type UpdateStep = z.infer<typeof UpdateStep>

export const UpdateStatus = z.object({
  means: UpdateMeans,
  /** Where the person finds it themselves; null when this build does not know. */
  page: z.string().nullable(),
  step: UpdateStep,
  /** ms since 1970 UTC of the last answer; null: never. */
  checkedAt: z.number().nullable(),
  /** Treetop was started before: who has just met it is not asked whether it may look for updates. */
  mayAsk: z.boolean()
})
export type UpdateStatus = z.infer<typeof UpdateStatus>

/** A person who was told that messages are being recorded, and wants it all the same. */
const WhileRecording = z.object({ whileRecording: z.boolean() })

export const updateCalls = {
  'updates.status': call('main', z.void(), UpdateStatus),
  /** Looks for a newer Treetop now, also when that is off. Answers at once, as all of these do; progress comes as `updates.changed`. */
  'updates.check': call('main', z.void(), z.void()),
  /** Throws RECORDING. */
  'updates.download': call('main', WhileRecording, z.void()),
  /** Puts everything on disk, installs what was downloaded and starts it. Throws RECORDING. */
  'updates.install': call('main', WhileRecording, z.void())
}

export const updateEvents = {
  'updates.changed': UpdateStatus
}
