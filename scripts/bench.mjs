// `npm run bench`: measures the built Treetop against the libraries that it uses. `npm run bench -- --help` lists the cases.
import { at, pinnedNode } from './place.mjs'
import { run } from './run.mjs'
import { ensureBuild, ensureDependencies } from './setup.mjs'

try {
  await ensureDependencies()
  await ensureBuild()
  process.exitCode = await run(pinnedNode, [at('bench', 'load.mjs'), ...process.argv.slice(2)])
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
