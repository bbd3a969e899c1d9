import { z } from 'zod'
import { call } from './define'
import { Job } from './jobs'
import { Moment } from './moments'

/** Where a recording comes from. */
export const RecordingOrigin = z.object({
  /** Name of the profile whose history it is. */
  profile: z.string().max(1_000),
  /** The version of Treetop that saved it. */
  version: z.string().max(100),
  /** ms since 1970 UTC. */
  savedAt: z.number().int().nonnegative().max(8.64e15)
})
export type RecordingOrigin = z.infer<typeof RecordingOrigin>

/** An open recording: the history of a profile in a separate file (`.treetop`), which is never written to. */
export const Recording = RecordingOrigin.extend({
  /** Identifies the history, as a connection's id does. A recording keeps its id when it is opened again. */
  id: z.string(),
  /** The file's name, without its folder. */
  file: z.string(),
  bytes: z.number().int(),
  messages: z.number().int(),
  /** Its first and last messages; null: it is empty. */
  ends: z.object({ first: Moment, last: Moment }).nullable()
})
export type Recording = z.infer<typeof Recording>

const RecordingId = z.object({ id: z.string() })

export const recordingCalls = {
  'recordings.list': call('main', z.void(), z.array(Recording)),
  /**
   * Desktop: the job starts with a file dialog and ends with the recording open. It fails with NOT_A_RECORDING, RECORDING_TOO_NEW,
   * RECORDING_TOO_OLD, RECORDING_DAMAGED or FILE_UNREADABLE. Browser: the page uploads the file itself (POST `recordings`), so the
   * job is cancelled at once.
   */
  'recordings.open': call('main', z.void(), Job),
  /** Closes a recording. The file of an uploaded one is removed. */
  'recordings.close': call('main', RecordingId, z.void())
}

export const recordingEvents = {
  /** The open recordings, in the order of opening. */
  'recordings.changed': z.array(Recording)
}
