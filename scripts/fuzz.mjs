// `npm run fuzz`: runs each payload decoder on a million inputs. `npm run fuzz -- --help` describes the options.
import { at, pinnedNode } from './place.mjs'
import { run } from './run.mjs'
import { ensureDependencies } from './setup.mjs'

try {
  await ensureDependencies()
  process.exitCode = await run(pinnedNode, [at('fuzz', 'load.mjs'), ...process.argv.slice(2)])
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
