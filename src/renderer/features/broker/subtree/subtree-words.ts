import type { Job } from '../../../../shared/contract/jobs'
import type { SubtreeOutcome, SubtreeStatus } from '../../../../shared/contract/subtree'
import { LOCAL_PROFILE_ID } from '../../../../shared/contract/profiles'
import { m } from '../../../paraglide/messages'
import { connectionName } from '../../../state/connection-sentences'
import { bytes, count } from '../../../state/format'
import { retainedFault } from '../../../state/retained-fault'

type Copy = NonNullable<SubtreeStatus['copy']>
type Source = NonNullable<SubtreeStatus['source']>

/** A subtree as a topic filter; for all topics, in words. */
function subtreeName(topic: string): string {
  return topic === '' ? m.subtree_everything() : `${topic}/#`
}

/** The work under way. */
export function workSentence({ kind, messages }: Job, source: Source | null): string {
  const done = { count: count(messages) }
  if (kind === 'pasteSubtree') return m.subtree_pasting(done)
  if (kind === 'undoPaste') return m.subtree_undoing(done)
  return m.subtree_copying({
    ...done,
    topic: subtreeName(source?.topic ?? ''),
    name: sourceName(source?.name ?? '')
  })
}

export function copySentence(copy: Copy): string {
  const words = wordsOf(copy)
  return copy.messages === 0 ? m.subtree_copied_none(words) : m.subtree_copied(words)
}

/** The figures and names of a copy. */
export function wordsOf({ messages, bytes: size, topic, name }: Copy): {
  count: string
  size: string
  topic: string
  name: string
} {
  return {
    count: count(messages),
    size: bytes(size),
    topic: subtreeName(topic),
    name: sourceName(name)
  }
}

/** Why the last copy failed. */
export function copyFaultSentence(
  fault: NonNullable<SubtreeStatus['copyFault']>,
  { topic, name, address }: Source
): string {
  const why = retainedFault(fault, address, topic === '' ? '#' : `${topic}/#`)
  return m.subtree_copy_failed({ topic: subtreeName(topic), name: sourceName(name), why })
}

/** What became of a paste or its undo, and what it left alone. */
export function outcomeSentences(
  { kind, planned, done, end, fault, changed, unheeded }: SubtreeOutcome,
  address: string
): string[] {
  const share = { done: count(done), planned: count(planned) }
  const why = fault ? retainedFault(fault, address, '#') : ''
  const pastes = kind === 'paste'
  const first = {
    done: () => (pastes ? m.subtree_pasted(share) : m.subtree_undone(share)),
    cancelled: () => (pastes ? m.subtree_pasted_cancelled(share) : m.subtree_undone_cancelled(share)),
    failed: () =>
      pastes ? m.subtree_pasted_failed({ ...share, why }) : m.subtree_undone_failed({ ...share, why })
  }[end]()
  return [
    first,
    ...(changed > 0 ? [m.subtree_conflicts({ count: count(changed) })] : []),
    ...(unheeded > 0 ? [m.subtree_unheeded({ count: count(unheeded) })] : [])
  ]
}

/** The local broker's connection has the name that it was created with, which is translated. */
function sourceName(name: string): string {
  return connectionName({ id: LOCAL_PROFILE_ID, name })
}
