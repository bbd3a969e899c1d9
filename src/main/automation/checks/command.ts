import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { SecretBox } from '../../profiles/secrets'
import { ProfileStore } from '../../profiles/profiles'
import type { SpawnWorker } from '../../worker'
import { loadCheckFile } from './check-file'
import { findCheckFiles } from './find-files'
import { junitReport } from './report-junit'
import { colours, noColours, prettyReport } from './report-pretty'
import { totalsOf, type RunResult } from './result'
import { runAll, type Loaded } from './run'
import type { RunOptions } from './run-file'
import { BadFile } from './sentences'
import type { BrokerAddress } from './session'
import { collectionAround } from './variables-of'

/** Exit statuses. */
const PASSED = 0
const FAILED = 1
const MISUSED = 2

/** Invalid arguments; the message is the sentence shown to the user. */
class Misuse extends Error {}

/** What the command needs of the program that runs it. */
export interface TestContext {
  version: string
  spawn: SpawnWorker
  defaultDataDirectory: string
  environment: NodeJS.ProcessEnv
  /** What decrypts a data directory's secrets; null: nothing does. */
  secretBox: (directory: string) => SecretBox | null
  /** Paths are relative to it. */
  workingDirectory: string
  print: (text: string) => Promise<void>
  tell: (text: string) => void
  /** Shows how far the run is. */
  progress: (text: string) => void
  isTerminal: boolean
  /** Aborts when the user ends the run. */
  interrupted: AbortSignal
}

const usage = `Usage: treetop test [options] DIR|FILE...

Runs the checks in files that end in .test.yaml (docs/CHECKS.md).

  --reporter R[:F],...  pretty (default), junit or json; the first without a file F goes to standard output, the others to
                        treetop-report.xml and treetop-report.json
  --broker B            run all files against this broker: local, a URL, or the name of a profile
  --env NAME            environment of the collection
  --variable N=V        value of a variable; may be given several times
  --filter TEXT         only checks whose file and name contain TEXT, or that have the tag (@TAG)
  --bail                stop after the first check that fails
  --repeat N            run everything N times, each with a fresh broker
  --parallel N          files at once (default: one for each processor, at most 4)
  --artifacts DIR       write a recording (.treetop) for each check that fails
  --data-dir DIR        data directory of the profiles
  --help                print this help

Exit status: 0 all checks passed, 1 a check failed, or the run was interrupted, 2 wrong usage or a file that cannot be used.
`

/** `treetop test`. Returns the exit status. Reports go to standard output or files, everything else to standard error. */
export async function runTest(args: readonly string[], context: TestContext): Promise<number> {
  try {
    const { values, positionals } = optionsOf(args)
    if (!values.help) return await runChecks(positionals, values, context)
    await context.print(usage)
    return PASSED
  } catch (error) {
    context.tell((error as Error).message)
    return error instanceof Misuse ? MISUSED : FAILED
  }
}

/** Runs checks and reports. Returns the exit status. Throws Misuse. */
async function runChecks(places: readonly string[], values: Values, context: TestContext): Promise<number> {
  if (places.length === 0) throw new Misuse('Name a folder or a file with checks. See treetop test --help.')
  const reporters = reportersOf(values.reporter ?? 'pretty')
  const options = runOptions(values, context)
  const parallel = numberOf('--parallel', values.parallel, Math.min(4, availableParallelism()))
  const loaded = await load(places, context)
  await checkEnvironment(loaded, options.environment)
  const run = await runAll(loaded, options, parallel, context.interrupted)
  context.progress('')
  for (const { kind, file } of reporters) await report(run, kind, file, context)
  return statusOf(run, values.filter)
}

function statusOf(run: RunResult, filter: string | undefined): number {
  const { passed, failed, skipped, broken } = totalsOf(run)
  if (broken > 0) return MISUSED
  if (failed > 0 || run.interrupted) return FAILED
  if (passed + skipped === 0)
    throw new Misuse(
      filter === undefined ? 'The files have no checks.' : `No check fits the filter "${filter}".`
    )
  return PASSED
}

function optionsOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        reporter: { type: 'string' },
        broker: { type: 'string' },
        env: { type: 'string' },
        variable: { type: 'string', multiple: true },
        filter: { type: 'string' },
        bail: { type: 'boolean' },
        repeat: { type: 'string' },
        parallel: { type: 'string' },
        artifacts: { type: 'string' },
        'data-dir': { type: 'string' },
        help: { type: 'boolean' }
      }
    })
  } catch (error) {
    throw new Misuse(`${(error as Error).message.split('. ')[0]}. See treetop test --help.`)
  }
}

