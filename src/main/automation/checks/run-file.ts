import { randomUUID } from 'node:crypto'
import { dirname } from 'node:path'
import { DataFiles } from '../collections/data-files'
import type { Words } from '../../../shared/contract/sentence'
import { TemplateError } from '../template/fault'
import { GeneratorMemory } from '../template/memory'
import { brokerOf } from './broker-of'
import type { Check, CheckFile } from './check-file'
import { checkNames } from './names'
import { Pulse } from './pulse'
import { writeRecording } from './recording'
import type { CheckResult, Failure, FileResult } from './result'
import { runCheck } from './run-check'
import type { RunOptions } from './run-options'
import { Schemas } from './schemas'
import { reasonOf, said, withTexts } from './said'
import { Scope } from './scope'
import { BadFile } from './sentences'
import { CheckSession, type BrokerAddress } from './session'
import { collectionAround } from './variables-of'

/** A check to be run, with a row of its data. */
interface Planned {
  check: Check
  name: string
  row: Record<string, string>
}

/** What is known of a file before any of its checks runs. */
export interface Prepared {
  file: CheckFile
  root: string
  planned: Planned[]
  variables: CheckFile['variables']
  environments: string[]
}

/** Rows of a check, at most. */
const MAX_ROWS = 10_000

/** Finds out all that a file needs. Throws BadFile. */
export async function prepare(file: CheckFile, options: RunOptions): Promise<Prepared> {
  const { root, variables, environments } = await collectionAround(file.path, options)
  const planned = file.checks.flatMap((check) =>
    rowsOf(file, check).map((row, index, { length }): Planned => {
      const shown = Object.entries(row)
        .map(([key, value]) => `${key}=${value}`)
        .join(', ')
        .slice(0, 80)
      return {
        check,
        row,
        name:
          check.data === null ? check.name : `${check.name} [${length > 1 ? `${index + 1}: ` : ''}${shown}]`
      }
    })
  )
  await checkNames(
    file,
    [...variables.map(({ name }) => name), ...Object.keys(options.variables)],
    (check) => [
      ...new Set(planned.filter((each) => each.check === check).flatMap(({ row }) => Object.keys(row)))
    ]
  )
  return { file, root, planned, environments, variables: [...variables, ...file.variables] }
}

function rowsOf(file: CheckFile, { data, path }: Check): Record<string, string>[] {
  if (data === null) return [{}]
  const bad = (reason: Words): BadFile =>
    new BadFile([
      {
        file: file.shown,
        line: file.lineOf([...path, 'data']),
        sentence:
          typeof data === 'string'
            ? said('failure_rows_of', { file: data, reason })
            : said('failure_rows', { reason })
      }
    ])
  try {
    const rows =
      typeof data === 'string'
        ? new DataFiles(dirname(file.path)).rows(data).map((row) => Object.fromEntries(row))
        : data
    if (rows.length > MAX_ROWS) throw bad(said('failure_most_rows', { most: MAX_ROWS }))
    return rows
  } catch (error) {
    throw error instanceof TemplateError ? bad(error.detail) : error
  }
}

/** Runs the checks of a file, with a broker of their own if the file says so. Never throws. */
export async function runFile(
  prepared: Prepared,
  options: RunOptions,
  signal: AbortSignal
): Promise<FileResult> {
  const { file } = prepared
  const began = performance.now()
  const result: FileResult = { file: file.shown, name: file.name, duration: 0, checks: [], problems: [] }
  for (let round = 1; round <= options.repeat; round++) {
    const planned = prepared.planned
      .map((each) => ({
        ...each,
        name: options.repeat > 1 ? `${each.name} (${round} of ${options.repeat})` : each.name
      }))
      .filter(({ check, name }) => options.filter(file, check, name))
    if (planned.length === 0) continue
    const done = (check: CheckResult): void => {
      result.checks.push(check)
      options.onCheck(file, check)
    }
    options.follow?.onFile(file, planned.length)
    const skip = ({ name, check }: Planned): void =>
      done({ name, check: check.name, status: 'skipped', duration: 0, failure: null })
    const isOver = (): boolean =>
      signal.aborted || (options.bail && result.checks.some(({ status }) => status === 'failed'))
    if (isOver()) {
      planned.forEach(skip)
      continue
    }
    try {
      const broker = await brokerOf(
        options.broker ?? scopeOf(prepared, {}, options).expand(file.broker, ['broker']),
        options
      )
      try {
        for (const each of planned)
          if (isOver()) skip(each)
          else {
            options.follow?.onBegin(file, { name: each.name, check: each.check.name })
            done(await checkResult(prepared, each, broker.address, options, signal))
          }
      } finally {
        await broker.stop()
      }
    } catch (error) {
      result.problems.push({ file: file.shown, line: file.lineOf(['broker']), sentence: reasonOf(error) })
      break
    }
  }
  return { ...result, duration: performance.now() - began }
}

async function checkResult(
  prepared: Prepared,
  { check, name, row }: Planned,
  broker: BrokerAddress,
  options: RunOptions,
  signal: AbortSignal
): Promise<CheckResult> {
  const began = performance.now()
  const { file } = prepared
  const session = new CheckSession(
    broker,
    file,
    scopeOf(prepared, row, options),
    new Schemas(dirname(file.path), file.schemas),
    new Pulse(signal),
    prepared.root
  )
  const ended = (status: CheckResult['status'], failure: Failure | null = null): CheckResult => ({
    ...{ name, check: check.name, status, failure },
    duration: performance.now() - began
  })
  try {
    const failure = await runCheck(session, check, signal)
    if (!failure) return ended('passed')
    const safe = hiding(failure, session.scope.secrets)
    if (options.artifacts !== null)
      safe.recording = await recordingOf(session, `${file.name} ${name}`, options)
    return ended('failed', safe)
  } catch (error) {
    if (!signal.aborted) throw error
    // It was interrupted: nobody knows how it would have ended.
    return ended('skipped')
  } finally {
    await session.close()
  }
}

function scopeOf(
  { file, variables }: Pick<Prepared, 'file' | 'variables'>,
  row: Record<string, string>,
  options: RunOptions
): Scope {
  return new Scope({
    variables,
    given: { ...row, ...options.variables },
    environment: options.processEnvironment,
    data: new DataFiles(dirname(file.path)),
    memory: new GeneratorMemory({ random: Math.random, uuid: randomUUID }),
    file: file.path
  })
}

async function recordingOf(
  session: CheckSession,
  name: string,
  { artifacts, version }: RunOptions
): Promise<string | null> {
  const messages = [...session.clients.values()]
    .flatMap((client) => client.messages)
    .sort((a, b) => a.at - b.at)
  try {
    return await writeRecording(artifacts!, name, messages, version)
  } catch (error) {
    process.stderr.write(`The recording of "${name}" was not written: ${(error as Error).message}.\n`)
    return null
  }
}

/** The failure without values of the process's environment. */
function hiding(failure: Failure, secrets: ReadonlySet<string>): Failure {
  // The longest first: a secret may be part of another.
  const sorted = [...secrets].filter(({ length }) => length > 2).sort((a, b) => b.length - a.length)
  const hidden = (text: string): string =>
    sorted.reduce((shown, secret) => shown.replaceAll(secret, '••••••'), text)
  return {
    ...failure,
    sentence: withTexts(failure.sentence, hidden),
    details: failure.details.map((each) => withTexts(each, hidden)),
    messages: failure.messages.map(hidden),
    packets: failure.packets.map(hidden)
  }
}
