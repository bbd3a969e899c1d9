import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { ProfileStore } from '../profiles/profiles'
import { ProxyStore } from '../profiles/proxy-store'
import { loadCheckFile } from '../automation/checks/check-file'
import { findCheckFiles } from '../automation/checks/find-files'
import { startLocalBroker } from '../automation/checks/local-broker'
import { jsonReport } from '../automation/checks/report-json'
import { junitReport } from '../automation/checks/report-junit'
import { colours, noColours, prettyReport } from '../automation/checks/report-pretty'
import { totalsOf, type RunResult } from '../automation/checks/result'
import { runAll, type Loaded } from '../automation/checks/run'
import type { RunOptions } from '../automation/checks/run-options'
import { BadFile } from '../automation/checks/sentences'
import type { BrokerAddress } from '../automation/checks/session'
import { collectionAround } from '../automation/checks/variables-of'
import { DONE, FAILED, Failure, MISUSED, Misuse, type Call, type CommandContext } from './command'
import type { test, TestValues } from './commands/test'
import { interruption, print, showProgress } from './output'
import { environmentsIn, withVariables } from './profile-variables'

/** Where a run of checks takes place, and what it writes to. */
export interface Surroundings extends Pick<
  CommandContext,
  'version' | 'spawn' | 'defaultDataDirectory' | 'environment' | 'secretBox'
> {
  /** Paths are relative to it. */
  workingDirectory: string
  print: (text: string) => Promise<void>
  /** Shows how far the run is. */
  progress: (text: string) => void
  isTerminal: boolean
  /** Aborts when the user ends the run. */
  interrupted: AbortSignal
}

/** `treetop test`. The first Ctrl+C ends the run with its report. */
export async function runTest(call: Call<typeof test.options>, context: CommandContext): Promise<number> {
  const interrupted = interruption()
  try {
    return await runChecks(call, {
      ...context,
      workingDirectory: process.cwd(),
      print,
      progress: showProgress,
      isTerminal: process.stdout.isTTY,
      interrupted: interrupted.signal
    })
  } finally {
    interrupted.release()
  }
}

/** Runs checks and reports. Returns the exit status. Throws Misuse and Failure. */
export async function runChecks(
  { values, operands: places }: Call<typeof test.options>,
  context: Surroundings
): Promise<number> {
  if (places.length === 0) throw new Misuse('Name a folder or a file with checks. See treetop test --help.')
  const reporters = reportersOf(values.reporter ?? 'pretty')
  const directory = values['data-dir'] ?? context.defaultDataDirectory
  const ofProfiles = values.env === undefined ? [] : await environmentsIn(directory)
  const options = runOptions(values, { ...context, directory, ofProfiles })
  const parallel = numberOf('--parallel', values.parallel, Math.min(4, availableParallelism()))
  const loaded = await load(places, context)
  await checkEnvironment(loaded, options.environment, ofProfiles)
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
  return DONE
}

async function load(places: readonly string[], { workingDirectory }: Surroundings): Promise<Loaded[]> {
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

/** Throws Misuse for an environment that no collection has: neither one around the checks nor the one that profiles have their variables from. */
async function checkEnvironment(
  loaded: readonly Loaded[],
  wanted: string | null,
  ofProfiles: readonly string[]
): Promise<void> {
  if (wanted === null) return
  const known = new Set(ofProfiles)
  for (const each of loaded)
    if ('file' in each)
      for (const name of (
        await collectionAround(each.file.path, { environment: wanted, secret: () => null }).catch(() => ({
          environments: []
        }))
      ).environments)
        known.add(name)
  if (!known.has(wanted))
    throw new Misuse(
      `There is no environment "${wanted}". ${known.size === 0 ? 'The collection has none.' : `Environments: ${[...known].join(', ')}.`}`
    )
}

/** Where the profiles of a run are. */
interface ProfilesAround extends Surroundings {
  /** Their data directory. */
  directory: string
  /** The environments that its collection has. */
  ofProfiles: readonly string[]
}

function runOptions(values: TestValues, context: ProfilesAround): RunOptions {
  const { filter, artifacts } = values
  let done = 0
  return {
    broker: values.broker ?? null,
    environment: values.env ?? null,
    variables: Object.fromEntries(values.variable.map(variableOf)),
    filter: (file, check, name) =>
      filter === undefined ||
      (filter.startsWith('@')
        ? check.tags.includes(filter.slice(1))
        : `${file.shown} ${file.name} ${name}`.toLowerCase().includes(filter.toLowerCase())),
    bail: values.bail,
    repeat: numberOf('--repeat', values.repeat, 1),
    artifacts: artifacts === undefined ? null : resolve(context.workingDirectory, artifacts),
    processEnvironment: context.environment,
    startBroker: (settings) => startLocalBroker(settings, context.spawn, context.version),
    version: context.version,
    profile: (name) => profileOf(name, values.env, context),
    secret: () => null,
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

/** A profile with its secrets, and its variables in the environment `wanted`; null: there is none. Throws PROFILE_VARIABLES. */
async function profileOf(
  name: string,
  wanted: string | undefined,
  context: ProfilesAround
): Promise<BrokerAddress | null> {
  const { directory, ofProfiles } = context
  if (!existsSync(join(directory, 'profiles.json'))) return null
  const box = await context.secretBox(directory)
  const proxy = new ProxyStore(directory, box)
  await proxy.peek()
  const store = new ProfileStore(directory, box, () => proxy.access())
  await store.peek()
  const profile = store.list().find((each) => each.name === name || each.id === name)
  if (!profile) return null
  // A run has its own will and subscriptions.
  const place = {
    profile: { ...profile, will: null, subscriptions: [] },
    secrets: store.secretsOf(profile.id)
  }
  // An environment that only the collection of the checks has says nothing of profiles. Another one must not stand in for it.
  const env = wanted === undefined || ofProfiles.includes(wanted) ? wanted : null
  return withVariables(place, { ...context, directory, env })
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
  context: Surroundings
): Promise<void> {
  const text =
    kind === 'pretty'
      ? prettyReport(run, context.isTerminal && file === null ? colours : noColours)
      : kind === 'junit'
        ? junitReport(run)
        : jsonReport(run)
  if (file === null) return context.print(text)
  const path = resolve(context.workingDirectory, file)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  } catch (error) {
    throw new Failure(`The report ${file} cannot be written: ${(error as Error).message}.`, { cause: error })
  }
}
