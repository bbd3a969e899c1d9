// The checks that only read the sources, without running them.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { at, root, tool } from './place.mjs'
import { run } from './run.mjs'
import { fingerprint, isStale } from './stale.mjs'
import { fromExitCode } from './summary.mjs'

const cache = (name) => at('node_modules', '.cache', name)

/** Compiles the messages, which the type check, lint and page tests read. */
export const compileMessages = command(
  '@inlang/paraglide-js',
  'bin/run.js',
  ...['compile', '--project', 'project.inlang', '--outdir', 'src/renderer/paraglide'],
  ...['--strategy', 'globalVariable', 'baseLocale', '--emit-ts-declarations']
)

/** The checks, by their name in the report. */
export const staticChecks = {
  lint: unlessUnchanged('lint', lint),
  types: command(
    'typescript',
    'bin/tsc',
    ...['-p', 'tsconfig.node.json', '--incremental', '--tsBuildInfoFile', cache('tsc-node.tsbuildinfo')]
  ),
  'types of the page': command(
    'svelte-check',
    'bin/svelte-check',
    ...['--tsconfig', 'tsconfig.web.json', '--fail-on-warnings']
  ),
  format: command(
    'prettier',
    'bin/prettier.cjs',
    ...['--check', '--log-level', 'warn', '.'],
    ...['--cache', '--cache-strategy', 'content', '--cache-location', cache('prettier')]
  ),
  'dead code': command('knip', 'bin/knip.js')
}

/** Without types in components, which take most of the time (eslint.config.js): `npm run lint` has them. */
async function lint() {
  const [node, path] = tool('eslint', 'bin/eslint.js')
  const args = [path, '.', '--max-warnings', '0']
  return fromExitCode(await run(node, args, { held: true, env: { TREETOP_LINT: 'quick' } }))
}

/**
 * Runs a check only if something changed since it last passed. ESLint's own cache looks at each file's content alone, and would
 * miss a changed type in another file.
 */
function unlessUnchanged(name, check) {
  return async () => {
    const stamp = cache(`${name}.passed`)
    if (!isStale(stamp, sources())) {
      console.log(`${name}: nothing changed since it passed.`)
      return fromExitCode(0)
    }
    const counts = await check()
    if (counts.failed === 0) {
      mkdirSync(dirname(stamp), { recursive: true })
      writeFileSync(stamp, sources())
    }
    return counts
  }
}

/** A hash of the sources, the configuration and the tool versions. */
function sources() {
  const configuration = readdirSync(root).filter((name) => /\.(?:js|json|ts)$/.test(name))
  return fingerprint(['src', 'e2e', 'scripts', 'bench', 'fuzz', ...configuration].map((name) => at(name)))
}

function command(packageName, script, ...args) {
  const [node, path] = tool(packageName, script)
  return async () => fromExitCode(await run(node, [path, ...args], { held: true }))
}
