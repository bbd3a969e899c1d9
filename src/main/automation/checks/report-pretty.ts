import type { CheckResult, Failure, FileResult, RunResult } from './result'
import { totalsOf } from './result'
import { english } from './said'
import { problemText } from './sentences'
import { seconds } from './step-messages'

/** Escape codes of a terminal; empty strings without colours. */
export interface Colours {
  red: string
  green: string
  dim: string
  bold: string
  off: string
}

export const colours: Colours = {
  red: '\x1b[31m',
  green: '\x1b[32m',
  dim: '\x1b[2m',
  bold: '\x1b[1m',
  off: '\x1b[0m'
}
export const noColours: Colours = { red: '', green: '', dim: '', bold: '', off: '' }

/** A run as text for a person. */
export function prettyReport(run: RunResult, paint: Colours): string {
  const { passed, failed, skipped, broken } = totalsOf(run)
  const counts = [
    `${failed > 0 ? paint.red : ''}${failed} failed${failed > 0 ? paint.off : ''}`,
    `${paint.green}${passed} passed${paint.off}`,
    ...(skipped > 0 ? [`${skipped} not run`] : []),
    ...(broken > 0
      ? [`${paint.red}${broken} ${broken === 1 ? 'file' : 'files'} with errors${paint.off}`]
      : [])
  ]
  return [
    ...run.files.map((file) => fileText(file, paint)),
    ...(run.interrupted ? [`${paint.red}The run was interrupted. This is what had run.${paint.off}\n`] : []),
    `${counts.join(', ')} ${paint.dim}in ${seconds(run.duration)}${paint.off}\n`
  ].join('\n')
}

function fileText({ file, name, checks, problems }: FileResult, paint: Colours): string {
  const title = `${paint.bold}${file}${paint.off}${name === file || file.includes(name) ? '' : `  ${paint.dim}${name}${paint.off}`}`
  const lines = [
    title,
    ...problems.map((problem) => `  ${paint.red}✗${paint.off} ${problemText(problem)}`),
    ...checks.map((check) => checkText(check, paint))
  ]
  return `${lines.join('\n')}\n`
}

function checkText({ name, status, duration, failure }: CheckResult, paint: Colours): string {
  switch (status) {
    case 'passed':
      return `  ${paint.green}✓${paint.off} ${plain(name)} ${paint.dim}${seconds(duration)}${paint.off}`
    case 'skipped':
      return `  ${paint.dim}- ${plain(name)}${paint.off}`
    case 'failed':
      return `  ${paint.red}✗ ${plain(name)}${paint.off} ${paint.dim}${seconds(duration)}${paint.off}\n${failureText(failure!, paint)}`
  }
}

function failureText(failure: Failure, paint: Colours): string {
  return failureLines(failure)
    .map(
      (line, index) => `      ${index === 1 ? paint.red : ''}${plain(line)}${index === 1 ? paint.off : ''}`
    )
    .join('\n')
}

/** Stands before packets that are not of the step that failed. */
export const BEFORE = 'none; the last before it:'

/** A failure as lines: where, what, what came instead, messages and packets. */
export function failureLines(failure: Failure): string[] {
  const { file, line, step, sentence, details, messages, packets, isBefore, recording } = failure
  return [
    `${file}:${line}${step === '' ? '' : `  ${step}`}`,
    english(sentence),
    ...details.map((detail) => `  ${english(detail)}`),
    ...(messages.length > 0
      ? ['Messages (✓: matched an expectation):', ...messages.map((each) => `  ${each}`)]
      : []),
    ...(packets.length > 0
      ? ['Packets of this step:', ...[...(isBefore ? [BEFORE] : []), ...packets].map((each) => `  ${each}`)]
      : []),
    ...(recording === null ? [] : [`Recording: ${recording}`])
  ]
}

/** What a broker sent must not control the terminal. */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what it replaces
  return text.replace(/[\0-\x1f\x7f-\x9f]/g, (character) => (character === '\t' ? ' ' : '\ufffd'))
}
