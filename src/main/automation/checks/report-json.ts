import { BEFORE } from './report-pretty'
import type { Failure, RunResult } from './result'
import { english } from './said'

/** A run as JSON. */
export function jsonReport(run: RunResult): string {
  const files = run.files.map((file) => ({
    ...file,
    checks: file.checks.map((check) => ({ ...check, failure: check.failure && reported(check.failure) })),
    problems: file.problems.map((problem) => ({ ...problem, sentence: english(problem.sentence) }))
  }))
  return `${JSON.stringify({ ...run, files }, null, 2)}\n`
}

function reported({ isBefore, ...failure }: Failure): object {
  const { sentence, details, packets } = failure
  return {
    ...failure,
    sentence: english(sentence),
    details: details.map(english),
    packets: isBefore ? [BEFORE, ...packets] : packets
  }
}
