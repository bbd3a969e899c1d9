import { basename } from 'node:path'
import type { z } from 'zod'
import type { StoredVariable } from '../collections/settings-file'
import { MAX_FILE_BYTES, YamlFile } from '../collections/yaml-file'
import { readText } from '../collections/read-text'
import type { CheckProblem } from '../../../shared/contract/checks'
import type { Words } from '../../../shared/contract/sentence'
import { isTemplate } from '../../../shared/is-template'
import { CheckFileFormat, steps as stepSchemas, type StepKind } from './format'
import { isMap } from './json'
import { listed } from './listed'
import { Located, type Path } from './located'
import { carried, said } from './said'
import { BadFile, fileProblem } from './sentences'
import { Pending, similarKey, textOf } from './values'

/** A step as it is written. */
export interface Step {
  kind: StepKind
  /** What stands at its key, with templates. */
  value: unknown
  path: Path
}

export interface Check {
  name: string
  tags: string[]
  /** Rows, the name of a file with rows, or nothing. */
  data: string | Record<string, string>[] | null
  timeout: number | undefined
  setup: Step[]
  steps: Step[]
  teardown: Step[]
  path: Path
}

type Format = z.infer<typeof CheckFileFormat>

/** A file of checks that can be used. Templates are as they are written. */
export interface CheckFile {
  /** Absolute. */
  path: string
  /** As a report shows it. */
  shown: string
  name: string
  broker: unknown
  clients: Record<string, unknown>
  variables: StoredVariable[]
  schemas: string[]
  timeout: number | undefined
  within: number | undefined
  setup: Step[]
  teardown: Step[]
  checks: Check[]
  lineOf: (path: Path) => number
}

/** Steps of a file, at most. */
const MAX_STEPS = 5_000

/** Reads a file. Throws BadFile with everything that is wrong with it. */
export async function loadCheckFile(path: string, shown: string): Promise<CheckFile> {
  const read = await readText(path, MAX_FILE_BYTES)
  const bad = (sentence: Words): BadFile => new BadFile([{ file: shown, line: null, sentence }])
  if (!('text' in read))
    throw bad(
      read.code === 'TOO_LARGE'
        ? said('failure_file_large', { limit: MAX_FILE_BYTES })
        : said('failure_file_read', { reason: read.reason })
    )
  if (read.text === null) throw bad(said('failure_file_gone'))
  return parseCheckFile(path, shown, read.text)
}

/** Reads the text of a file. Throws BadFile. */
export function parseCheckFile(path: string, shown: string, text: string): CheckFile {
  const yaml = YamlFile.read(shown, text)
  if (!yaml.usable) throw new BadFile(yaml.faults.map(fileProblem))
  const located = new Located(yaml)
  // A key that is there twice, anywhere, is a fault as well.
  if (!yaml.usable) throw new BadFile(yaml.faults.map(fileProblem))
  const reader = new Reader(shown, located)
  const file = reader.file(path)
  if (reader.problems.length > 0) throw new BadFile(reader.problems)
  return file
}

class Reader {
  readonly problems: CheckProblem[] = []
  private count = 0

  constructor(
    private readonly shown: string,
    private readonly located: Located
  ) {}

  file(path: string): CheckFile {
    const raw = this.located.value as Record<string, unknown>
    const parsed = CheckFileFormat.safeParse(pending(raw))
    if (!parsed.success) this.issues(parsed.error, [])
    const format: Partial<Format> = parsed.data ?? {}
    if (!('checks' in raw) && !('steps' in raw)) this.problem([], said('failure_no_checks'))
    const list = Array.isArray(raw['checks']) ? (raw['checks'] as unknown[]) : []
    const checks = list.map((each, index) =>
      this.check(each, ['checks', index], format.checks?.[index]?.timeout)
    )
    if ('steps' in raw)
      checks.unshift({
        ...{ name: format.name ?? basename(path).replace(/\.test\.ya?ml$/i, ''), tags: [], data: null },
        ...{
          timeout: format.timeout,
          setup: [],
          steps: this.steps(raw['steps'], ['steps']),
          teardown: [],
          path: ['steps']
        }
      })
    return {
      path,
      shown: this.shown,
      name: format.name ?? basename(path).replace(/\.test\.ya?ml$/i, ''),
      broker: raw['broker'] ?? 'local',
      clients: isMap(raw['clients']) ? raw['clients'] : {},
      variables: this.variables(raw['variables']),
      schemas: format.schemas ?? [],
      timeout: format.timeout,
      within: format.within,
      setup: this.steps(raw['setup'], ['setup']),
      teardown: this.steps(raw['teardown'], ['teardown']),
      checks,
      lineOf: (at) => this.located.lineOf(at)
    }
  }

