// `npm start`: sets up what is missing and runs Treetop, in Electron if possible, else in the browser.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { displayFault, thisMachine } from './electron.mjs'
import { startFlags } from './flags.mjs'
import { at, electronIsInstalled, pinnedNode } from './place.mjs'
import { run } from './run.mjs'
import { ensureBuild, ensureDependencies } from './setup.mjs'

const usage = `Usage: npm start -- [--desktop | --web] [options of Treetop]

  --desktop   only in the Electron window; fails where that cannot be
  --web       in the browser
  (neither)   in the Electron window, or in the browser where that cannot be

In the browser, the options of \`npm run web -- --help\` may follow.
`

/** A failed download is not retried at every start, but only after a day (ms). */
const RETRY_AFTER = 24 * 3_600_000
const DOWNLOAD_TIMEOUT = 5 * 60_000
const failedDownload = at('node_modules', '.treetop-electron-failed')

/** Runs Electron's own installer once, showing its progress. Resolves to whether the binary is now installed. */
async function installElectron(insist) {
  if (electronIsInstalled()) return true
  if (
    !insist &&
    existsSync(failedDownload) &&
    Date.now() - Number(readFileSync(failedDownload, 'utf8')) < RETRY_AFTER
  )
    return false
  console.log(
    `Electron's binary is not here yet: downloading it, for at most ${DOWNLOAD_TIMEOUT / 60_000} minutes…`
  )
  const code = await run(pinnedNode, [at('node_modules', 'electron', 'install.js')], {
    timeout: DOWNLOAD_TIMEOUT
  })
  if (code === 0 && electronIsInstalled()) return true
  writeFileSync(failedDownload, String(Date.now()))
  return false
}

/** Why Electron cannot run here, or null. */
async function desktopFault(insist) {
  const fault = displayFault(thisMachine())
  if (fault !== null) return fault
  if (!(await installElectron(insist)))
    return "Electron's binary could not be downloaded (--desktop tries it again)"
  return null
}

async function main() {
  const { host, both, rest } = startFlags(process.argv.slice(2))
  if (both) throw new Error('--desktop and --web exclude each other.')
  if (rest.includes('--help') && host === 'any') {
    process.stdout.write(usage)
    return 0
  }
  await ensureDependencies()
  await ensureBuild()
  if (host !== 'web') {
    const fault = await desktopFault(host === 'desktop')
    if (fault === null) return run(pinnedNode, [at('node_modules', 'electron', 'cli.js'), '.', ...rest])
    if (host === 'desktop')
      throw new Error(
        `${fault}: the desktop app cannot start. \`npm start -- --web\` opens Treetop in the browser.`
      )
    console.log(`${fault}: Treetop opens in the browser instead.`)
  }
  return run(pinnedNode, [at('out', 'main', 'headless.js'), ...rest])
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
)
