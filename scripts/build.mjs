// `npm run build`: builds whatever is stale.
import { ensureBuild, ensureDependencies } from './setup.mjs'

try {
  await ensureDependencies()
  await ensureBuild()
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
