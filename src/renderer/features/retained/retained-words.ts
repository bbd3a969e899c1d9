import type { ConnectionStatus } from '../../../shared/contract/connections'
import type { RetainedOutcome, RetainedStatus, RetainedWork } from '../../../shared/contract/retained'
import { m } from '../../paraglide/messages'
import { bytes, count } from '../../state/format'
import { retainedFault } from '../../state/retained-fault'

/** Describes the running work and its progress. */
export function workSentence({ kind, step, done, total, ending }: RetainedWork): string {
  if (ending) return m.retained_ending()
  const share = { done: count(done), total: count(total ?? 0) }
  switch (step) {
    case 'asking':
      return kind === 'lookUp' ? m.retained_looking({ count: count(done) }) : m.retained_checking_before()
    case 'qos':
      return m.retained_qos(share)
    case 'publishing':
      return kind === 'clear' ? m.retained_clearing(share) : m.retained_restoring(share)
    case 'checking':
      return m.retained_checking_after()
  }
}

/** Describes the outcome of a clearing or an undo. */
export function outcomeSentences(
  outcome: RetainedOutcome,
  status: ConnectionStatus,
  filter: string
): [string, ...string[]] {
  const { kind, planned, done, end, fault, changed, gone, unheeded } = outcome
  const share = { done: count(done), planned: count(planned) }
  const why = fault ? retainedFault(fault, status.address, filter) : ''
  const clears = kind === 'clear'
  const first = {
    done: () => (clears ? m.retained_cleared(share) : m.retained_restored(share)),
    cancelled: () => (clears ? m.retained_cleared_cancelled(share) : m.retained_restored_cancelled(share)),
    failed: () =>
      clears ? m.retained_cleared_failed({ ...share, why }) : m.retained_restored_failed({ ...share, why })
  }[end]()
  const more: string[] = []
  if (changed > 0)
    more.push((clears ? m.retained_left_changed : m.retained_left_conflicts)({ count: count(changed) }))
  if (gone > 0) more.push(m.retained_left_gone({ count: count(gone) }))
  if (unheeded > 0)
    more.push((clears ? m.retained_unheeded_clear : m.retained_unheeded_undo)({ count: count(unheeded) }))
  return [first, ...more]
}

/** Describes the result of checking a topic or branch. */
export function checkedSentence({ list }: RetainedStatus, status: ConnectionStatus): string {
  if (!list) return ''
  if (list.fault)
    return m.retained_from_marks({ why: retainedFault(list.fault, status.address, list.filter) })
  return m.retained_checked({ filter: list.filter, count: count(list.messages), size: bytes(list.bytes) })
}
