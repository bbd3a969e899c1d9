// `npm test`: sets up what is missing, runs every check and test, and ends with a one-line summary. With `--all` (`npm run test:all`)
// every scenario runs on every host, at full length (e2e/extent.ts).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { electronFault, hostLines, projectsOfPlaywright } from './electron.mjs'
import { tool } from './place.mjs'
import { ensurePrograms } from './programs.mjs'
import { run } from './run.mjs'
import { ensureBuild, ensureDependencies } from './setup.mjs'
import { compileMessages, staticChecks } from './static-checks.mjs'
import {
  fromExitCode,
  fromPlaywright,
  fromVitest,
  line,
  needsRoot,
  nothing,
  skippedByPlaywright,
  skippedByVitest,
  sum,
  withoutExcuse
} from './summary.mjs'
import { temporaryFolder } from './written-files.mjs'

const temporary = temporaryFolder()
process.on('exit', temporary.remove)
const results = []
/** Names of skipped tests. */
const skipped = []
/** The end-to-end test counts of each host. */
let hosts = new Map()

/** Runs one step under a heading and keeps its counts. */
async function step(name, work) {
  const started = Date.now()
  console.log(`\n▸ ${name}`)
  const counts = await work().catch((error) => {
    console.error(error.message)
    return { ...nothing, failed: 1 }
  })
  const seconds = Math.round((Date.now() - started) / 1_000)
  console.log(`${mark(counts)} ${name}: ${seconds} s`)
  results.push({ name, counts, seconds })
  return counts.failed === 0
}

const mark = ({ failed }) => (failed === 0 ? '✓' : '✗')

/** Runs Vitest or Playwright, with all their output files in the temporary folder. */
function runner(packageName, script, args, options = {}) {
  const [node, path] = tool(packageName, script)
  return run(node, [path, ...args], { ...options, env: { ...temporary.environment, ...options.env } })
}

/** Reads a runner's report: its counts, and the names of skipped tests. A runner without a report counts as failed. */
function report(file, read, skippedIn, code) {
  try {
    const found = JSON.parse(readFileSync(file, 'utf8'))
    const counts = read(found)
    skipped.push(...skippedIn(found))
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
  } catch {
    return { ...nothing, failed: 1 }
  }
}

async function unit() {
  const file = join(temporary.path, 'vitest.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const code = await runner('vitest', 'vitest.mjs', ['run', ...reporters], { held: true })
  return report(file, fromVitest, skippedByVitest, code)
}

async function endToEnd() {
  const file = join(temporary.path, 'playwright.json')
  const extent = process.argv.includes('--all') ? { TREETOP_TESTS: 'all' } : {}
  // Each scenario starts a Treetop of its own: from its second start on, Node need not compile it again.
  const compiled = { NODE_COMPILE_CACHE: join(temporary.path, 'compiled') }
  const code = await runner('@playwright/test', 'cli.js', ['test'], {
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file, ...compiled, ...extent }
  })
  return report(
    file,
    (found) => {
      hosts = projectsOfPlaywright(found)
      return fromPlaywright(found)
    },
    skippedByPlaywright,
    code
  )
}

async function oneAfterAnother(checks) {
  for (const [name, check] of Object.entries(checks)) await step(name, check)
}

/** Fails when a test wrote outside the temporary folder. */
async function writtenFiles() {
  const found = temporary.leftovers()
  for (const name of found) console.error(`Written outside of the temporary folder: ${name}`)
  return fromExitCode(found.length)
}

const inCi = Boolean(process.env.CI)
const isRoot = process.getuid?.() === 0

async function main() {
  await ensureDependencies()
  const missing = await ensurePrograms()
  if (missing.length > 0) {
    const what = inCi ? 'fail' : 'are skipped'
    console.log(`Missing here: ${missing.join(', ')}. The tests that need them ${what}.`)
  }
  await step('messages', compileMessages)
  let built = false
  const build = async () => {
    built = await step('build', async () => {
      await ensureBuild()
      return fromExitCode(0)
    })
  }
  // Each takes about one core, and as long as the other. The build compiles the messages again, so the steps that read them are done by then.
  const { lint, format, 'dead code': deadCode, ...types } = staticChecks
  await Promise.all([
    oneAfterAnother({ lint, format, 'dead code': deadCode }).then(build),
    oneAfterAnother({ ...types, 'unit tests': unit })
  ])
  await step('end-to-end tests', async () => {
    if (!built) throw new Error('They need the build.')
    return endToEnd()
  })
  await step('written files', writtenFiles)

  const all = sum(results.map(({ counts }) => counts))
  const rootOnly = isRoot ? [] : skipped.filter(needsRoot)
  const total = inCi ? withoutExcuse(all, rootOnly.length) : all
  console.log('')
  for (const name of skipped)
    console.log(rootOnly.includes(name) ? `- not run, needs root: ${name}` : `- skipped: ${name}`)
  for (const { name, counts, seconds } of results) {
    console.log(
      `${mark(counts)} ${name.padEnd(18)} ${String(seconds).padStart(4)} s   ${line(counts).slice(7)}`
    )
  }
  for (const said of hostLines(hosts, electronFault())) console.log(said)
  console.log(line(total))
  return total.failed === 0 ? 0 : 1
}

main()
  .catch((error) => {
    console.error(error.message)
    console.log(line({ ...nothing, failed: 1 }))
    return 1
  })
  .then((code) => {
    process.exitCode = code
  })
