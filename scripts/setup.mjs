// Prepares a checkout to run: dependencies, the pinned Node, the build.
import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { writeNotices } from './notices.mjs'
import { at, pinnedNode, tool } from './place.mjs'
import { run } from './run.mjs'
import { fingerprint, isStale } from './stale.mjs'

const dependenciesStamp = at('node_modules', '.treetop')
const buildStamp = at('out', '.treetop')
const sources = [
  'src',
  'messages',
  'package.json',
  'package-lock.json',
  'electron.vite.config.ts',
  'renderer.vite.config.ts',
  'svelte.config.js'
]

/** Installs the versions in package-lock.json if node_modules is missing or was made from another lock file. Throws when that fails. */
export async function ensureDependencies() {
  const print = fingerprint([at('package-lock.json')])
  if (isStale(dependenciesStamp, print) || !pinnedNodeWorks()) {
    console.log('Installing dependencies…')
    // Only `npm start` needs Electron's binary. `npm ci` refuses this lock file: @lix-js/sdk 0.17.0 (of paraglide) names optional packages
    // for other systems, such as @lix-js/sdk-linux-arm64 0.17.0, that the registry did not have. `npm install` skips them, and still
    // installs the locked versions and checks their integrity.
    const code = await run(...npm(['install', '--no-save', '--no-fund', '--no-audit', '--loglevel=error']), {
      env: { ELECTRON_SKIP_BINARY_DOWNLOAD: '1' }
    })
    if (code !== 0)
      throw new Error(`npm install failed (exit code ${code}). Is the npm registry within reach?`)
    if (!pinnedNodeWorks()) await installPinnedNode()
    writeFileSync(dependenciesStamp, print)
  }
}

/** Builds if the build is missing or stale. Throws when that fails. */
export async function ensureBuild() {
  if (isStale(buildStamp, sourcesPrint())) {
    console.log('Building…')
    const [node, script] = tool('electron-vite', 'bin/electron-vite.js')
    const code = await run(node, [script, 'build', '--logLevel', 'warn'])
    if (code !== 0) throw new Error(`The build failed (exit code ${code}).`)
    writeNotices()
    // The build compiles the messages into src, so the stamp must describe the sources after the build.
    writeFileSync(buildStamp, sourcesPrint())
  }
}

/** The npm that called us, as a command and its arguments: on Windows `npm` cannot be started without a shell. */
function npm(args) {
  const script = process.env.npm_execpath ?? ''
  return /npm-cli\.[cm]?js$/.test(script) ? [process.execPath, [script, ...args]] : ['npm', args]
}

function sourcesPrint() {
  return fingerprint(sources.map((source) => at(source)))
}

function pinnedNodeWorks() {
  if (!existsSync(pinnedNode)) return false
  try {
    return execFileSync(pinnedNode, ['--version'], { encoding: 'utf8' }).startsWith('v24.')
  } catch {
    return false
  }
}

/** npm may be configured to skip install scripts, but one of them installs the pinned Node. */
async function installPinnedNode() {
  const code = await run(process.execPath, ['installArchSpecificPackage.js'], {
    cwd: at('node_modules', 'node')
  })
  if (code !== 0 || !pinnedNodeWorks())
    throw new Error('The pinned Node 24 (npm package "node") could not be installed.')
}
