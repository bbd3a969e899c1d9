import type { ProbeSheet } from '../../../shared/contract/probe'
import { m } from '../../paraglide/messages'

/** What a test could not clear up at the broker, a line each. */
export function leftWords({ topics, sessions }: ProbeSheet['left']): string[] {
  return [
    ...topics.map((topic) => m.probe_left_topic({ topic })),
    ...sessions.map((id) => m.probe_left_session({ id }))
  ]
}
