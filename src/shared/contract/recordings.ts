import { z } from 'zod'
import { call } from './define'
import { Job } from './jobs'
import { Moment } from './moments'

/** What a recording says of its making. */
export const RecordingOrigin = z.object({
  /** The name of the profile whose history it is. */
  profile: z.string().max(1_000),
  /** The version of Treetop that saved it. */
  version: z.string().max(100),
  /** ms since 1970 UTC. */
  savedAt: z.number().int().nonnegative().max(8.64e15)
})
export type RecordingOrigin = z.infer<typeof RecordingOrigin>

/** An open recording: the history of a profile in a file of its own (`.treetop`), which is read and never written. */
export const Recording = RecordingOrigin.extend({
  /** Stands wherever a connection's id does for what is read from a history. The same recording has the same one when it is opened again. */
  id: z.string(),
  /** The file's name, without its folder. */
  file: z.string(),
  bytes: z.number().int(),
  messages: z.number().int(),
  /** Its first and last messages; null: it has none. */
  ends: z.object({ first: Moment, last: Moment }).nullable()
})
export type Recording = z.infer<typeof Recording>

const RecordingId = z.object({ id: z.string() })

export const recordingCalls = {
  'recordings.list': call('main', z.void(), z.array(Recording)),
  /**
   * Desktop: the job begins with the person choosing a file, and ends with the recording open. It fails with NOT_A_RECORDING,
   * RECORDING_TOO_NEW, RECORDING_TOO_OLD, RECORDING_DAMAGED or FILE_UNREADABLE. In a browser the page sends the file itself (POST `recordings`),
   * and the job is cancelled at once.
   */
  'recordings.open': call('main', z.void(), Job),
  /** Closes a recording; one that came from a browser is removed. */
  'recordings.close': call('main', RecordingId, z.void())
}

export const recordingEvents = {
  /** The open recordings, in the order in which they were opened. */
  'recordings.changed': z.array(Recording)
}
