import { dirname, resolve } from 'node:path'
import type { CheckProblem } from '../../../shared/contract/checks'
import type { Words } from '../../../shared/contract/sentence'
import { placeOf, similar, TemplateError } from '../template/fault'
import { isTemplate } from '../../../shared/is-template'
import { parseTemplate, wordsOf } from '../template/parse'
import { loadCheckFile, type CheckFile, type Step } from './check-file'
import { isMap } from './json'
import type { Path } from './located'
import { said } from './said'
import { BadFile, templateSentence } from './sentences'

const MAX_DEPTH = 10

/**
 * Checks that every variable of a file exists: it is among those that are known, of the file, of a data row, or captured by some step.
 * `columns` are those of a check's rows. Throws BadFile.
 */
export async function checkNames(
  file: CheckFile,
  known: readonly string[],
  columns: (check: CheckFile['checks'][number]) => readonly string[]
): Promise<void> {
  const problems: CheckProblem[] = []
  const captured = await capturedIn(file, known, problems, 0)
  const common = [...known, ...file.variables.map(({ name }) => name), ...captured]
  const look = (value: unknown, path: Path, names: readonly string[]): void => {
    for (const [text, at] of textsIn(value, path)) {
      const sentence = faultIn(text, new Set(names))
      if (sentence !== null) problems.push({ file: file.shown, line: file.lineOf(at), sentence })
    }
  }
  look(file.clients, ['clients'], common)
  for (const { name, kind, value } of file.variables)
    if (kind === 'text') look(value, ['variables', name], common)
  const every = file.checks.flatMap((check) => columns(check))
  for (const { value, path } of [...file.setup, ...file.teardown]) look(value, path, [...common, ...every])
  for (const check of file.checks)
    for (const { value, path } of [...check.setup, ...check.steps, ...check.teardown])
      look(value, path, [...common, ...columns(check)])
  if (problems.length > 0) throw new BadFile(problems.slice(0, 20))
}

/** Names that steps capture, also those of files that are run, which are checked on the way. */
async function capturedIn(
  file: CheckFile,
  known: readonly string[],
  problems: CheckProblem[],
  depth: number
): Promise<string[]> {
  const names: string[] = []
  for (const { kind, value, path } of stepsOf(file)) {
    for (const name of capturesIn(value)) names.push(name)
    if (kind !== 'run' || depth >= MAX_DEPTH) continue
    const [name, given] = isMap(value) ? [value['file'], value['with']] : [value, {}]
    if (typeof name !== 'string') continue
    try {
      const inner = await loadCheckFile(resolve(dirname(file.path), name), name)
      const passed = [
        ...known,
        ...file.variables.map((each) => each.name),
        ...Object.keys(isMap(given) ? given : {})
      ]
      names.push(...(await capturedIn(inner, passed, problems, depth + 1)))
    } catch (error) {
      if (!(error instanceof BadFile)) throw error
      problems.push(
        { file: file.shown, line: file.lineOf(path), sentence: said('failure_run_file') },
        ...error.problems
      )
    }
  }
  return names
}

function stepsOf({ setup, teardown, checks }: CheckFile): Step[] {
  return [
    ...setup,
    ...teardown,
    ...checks.flatMap((check) => [...check.setup, ...check.steps, ...check.teardown])
  ]
}

function capturesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(capturesIn)
  if (!isMap(value)) return []
  const own = isMap(value['capture']) ? Object.keys(value['capture']) : []
  return [
    ...own,
    ...Object.values(value).flatMap((each) => (typeof each === 'object' ? capturesIn(each) : []))
  ]
}

function textsIn(value: unknown, path: Path): [string, Path][] {
  if (typeof value === 'string') return isTemplate(value) ? [[value, path]] : []
  if (Array.isArray(value)) return value.flatMap((each, index) => textsIn(each, [...path, index]))
  if (!isMap(value)) return []
  return Object.entries(value).flatMap(([key, each]) => textsIn(each, [...path, key]))
}

/** What is wrong with a text's templates before anything is known of their values, or null. */
function faultIn(text: string, names: ReadonlySet<string>): Words | null {
  const { parts, fault } = parseTemplate(text)
  const sentence = ({ code, subject, detail }: TemplateError): Words =>
    templateSentence({ ...{ field: '', variable: null, code, name: subject, detail }, ...placeOf(text, 0) })
  if (fault) return sentence(fault.error)
  for (const part of parts) {
    if (typeof part === 'string') continue
    try {
      const { name } = wordsOf(part.text)
      if (!name.startsWith('$') && !names.has(name))
        return sentence(new TemplateError('UNKNOWN_VARIABLE', name.slice(0, 100), similar(name, names)))
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      return sentence(error)
    }
  }
  return null
}
