import { failureLines } from './report-pretty'
import type { CheckResult, FileResult, RunResult } from './result'
import { english } from './said'
import { problemText } from './sentences'

/** A run as JUnit XML, as CI systems read it: a suite for each file. */
export function junitReport(run: RunResult): string {
  const suites = run.files.map(suite)
  const attributes = attributesOf({ name: 'treetop test', ...sum(run.files), time: time(run.duration) })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes}>\n${suites.join('')}</testsuites>\n`
}

function suite(file: FileResult): string {
  const attributes = attributesOf({
    name: file.name,
    file: file.file,
    ...sum([file]),
    time: time(file.duration)
  })
  const cases = file.checks.map((check) => testcase(check, file))
  const errors = file.problems.map(
    (problem) =>
      `    <testcase${attributesOf({ name: 'the file', classname: file.file, time: '0' })}>\n      <error${attributesOf({ message: english(problem.sentence) })}>${escaped(problemText(problem))}</error>\n    </testcase>\n`
  )
  return `  <testsuite${attributes}>\n${[...errors, ...cases].join('')}  </testsuite>\n`
}

function testcase({ name, status, duration, failure }: CheckResult, { file }: FileResult): string {
  const attributes = attributesOf({ name, classname: file, time: time(duration) })
  if (status === 'passed') return `    <testcase${attributes}/>\n`
  const inner = failure
    ? `<failure${attributesOf({ message: english(failure.sentence), type: 'check' })}>${escaped(failureLines(failure).join('\n'))}</failure>`
    : '<skipped/>'
  return `    <testcase${attributes}>\n      ${inner}\n    </testcase>\n`
}

function sum(files: readonly FileResult[]): Record<string, number> {
  const checks = files.flatMap((file) => file.checks)
  const errors = files.reduce((total, { problems }) => total + problems.length, 0)
  const count = (status: CheckResult['status']): number =>
    checks.filter((check) => check.status === status).length
  return { tests: checks.length + errors, failures: count('failed'), errors, skipped: count('skipped') }
}

function attributesOf(attributes: Record<string, string | number>): string {
  return Object.entries(attributes)
    .map(
      ([name, value]) =>
        ` ${name}="${escaped(String(value)).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`
    )
    .join('')
}

// eslint-disable-next-line no-control-regex -- XML 1.0 has no place for them (2.2)
const NO_CHARACTER = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(NO_CHARACTER, '\ufffd')
    .replace(/[&<>"\r]/g, (character) => entities[character]!)
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;'
}

/** Seconds. */
function time(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(3)
}
