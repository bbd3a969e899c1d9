// Checks what a test run leaves behind: nothing outside its temporary folder.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './place.mjs'

/** Folders that the run may write to in the project. Git ignores all of them. */
const expected = ['node_modules', 'out', 'test-results']

/** Temporary files of Treetop, Playwright and Vitest; other programs write to the same folder. */
const ours = /^(?:treetop|playwright|vitest)/i

/**
 * Creates a temporary folder for a run. Programs of the run get `environment`; `leftovers` names files that they wrote elsewhere, and
 * `remove` removes the folder.
 */
export function temporaryFolder(project = root) {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'treetop-run-')))
  // Some tests start programs as another user, who must be able to access their files.
  chmodSync(path, 0o755)
  const before = places(project)
  return {
    path,
    // Each scenario starts Treetop anew: with the cache, its programs are compiled once.
    environment: { TMPDIR: path, TMP: path, TEMP: path, NODE_COMPILE_CACHE: join(path, 'compiled') },
    leftovers: () => [...places(project)].filter((place) => !before.has(place)),
    remove: () => rmSync(path, { recursive: true, force: true })
  }
}

function places(folder) {
  const temporary = readdirSync(tmpdir()).filter((name) => ours.test(name))
  const project = readdirSync(folder).filter((name) => !expected.includes(name))
  return new Set([
    ...temporary.map((name) => join(tmpdir(), name)),
    ...project.map((name) => join(folder, name)),
    ...untracked(folder).map((path) => join(folder, path))
  ])
}

/** Files that Git does not track; none if the project is not a clone or Git is missing. */
function untracked(folder) {
  try {
    const others = ['ls-files', '--others', '--exclude-standard']
    const options = { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }
    return execFileSync('git', others, options)
      .split('\n')
      .filter((path) => path !== '')
  } catch {
    return []
  }
}