type Values = ReturnType<typeof optionsOf>['values']

async function load(places: readonly string[], { workingDirectory }: TestContext): Promise<Loaded[]> {
  const found = new Map<string, string>()
  for (const place of places)
    try {
      for (const { path, shown } of await findCheckFiles(place, workingDirectory)) found.set(path, shown)
    } catch (error) {
      throw new Misuse((error as Error).message)
    }
  return Promise.all(
    [...found].map(async ([path, shown]): Promise<Loaded> => {
      try {
        return { file: await loadCheckFile(path, shown) }
      } catch (error) {
        if (error instanceof BadFile) return { shown, problems: error.problems }
        throw error
      }
    })
  )
}

/** Throws Misuse for an environment that no collection has. */
async function checkEnvironment(loaded: readonly Loaded[], wanted: string | null): Promise<void> {
  if (wanted === null) return
  const known = new Set<string>()
  for (const each of loaded)
    if ('file' in each)
      for (const name of (await collectionAround(each.file.path, wanted).catch(() => ({ environments: [] })))
        .environments)
        known.add(name)
  if (!known.has(wanted))
    throw new Misuse(
      `There is no environment "${wanted}". ${known.size === 0 ? 'The collection has none.' : `Environments: ${[...known].join(', ')}.`}`
    )
}

function runOptions(values: Values, context: TestContext): RunOptions {
  const { filter, artifacts } = values
  let done = 0
  return {
    broker: values.broker ?? null,
    environment: values.env ?? null,
    variables: Object.fromEntries((values.variable ?? []).map(variableOf)),
    filter: (file, check, name) =>
      filter === undefined ||
      (filter.startsWith('@')
        ? check.tags.includes(filter.slice(1))
        : `${file.shown} ${file.name} ${name}`.toLowerCase().includes(filter.toLowerCase())),
    bail: values.bail === true,
    repeat: numberOf('--repeat', values.repeat, 1),
    artifacts: artifacts === undefined ? null : resolve(context.workingDirectory, artifacts),
    processEnvironment: context.environment,
    spawn: context.spawn,
    version: context.version,
    profile: (name) => profileOf(name, values['data-dir'] ?? context.defaultDataDirectory, context),
    onCheck: () => context.progress(`${++done} ${done === 1 ? 'check' : 'checks'} done`)
  }
}

function variableOf(given: string): [string, string] {
  const at = given.indexOf('=')
  if (at < 1) throw new Misuse('--variable takes NAME=VALUE.')
  return [given.slice(0, at), given.slice(at + 1)]
}

function numberOf(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 10_000)
    throw new Misuse(`${option} takes a whole number from 1 to 10000.`)
  return value
}

async function profileOf(
  name: string,
  directory: string,
  { secretBox }: TestContext
): Promise<BrokerAddress | null> {
  if (!existsSync(join(directory, 'profiles.json'))) return null
  const store = new ProfileStore(directory, secretBox(directory))
  await store.load()
  const profile = store.list().find((each) => each.name === name || each.id === name)
  return profile ? { profile, secrets: store.secretsOf(profile.id) } : null
}

type ReporterKind = 'pretty' | 'junit' | 'json'
const kinds: readonly ReporterKind[] = ['pretty', 'junit', 'json']
const defaultFiles: Record<ReporterKind, string> = {
  pretty: 'treetop-report.txt',
  junit: 'treetop-report.xml',
  json: 'treetop-report.json'
}

/** Reporters with their files; null: standard output. */
function reportersOf(text: string): { kind: ReporterKind; file: string | null }[] {
  let isOutputTaken = false
  return text.split(',').map((each) => {
    const [word = '', ...rest] = each.trim().split(':')
    const kind = kinds.find((known) => known === word)
    if (!kind) throw new Misuse(`There is no reporter "${word}". Reporters: ${kinds.join(', ')}.`)
    const given = rest.join(':')
    if (given !== '') return { kind, file: given }
    const file = isOutputTaken ? defaultFiles[kind] : null
    isOutputTaken = true
    return { kind, file }
  })
}

async function report(
  run: RunResult,
  kind: ReporterKind,
  file: string | null,
  context: TestContext
): Promise<void> {
  const text =
    kind === 'pretty'
      ? prettyReport(run, context.isTerminal && file === null ? colours : noColours)
      : kind === 'junit'
        ? junitReport(run)
        : `${JSON.stringify(run, null, 2)}\n`
  if (file === null) return context.print(text)
  const path = resolve(context.workingDirectory, file)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  } catch (error) {
    throw new Error(`The report ${file} cannot be written: ${(error as Error).message}.`, { cause: error })
  }
}
