// What a test run leaves behind: nothing outside of the one temporary folder that it is given.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './place.mjs'

/** What steps of the run may write in the project. Each is ignored by Git. */
const expected = ['node_modules', 'out', 'test-results']

/** Temporary files of Treetop, Playwright and Vitest: other programs on the machine write there, too. */
const ours = /^(?:treetop|playwright|vitest)/i

/**
 * Makes a temporary folder for a run. Its programs get `environment`; `leftovers` names what they wrote elsewhere, and `remove` removes
 * the folder.
 */
export function temporaryFolder(project = root) {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'treetop-run-')))
  // Some tests start programs as another user, who must get to their files.
  chmodSync(path, 0o755)
  const before = places(project)
  return {
    path,
    environment: { TMPDIR: path, TMP: path, TEMP: path },
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

/** The files that Git does not know; none where the project is no clone, or there is no Git. */
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
