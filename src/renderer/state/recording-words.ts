import type { Recording } from '../../shared/contract/recordings'
import { m } from '../paraglide/messages'
import { time, toTheSecond } from './format'

/** The title of a recording's tab: its profile, and when it was saved. */
export function recordingName({ profile, savedAt }: Recording): string {
  return m.recording_name({ profile, time: toTheSecond(time(savedAt * 1_000)) })
}

/** The time span from its first to its last message; null if it has no messages. */
export function recordingSpan({ ends }: Recording): string | null {
  return (
    ends && m.recording_span({ from: toTheSecond(time(ends.first.at)), to: toTheSecond(time(ends.last.at)) })
  )
}
