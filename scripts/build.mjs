// `npm run build`: builds what is stale.
import { ensureBuild, ensureDependencies } from './setup.mjs'

try {
  await ensureDependencies()
  await ensureBuild()
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
