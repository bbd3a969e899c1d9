import type { ConnectionStatus } from '../../shared/contract/connections'
import { m } from '../paraglide/messages'
import { time } from './format'

/** What stands for a time in a history that was written before times were noted (TopicRow.retainedAt). */
export const LONG_AGO = 1

/**
 * Whether the marks of retained messages follow live messages: MQTT 5 hands the retain flag on as it was published. Before it a
 * live message comes without (3.1.1, 3.3.1.3), so that a mark only says how things were at some time.
 */
export function keepsMarks({ version, state }: Pick<ConnectionStatus, 'version' | 'state'>): boolean {
  return version === 5 && state === 'online'
}

/** What the mark of a retained message says; `at` in seconds since 1970 UTC. */
export function retainedSentence(at: number, kept: boolean): string {
  if (kept) return m.topics_retained()
  return at > LONG_AGO ? m.retained_mark_as_of({ time: timeOf(at) }) : m.retained_mark_long_ago()
}

/** As of when that is known, in a word. */
export function retainedAsOf(at: number): string {
  return m.retained_as_of({ time: timeOf(at) })
}

/** Local time to the second. */
function timeOf(seconds: number): string {
  return time(seconds * 1e6).replace(/\.\d+$/, '')
}
