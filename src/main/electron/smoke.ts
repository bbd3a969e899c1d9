import { createServer, type AddressInfo } from 'node:net'
import type { App } from '../compose'
import type { MainWindow } from './window'

/** Timeout of each step, in ms. */
const STEP_TIMEOUT = 30_000
const STEP = 100

/**
 * `--smoke` checks that the packaged app works: the page renders and reaches this process; a broker starts in its worker; a connection
 * to it opens in another worker, with its history in SQLite. Exits with 0 if all of that works, otherwise with 1 and the reason.
 */
export async function smokeTest(
  treetop: App,
  window: MainWindow,
  end: (code: number) => Promise<void>
): Promise<void> {
  try {
    await until('the page', () => pageIsReady(window))
    await treetop.broker.start(await freePort())
    await until('the connection to the local broker', () =>
      treetop.connections
        .list()
        .some(({ state, recordingFault }) => state === 'online' && recordingFault === null)
    )
    process.stdout.write('Treetop works.\n')
    await end(0)
  } catch (error) {
    process.stderr.write(`Treetop does not work: ${error instanceof Error ? error.message : String(error)}\n`)
    await end(1)
  }
}

/** The page is ready once its first calls have been answered. */
async function pageIsReady(window: MainWindow): Promise<boolean> {
  const ready: unknown = await window.current?.webContents.executeJavaScript(
    `document.querySelector('[data-ready="true"]') !== null`
  )
  return ready === true
}

async function until(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + STEP_TIMEOUT
  while (!(await is())) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${STEP_TIMEOUT / 1_000} s`)
    await new Promise((resolve) => setTimeout(resolve, STEP))
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
