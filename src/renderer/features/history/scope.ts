import type { Scope } from '../../../shared/contract/messages'
import { m } from '../../paraglide/messages'

export function isInScope(topic: string, { topic: top, subtree }: Scope): boolean {
  return top === null || topic === top || (subtree && topic.startsWith(`${top}/`))
}

/** Label of the button that removes the messages of a scope after a confirmation. */
export function clearLabel({ topic, subtree }: Scope): string {
  if (topic === null) return m.history_clear_all()
  return subtree ? m.history_clear_this_and_below() : m.history_clear_this()
}
