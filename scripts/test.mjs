// `npm test`: sets up what is missing and runs every check and test. Ends with one line that sums them up.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { electronFault, hostLines, projectsOfPlaywright } from './electron.mjs'
import { tool } from './place.mjs'
import { ensurePrograms } from './programs.mjs'
import { run } from './run.mjs'
import { ensureBuild, ensureDependencies } from './setup.mjs'
import {
  fromExitCode,
  fromPlaywright,
  fromVitest,
  line,
  nothing,
  skippedByPlaywright,
  skippedByVitest,
  sum,
  withoutExcuse
} from './summary.mjs'

const reports = mkdtempSync(join(tmpdir(), 'treetop-reports-'))
const results = []
/** Names of the tests that did not run. */
const skipped = []
/** The end-to-end tests of each host. */
let hosts = new Map()

/** Runs one step under a heading and keeps its counts. */
async function step(name, work) {
  const started = Date.now()
  console.log(`\n▸ ${name}`)
  const counts = await work().catch((error) => {
    console.error(error.message)
    return { ...nothing, failed: 1 }
  })
  results.push({ name, counts, seconds: Math.round((Date.now() - started) / 1_000) })
  return counts.failed === 0
}

const command = (packageName, script, ...args) => run(...withArgs(tool(packageName, script), args))
const withArgs = ([node, script], args) => [node, [script, ...args]]
const check =
  (...parts) =>
  async () =>
    fromExitCode(await command(...parts))

/** A runner's own report: its counts, and the names of what it skipped. A runner that left none has failed. */
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
  const file = join(reports, 'vitest.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const code = await command('vitest', 'vitest.mjs', 'run', ...reporters)
  return report(file, fromVitest, skippedByVitest, code)
}

async function endToEnd() {
  const file = join(reports, 'playwright.json')
  const code = await run(...withArgs(tool('@playwright/test', 'cli.js'), ['test']), {
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file }
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

async function types() {
  const codes = [
    await command('@inlang/paraglide-js', 'bin/run.js', ...messagesArguments),
    await command('typescript', 'bin/tsc', '-p', 'tsconfig.node.json'),
    await command('svelte-check', 'bin/svelte-check', '--tsconfig', 'tsconfig.web.json', '--fail-on-warnings')
  ]
  return fromExitCode(Math.max(...codes))
}

const messagesArguments = [
  'compile',
  '--project',
  'project.inlang',
  '--outdir',
  'src/renderer/paraglide',
  '--strategy',
  'globalVariable',
  'baseLocale',
  '--emit-ts-declarations'
]

const inCi = Boolean(process.env.CI)

async function main() {
  await ensureDependencies()
  const missing = await ensurePrograms()
  if (missing.length > 0) {
    const what = inCi ? 'fail' : 'are skipped'
    console.log(`Missing here: ${missing.join(', ')}. The tests that need them ${what}.`)
  }
  await step('types', types)
  await step('lint', check('eslint', 'bin/eslint.js', '.', '--max-warnings', '0'))
  await step('format', check('prettier', 'bin/prettier.cjs', '--check', '--log-level', 'warn', '.'))
  await step('dead code', check('knip', 'bin/knip.js'))
  await step('unit tests', unit)
  const built = await step('build', async () => {
    await ensureBuild()
    return fromExitCode(0)
  })
  await step('end-to-end tests', async () => {
    if (!built) throw new Error('They need the build.')
    return endToEnd()
  })

  const all = sum(results.map(({ counts }) => counts))
  const total = inCi ? withoutExcuse(all) : all
  console.log('')
  for (const name of skipped) console.log(`- skipped: ${name}`)
  for (const { name, counts, seconds } of results) {
    console.log(
      `${counts.failed === 0 ? '✓' : '✗'} ${name.padEnd(18)} ${String(seconds).padStart(4)} s   ${line(counts).slice(7)}`
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
    rmSync(reports, { recursive: true, force: true })
    process.exitCode = code
  })
