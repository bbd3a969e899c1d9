import type { Recording } from '../../shared/contract/recordings'
import { m } from '../paraglide/messages'
import { time } from './format'

/** The title of a recording's tab: its profile, and when it was saved. */
export function recordingName({ profile, savedAt }: Recording): string {
  return m.recording_name({ profile, time: toTheSecond(savedAt * 1_000) })
}

/** The time span from its first to its last message; null if it has no messages. */
export function recordingSpan({ ends }: Recording): string | null {
  return ends && m.recording_span({ from: toTheSecond(ends.first.at), to: toTheSecond(ends.last.at) })
}

/** µs since 1970 UTC as local time, without fractions of a second. */
function toTheSecond(microseconds: number): string {
  return time(microseconds).replace(/\.\d+$/, '')
}