  private check(raw: unknown, path: Path, timeout: number | undefined): Check {
    const { name, tags, data, setup, steps, teardown } = isMap(raw) ? raw : {}
    return {
      name: typeof name === 'string' ? name : '',
      tags: Array.isArray(tags) ? (tags as string[]) : [],
      data: this.rows(data),
      timeout,
      setup: this.steps(setup, [...path, 'setup']),
      steps: this.steps(steps, [...path, 'steps']),
      teardown: this.steps(teardown, [...path, 'teardown']),
      path
    }
  }

  private rows(data: unknown): Check['data'] {
    if (typeof data === 'string') return data
    if (!Array.isArray(data)) return null
    return (data as unknown[])
      .filter(isMap)
      .map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, cellText(value)])))
  }

  private variables(raw: unknown): StoredVariable[] {
    if (raw === undefined || raw === null) return []
    if (!isMap(raw)) {
      this.problem(
        ['variables'],
        said('failure_key', { key: 'variables', fault: said('failure_must_texts') })
      )
      return []
    }
    return Object.entries(raw).flatMap(([name, value]): StoredVariable[] => {
      if (isMap(value)) {
        const { env } = value
        if (typeof env === 'string' && Object.keys(value).length === 1)
          return [{ name, kind: 'env', value: env }]
        this.problem(['variables', name], said('failure_variable', { name, example: '{ env: NAME }' }))
        return []
      }
      return [{ name, kind: 'text', value: cellText(value) }]
    })
  }

  private steps(raw: unknown, path: Path): Step[] {
    if (!Array.isArray(raw)) return []
    return (raw as unknown[]).flatMap((each, index) => this.step(each, [...path, index]))
  }

  private step(raw: unknown, path: Path): Step[] {
    const kinds = Object.keys(stepSchemas) as StepKind[]
    if (++this.count > MAX_STEPS) {
      if (this.count === MAX_STEPS + 1) this.problem(path, said('failure_most_steps', { most: MAX_STEPS }))
      return []
    }
    if (!isMap(raw) || Object.keys(raw).length !== 1) {
      this.problem(path, said('failure_step_map', { kinds: listed(kinds) }))
      return []
    }
    const [kind, value] = Object.entries(raw)[0] as [StepKind, unknown]
    if (!kinds.includes(kind)) {
      const fault = similarKey(kind, kinds) ?? said('failure_no_step', { kinds: listed(kinds) })
      this.problem(path, said('failure_key', { key: kind, fault }))
      return []
    }
    const at = [...path, kind]
    const read = stepSchemas[kind].safeParse(pending(value))
    if (!read.success) this.issues(read.error, at)
    return [{ kind, value, path: at }]
  }

  private issues(error: z.ZodError, at: Path): void {
    for (const problem of problemsOf(error, at, this.shown, (path) => this.located.lineOf(path)))
      if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem)
  }

  private problem(path: Path, sentence: Words): void {
    if (this.problems.length < MAX_PROBLEMS)
      this.problems.push({ file: this.shown, line: this.located.lineOf(path), sentence })
  }
}

const MAX_PROBLEMS = 20

/** What zod found. */
export function problemsOf(
  error: z.ZodError,
  at: Path,
  file: string,
  lineOf: (path: Path) => number
): CheckProblem[] {
  return error.issues.map((issue) => {
    const inner = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
    const path = [...at, ...issue.path, ...inner].map((key) => (typeof key === 'number' ? key : String(key)))
    const key = path.findLast((each) => typeof each === 'string')
    const fault = carried(issue.message)
    return {
      file,
      line: lineOf(path),
      sentence: key === undefined ? said('failure_file', { fault }) : said('failure_key', { key, fault })
    }
  })
}

/** The value with its templates marked as such. */
function pending(value: unknown): unknown {
  if (typeof value === 'string') return isTemplate(value) ? new Pending(value) : value
  if (Array.isArray(value)) return value.map(pending)
  if (!isMap(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, pending(each)]))
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return ''
  return textOf(value)
}
