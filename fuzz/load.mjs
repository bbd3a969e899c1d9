// Runs main.ts under the pinned Node, with support for importing the project's TypeScript directly.
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const { module } = await runnerImport(`${root}fuzz/main.ts`, { root, configFile: false, logLevel: 'error' })
process.exit(await module.main(process.argv.slice(2)))
