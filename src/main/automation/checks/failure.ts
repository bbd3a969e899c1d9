import type { Words } from '../../../shared/contract/sentence'
import type { CheckFile, Step } from './check-file'
import type { Path } from './located'
import { SaidError } from './said'

/** Which step failed, and when it began (µs since 1970 UTC). */
export interface FailedStep {
  step: Step
  file: CheckFile
  began: number
}

/** A step did not go as the file says. */
export class StepFailure extends SaidError {
  /** Lines below the sentence, such as what came instead. */
  readonly details: readonly Words[]
  /** Where it is written; null: the step. */
  readonly path: Path | null
  /** The innermost step in which it happened. */
  failed: FailedStep | null = null

  constructor(
    sentence: Words,
    { details = [], path = null }: { details?: readonly Words[]; path?: Path | null } = {}
  ) {
    super(sentence)
    this.details = details
    this.path = path
  }
}
