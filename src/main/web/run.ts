import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { isUrl } from '../../shared/broker-url'
import { compose, type App } from '../compose'
import { openLog } from '../log/file'
import type { Log } from '../log/log'
import { tellStart } from '../log/start'
import { defaultDataDirectory, holdDataDirectory } from '../profiles/data-directory'
import { keyFileBox } from '../profiles/secrets'
import type { WebArguments } from './arguments'
import { openBrowser } from './open-browser'
import { sentenceFor } from './sentences'
import { newToken, startWebServer, type WebServer } from './server'

const DEFAULT_PORT = 7883
/** Number of ports tried if none was specified. */
const PORT_TRIES = 20
/** Maximum time for flushing everything to disk at shutdown, in ms. */
const CLOSE_TIMEOUT = 5_000

/** Runs browser mode until a signal ends it. `version` is Treetop's; `root` is the folder of the page. */
export async function runBrowserMode(
  given: WebArguments,
  { version, root }: { version: string; root: string }
): Promise<void> {
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
  const server = await listen(app, given, root).catch(cannotStart)
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
async function listen(
  app: App,
  { host, port, token, origin, maxUpload }: WebArguments,
  root: string
): Promise<WebServer> {
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
