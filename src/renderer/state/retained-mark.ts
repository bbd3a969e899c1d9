import type { ConnectionStatus } from '../../shared/contract/connections'
import { m } from '../paraglide/messages'
import { time, toTheSecond } from './format'

/** Placeholder time in histories written before these times were recorded (TopicRow.retainedAt). */
export const LONG_AGO = 1

/**
 * Whether live messages update the retained marks. MQTT 5 can forward the retain flag as published. In older versions
 * live messages arrive without the flag (3.1.1, 3.3.1.3), so a mark only describes some past moment.
 */
export function keepsMarks({ version, state }: Pick<ConnectionStatus, 'version' | 'state'>): boolean {
  return version === 5 && state === 'online'
}

/** The text of a retained message's mark; `at` in seconds since 1970 UTC. */
export function retainedSentence(at: number, kept: boolean): string {
  if (kept) return m.topics_retained()
  return at > LONG_AGO ? m.retained_mark_as_of({ time: timeOf(at) }) : m.retained_mark_long_ago()
}

/** The time as of which the mark is known to be true, in short. */
export function retainedAsOf(at: number): string {
  return m.retained_as_of({ time: timeOf(at) })
}

/** Local time to the second. */
function timeOf(seconds: number): string {
  return toTheSecond(time(seconds * 1e6))
}
