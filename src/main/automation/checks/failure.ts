import type { CheckFile, Step } from './check-file'
import type { Path } from './located'

/** Which step failed, and when it began (µs since 1970 UTC). */
export interface FailedStep {
  step: Step
  file: CheckFile
  began: number
}

/** A step did not go as the file says. The message is a sentence. */
export class StepFailure extends Error {
  /** Lines below the sentence, such as what came instead. */
  readonly details: readonly string[]
  /** Where it is written; null: the step. */
  readonly path: Path | null
  /** The innermost step in which it happened. */
  failed: FailedStep | null = null

  constructor(
    sentence: string,
    { details = [], path = null }: { details?: readonly string[]; path?: Path | null } = {}
  ) {
    super(sentence)
    this.details = details
    this.path = path
  }
}
