// `node scripts/smoke.mjs [PROGRAM]`: starts a packaged Treetop (by default the output of `npm run dist -- --dir` for this machine) with
// --smoke and its own data directory, and exits with its code.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at } from './place.mjs'
import { run } from './run.mjs'

/** The smoke test's own steps take at most a minute (ms). */
const TIMEOUT = 120_000

const suffix = process.arch === 'x64' ? '' : `-${process.arch}`
const packed = {
  linux: at('dist', `linux${suffix}-unpacked`, 'treetop'),
  darwin: at('dist', `mac${suffix}`, 'Treetop.app', 'Contents', 'MacOS', 'Treetop'),
  win32: at('dist', `win${suffix}-unpacked`, 'Treetop.exe')
}[process.platform]

const program = process.argv[2] ?? packed
if (!existsSync(program)) {
  process.stderr.write(`There is no ${program}: \`npm run dist -- --dir\` makes one.\n`)
  process.exit(1)
}
const data = mkdtempSync(join(tmpdir(), 'treetop-smoke-'))
process.exitCode = await run(program, ['--smoke', '--data-dir', data], { timeout: TIMEOUT })
rmSync(data, { recursive: true, force: true })
console.log(`${program} --smoke ended with ${process.exitCode}.`)
