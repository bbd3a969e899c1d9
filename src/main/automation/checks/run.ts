import type { CheckProblem } from '../../../shared/contract/checks'
import type { CheckFile } from './check-file'
import { prepare, runFile, type Prepared } from './run-file'
import type { RunOptions } from './run-options'
import type { FileResult, RunResult } from './result'
import { BadFile } from './sentences'
import { reasonOf, said } from './said'

/** A file that was found, or why it cannot be used. */
export type Loaded = { file: CheckFile } | { shown: string; problems: readonly CheckProblem[] }

/** Runs files, several at a time, and reports all of them in their order, whatever happens. */
export async function runAll(
  loaded: readonly Loaded[],
  options: RunOptions,
  parallel: number,
  interrupted: AbortSignal
): Promise<RunResult> {
  const startedAt = Date.now()
  const began = performance.now()
  const ended = new AbortController()
  const signal = AbortSignal.any([interrupted, ended.signal])
  const files: FileResult[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let index = next++; index < loaded.length; index = next++) {
      const result = await resultOf(loaded[index]!, options, signal)
      files[index] = result
      options.follow?.onFileEnd(index, result)
      if (options.bail && result.checks.some(({ status }) => status === 'failed'))
        ended.abort(new Error('a check failed'))
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, parallel) }, work))
  return { files, startedAt, duration: performance.now() - began, interrupted: interrupted.aborted }
}

async function resultOf(loaded: Loaded, options: RunOptions, signal: AbortSignal): Promise<FileResult> {
  if ('problems' in loaded)
    return { file: loaded.shown, name: loaded.shown, duration: 0, checks: [], problems: [...loaded.problems] }
  const { file } = loaded
  let prepared: Prepared
  try {
    prepared = await prepare(file, options)
  } catch (error) {
    const problems =
      error instanceof BadFile
        ? [...error.problems]
        : [{ file: file.shown, line: null, sentence: said('failure_error', { reason: reasonOf(error) }) }]
    return { file: file.shown, name: file.name, duration: 0, checks: [], problems }
  }
  return runFile(prepared, options, signal)
}
