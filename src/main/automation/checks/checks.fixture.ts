import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { spawnBroker } from '../../broker/threadless.fixture'
import { Misuse } from '../../command/command'
import { test as testCommand } from '../../command/commands/test'
import { parse } from '../../command/parse'
import { runChecks, type Surroundings } from '../../command/test'
import type { RunResult } from './result'
import { english } from './said'

/** What a run of `treetop test` did. */
export interface Outcome {
  status: number
  output: string
  errors: string
}

/** A folder with files of checks, in which `treetop test` runs. */
export function folderOf(files: Record<string, string>): {
  directory: string
  test(
    args: string[],
    options?: { environment?: NodeJS.ProcessEnv; interrupted?: AbortSignal }
  ): Promise<Outcome>
  /** The report of a run. */
  run(args?: string[]): Promise<RunResult & { status: number }>
} {
  const directory = mkdtempSync(join(tmpdir(), 'treetop-checks-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  const test = (
    args: string[],
    { environment = {}, interrupted = new AbortController().signal } = {}
  ): Promise<Outcome> => outcomeOf(args, { workingDirectory: directory, environment, interrupted })
  return {
    directory,
    test,
    async run(args = ['.']) {
      const { status, output, errors } = await test(['--reporter', 'json', ...args])
      if (output === '') throw new Error(errors)
      return { ...(JSON.parse(output) as RunResult), status }
    }
  }
}

/** The sentence of the only check that failed, with its details. */
export function failureOf({ files }: RunResult): string {
  const problems = files.flatMap((file) => file.problems.map(({ sentence }) => sentence))
  const failures = files.flatMap(({ checks }) => checks.flatMap(({ failure }) => failure ?? []))
  return [...problems, ...failures.flatMap(({ sentence, details }) => [sentence, ...details])]
    .map(english)
    .join('\n')
}

/** Runs `treetop test` in this process. */
export async function outcomeOf(
  args: readonly string[],
  around: Pick<Surroundings, 'workingDirectory'> & Partial<Surroundings>
): Promise<Outcome> {
  const outcome: Outcome = { status: 0, output: '', errors: '' }
  const parsed = parse(testCommand, args)
  try {
    if (parsed.kind === 'help') throw new Error('no run')
    if (parsed.kind === 'fault') throw new Misuse(parsed.sentence)
    outcome.status = await runChecks(parsed, {
      version: '1.2.3',
      spawn: spawnBroker,
      defaultDataDirectory: join(around.workingDirectory, 'data'),
      environment: {},
      secretBox: () => Promise.resolve(null),
      print: (text) => Promise.resolve(void (outcome.output += text)),
      progress: () => undefined,
      isTerminal: false,
      interrupted: new AbortController().signal,
      ...around
    })
  } catch (error) {
    outcome.errors = `${(error as Error).message}\n`
    outcome.status = error instanceof Misuse ? 2 : 1
  }
  return outcome
}
