import { z } from 'zod'
import { call } from './define'

/** How a newer version gets installed: by Treetop itself, from a page that the user opens, or not at all (browser mode, development). */
export const UpdateMeans = z.enum(['install', 'page', 'none'])
export type UpdateMeans = z.infer<typeof UpdateMeans>

export const UpdateFault = z.enum([
  /** The update server could not be reached. */
  'OFFLINE',
  /** This build has no update feed. */
  'NO_FEED',
  /** The feed has no release. */
  'NOTHING_PUBLISHED',
  /** The feed cannot be read. */
  'BAD_FEED',
  /** The download does not match its published checksum. */
  'CHECKSUM',
  /** The download has a different signer than this Treetop. */
  'SIGNATURE',
  /** The update could not be written to disk. */
  'DISK',
  /** Any other error; see the log. */
  'OTHER'
])
export type UpdateFault = z.infer<typeof UpdateFault>

export const UpdateStep = z.discriminatedUnion('state', [
  z.object({ state: z.literal('idle') }),
  z.object({ state: z.literal('checking') }),
  /** No newer version exists. */
  z.object({ state: z.literal('current') }),
  z.object({ state: z.literal('available'), version: z.string() }),
  /** `share`: downloaded so far, 0 to 1. */
  z.object({ state: z.literal('downloading'), version: z.string(), share: z.number() }),
  /** Downloaded and verified. */
  z.object({ state: z.literal('ready'), version: z.string() }),
  z.object({ state: z.literal('installing'), version: z.string() }),
  z.object({ state: z.literal('failed'), fault: UpdateFault })
])
export type UpdateStep = z.infer<typeof UpdateStep>

export const UpdateStatus = z.object({
  means: UpdateMeans,
  /** The release page; null if this build does not know it. */
  page: z.string().nullable(),
  step: UpdateStep,
  /** Time of the last successful check, in ms since 1970 UTC; null: never. */
  checkedAt: z.number().nullable(),
  /** Treetop was started before. A new user is not asked for permission to check for updates. */
  mayAsk: z.boolean()
})
export type UpdateStatus = z.infer<typeof UpdateStatus>

/** The user knows that messages are being recorded, and confirmed. */
const WhileRecording = z.object({ whileRecording: z.boolean() })

export const updateCalls = {
  'updates.status': call('main', z.void(), UpdateStatus),
  /** Checks for updates now, even if daily checks are off. Returns at once, as all of these do; `updates.changed` reports progress. */
  'updates.check': call('main', z.void(), z.void()),
  /** Throws RECORDING. */
  'updates.download': call('main', WhileRecording, z.void()),
  /** Flushes everything to disk, installs the download and starts it. Throws RECORDING. */
  'updates.install': call('main', WhileRecording, z.void())
}

export const updateEvents = {
  'updates.changed': UpdateStatus
}
