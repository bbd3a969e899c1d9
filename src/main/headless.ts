#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isUrl } from '../shared/broker-url'
import type { Readable } from 'node:stream'
import type { TestContext } from './automation/checks/command'
import { compose, type App } from './compose'
import { openLog } from './log/file'
import type { Log } from './log/log'
import { tellStart } from './log/start'
import { defaultDataDirectory, holdDataDirectory } from './profiles/data-directory'
import { profilesIn } from './profiles/profiles'
import { keyFileBox } from './profiles/secrets'
import { parseArguments, usage, type WebArguments } from './web/arguments'
import { nodeFault } from './web/node-version'
import { openBrowser } from './web/open-browser'
import { sentenceFor } from './web/sentences'
import { newToken, startWebServer, type WebServer } from './web/server'
import { spawnWorker } from './worker'

const DEFAULT_PORT = 7883
/** Number of ports tried if none was specified. */
const PORT_TRIES = 20
/** Maximum time for flushing everything to disk at shutdown, in ms. */
const CLOSE_TIMEOUT = 5_000

const root = resolve(import.meta.dirname, '../renderer')
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
  if (argv[0] === 'export') {
    // The export opens history files in this thread, which the app itself never does.
    const { runExport } = await import('./transfer/command')
    const context = {
      profilesIn,
      defaultDataDirectory: defaultDataDirectory(),
      version,
      spawn: spawnWorker
    }
    return runExport(argv.slice(1), context)
  }
  if (argv[0] === 'probe') {
    const { runProbe } = await import('./probe/command')
    return runProbe(argv.slice(1), version)
  }
  if (argv[0] === 'test') {
    const { runTest } = await import('./automation/checks/command')
    return runTest(argv.slice(1), testContext())
  }
  if (argv[0] === 'replay') {
    const { runReplay } = await import('./automation/replay/command')
    return runReplay(argv.slice(1), { profilesIn, defaultDataDirectory: defaultDataDirectory() })
  }
  const parsed = parseArguments(argv, process.env)
  // Child processes, such as the browser, must not inherit it.
  delete process.env['TREETOP_TOKEN']
  switch (parsed.kind) {
    case 'help':
      process.stdout.write(usage)
      return 0
    case 'version':
      process.stdout.write(`${version}\n`)
      return 0
    case 'fault':
      process.stderr.write(`${parsed.sentence}\n`)
      return 2
    case 'run':
      await run(parsed.arguments)
      return null
  }
}

/** What `treetop test` needs. The first Ctrl+C ends the run with its report, the second one the process. */
function testContext(): TestContext {
  const controller = new AbortController()
  const interrupt = (): void => controller.abort(new Error('interrupted'))
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  return {
    version,
    spawn: spawnWorker,
    defaultDataDirectory: defaultDataDirectory(),
    environment: process.env,
    // Opening the key's file would create it.
    secretBox: (directory) => (existsSync(resolve(directory, 'secret.key')) ? keyFileBox(directory) : null),
    workingDirectory: process.cwd(),
    print: (text) => new Promise((done) => process.stdout.write(text, () => done())),
    tell: (text) => void process.stderr.write(`${text}\n`),
    progress(text) {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
    },
    isTerminal: process.stdout.isTTY,
    interrupted: controller.signal
  }
}

async function run(given: WebArguments): Promise<void> {
  const dataDirectory = resolve(given.dataDirectory ?? defaultDataDirectory())
  const release = holdDataDirectory(dataDirectory)
  const log = openLog(dataDirectory)
  tellStart(log, version, 'browser')
  const host = { kind: 'browser', secrets: keyFileBox(dataDirectory) } as const
  const cannotStart = (error: unknown): never => {
    log.error('Treetop cannot start', error)
    throw error
  }
  const app = await compose({ dataDirectory, version, host, log }).catch(cannotStart)
  const server = await listen(app, given).catch(cannotStart)
  endWith(async () => {
    await server.close()
    await app.close()
    release()
    log.info('Treetop ends')
  }, log)
  if (given.broker !== null) {
    // A broker that cannot start does not prevent the rest from starting.
    await app.broker
      .start(given.broker === true ? undefined : given.broker)
      .catch((error: unknown) => process.stderr.write(`${sentenceFor(error)}\n`))
  }
  for (const target of given.targets) app.arrive(isUrl(target) ? target : resolve(target))
  process.stdout.write(`Treetop is at ${server.url}\n`)
  if (given.open) openBrowser(server.url)
}

/** Listens on the given port, or on the first free port starting at the default. */
async function listen(app: App, { host, port, token, origin, maxUpload }: WebArguments): Promise<WebServer> {
  const options = {
    host,
    token: token ?? newToken(),
    origin,
    root,
    maxUpload,
    connect: (channel: Parameters<App['connect']>[0]) => app.connect(channel),
    download: (jobId: string) => app.download(jobId),
    receiveRecording: (content: Readable, file: string) => app.receiveRecording(content, file)
  }
  for (let tried = 0; ; tried++) {
    try {
      return await startWebServer({ ...options, port: port ?? DEFAULT_PORT + tried })
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (!taken || port !== null || tried === PORT_TRIES) throw error
    }
  }
}

/** Flushes everything to disk before the process ends, on a signal or on an uncaught error. */
function endWith(close: () => Promise<void>, log: Log): void {
  let ending = false
  const end = (code: number): void => {
    if (ending) process.exit(1)
    ending = true
    setTimeout(() => process.exit(code), CLOSE_TIMEOUT)
    void close().then(
      () => process.exit(code),
      () => process.exit(1)
    )
  }
  process.on('SIGINT', () => end(0))
  process.on('SIGTERM', () => end(0))
  process.on('SIGHUP', () => end(0))
  process.on('uncaughtException', (error) => {
    log.error('uncaught error', error)
    process.stderr.write(`${sentenceFor(error)}\n`)
    if (!ending) end(1)
  })
}

// The reader of the output may close its end first.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

main(process.argv.slice(2)).then(
  (code) => {
    if (code !== null) process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`${sentenceFor(error)}\n`)
    process.exit(1)
  }
)
