import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { spawnBroker } from '../../broker/threadless.fixture'
import { runTest } from './command'
import type { RunResult } from './result'

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
  const test = async (
    args: string[],
    { environment = {}, interrupted = new AbortController().signal } = {}
  ): Promise<Outcome> => {
    const outcome: Outcome = { status: 0, output: '', errors: '' }
    outcome.status = await runTest(args, {
      version: '1.2.3',
      spawn: spawnBroker,
      defaultDataDirectory: join(directory, 'data'),
      environment,
      secretBox: () => null,
      workingDirectory: directory,
      print: (text) => Promise.resolve(void (outcome.output += text)),
      tell: (text) => void (outcome.errors += `${text}\n`),
      progress: () => undefined,
      isTerminal: false,
      interrupted
    })
    return outcome
  }
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
  return [...problems, ...failures.map(({ sentence, details }) => [sentence, ...details].join('\n'))].join(
    '\n'
  )
}
