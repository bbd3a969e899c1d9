#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findCommand, rootHelp, runCommand } from './command/dispatch'
import { defaultDataDirectory } from './profiles/data-directory'
import { keyFileBox } from './profiles/secrets'
import { browserMode, parseArguments } from './web/arguments'
import { nodeFault } from './web/node-version'
import { sentenceFor } from './web/sentences'
import { spawnWorker } from './worker'

const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string
}

/** Runs the command line. Returns the exit code, or null if Treetop keeps running. */
async function main(argv: string[]): Promise<number | null> {
  const fault = nodeFault(process.versions.node)
  if (fault !== null) {
    process.stderr.write(`${fault}\n`)
    return 1
  }
  const found = findCommand(argv, browserMode)
  if (found)
    return runCommand(found, {
      version,
      defaultDataDirectory: defaultDataDirectory(),
      spawn: spawnWorker,
      environment: process.env,
      // Opening the key's file would create it.
      secretBox: (directory) =>
        Promise.resolve(existsSync(join(directory, 'secret.key')) ? keyFileBox(directory) : null),
      root: browserMode
    })
  const parsed = parseArguments(argv, process.env)
  // Child processes, such as the browser, must not inherit it.
  delete process.env['TREETOP_TOKEN']
  switch (parsed.kind) {
    case 'help':
      process.stdout.write(rootHelp(browserMode))
      return 0
    case 'version':
      process.stdout.write(`${version}\n`)
      return 0
    case 'fault':
      process.stderr.write(`${parsed.sentence}\n`)
      return 2
    case 'run': {
      // A command starts sooner without everything that the app needs.
      const { runBrowserMode } = await import('./web/run')
      await runBrowserMode(parsed.arguments, { version, root: resolve(import.meta.dirname, '../renderer') })
      return null
    }
  }
}

// The reader of the output may close its end first.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

main(process.argv.slice(2)).then(
  (code) => {
    // Threads and clients that a command left behind must not keep it running.
    if (code !== null) process.exit(code)
  },
  (error: unknown) => {
    process.stderr.write(`${sentenceFor(error)}\n`)
    process.exit(1)
  }
)
