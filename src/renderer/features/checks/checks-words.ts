import { isAppError } from '../../../shared/errors'
import type { CheckProblem, CheckRun } from '../../../shared/contract/checks'
import { m } from '../../paraglide/messages'
import { faultSentence } from '../../state/field-faults'
import { sentenceFor } from '../../state/sentences'
import { count, milliseconds } from '../../state/format'
import { wordsText } from '../../state/words'
import { totalsOf, type CheckStatus } from './check-rows'

const statuses: Record<CheckStatus, () => string> = {
  running: m.checks_status_running,
  waiting: m.checks_status_waiting,
  failed: m.checks_status_failed,
  faulty: m.checks_status_faulty,
  passed: m.checks_status_passed,
  skipped: m.checks_status_skipped
}

export function statusText(status: CheckStatus | null): string {
  return status ? statuses[status]() : m.checks_status_none()
}

/** `lamp.test.yaml:8: …` */
export function problemText({ file, line, sentence }: CheckProblem): string {
  return wordsText({
    message: 'failure_at',
    values: { place: line === null ? file : `${file}:${line}`, fault: sentence }
  })
}

/** Why a check cannot be made. */
export function newCheckFault(error: unknown): string {
  const issue = isAppError(error, 'INVALID_INPUT') ? error.details.issues[0] : undefined
  return issue ? faultSentence(issue.fault) : sentenceFor(error)
}

/** How a run ended, or how far it is. */
export function runText(run: CheckRun): string {
  const { passed, failed, skipped, faulty, planned } = totalsOf(run)
  if (run.state === 'running')
    return m.checks_progress({ done: count(passed + failed + skipped), total: count(planned) })
  const parts = [
    ...(failed > 0 ? [m.checks_failed({ count: failed })] : []),
    ...(faulty > 0 ? [m.checks_faulty({ count: faulty })] : []),
    m.checks_passed({ count: passed }),
    ...(skipped > 0 ? [m.checks_skipped({ count: skipped })] : [])
  ]
  return m.checks_summary({ parts: parts.join(m.checks_and()), took: milliseconds(run.duration) })
}
