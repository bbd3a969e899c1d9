// Whether Electron can run here, and how the tests' report says so.
import { hasDisplay } from './flags.mjs'
import { electronIsInstalled } from './place.mjs'
import { line, nothing, sum } from './summary.mjs'

/**
 * Why Electron's windows cannot be shown, or null.
 * @param {{ platform: NodeJS.Platform, environment: NodeJS.ProcessEnv, isRoot: boolean }} machine
 */
export function displayFault({ platform, environment, isRoot }) {
  if (!hasDisplay(platform, environment)) return 'There is no display'
  if (platform === 'linux' && isRoot) return 'Electron does not run as root'
  return null
}

export const thisMachine = () => ({
  platform: process.platform,
  environment: process.env,
  isRoot: process.getuid?.() === 0
})

/** Why scenarios cannot run on Electron itself here, or null. Nothing is installed for them. */
export function electronFault(machine = thisMachine(), installed = electronIsInstalled()) {
  return installed ? displayFault(machine) : "Electron's binary is not here"
}

/**
 * The tests of each of Playwright's projects, by its name.
 * @returns {Map<string, import('./summary.mjs').Counts>}
 */
export function projectsOfPlaywright({ suites }) {
  const projects = new Map()
  for (const { specs, suites: inner = [] } of suites) {
    const counts = [
      ...projectsOfPlaywright({ suites: inner }),
      ...specs.flatMap(({ tests }) => tests.map((test) => [test.projectName, countOf(test)]))
    ]
    for (const [name, count] of counts) projects.set(name, sum([projects.get(name) ?? nothing, count]))
  }
  return projects
}

/** A flaky test passed only on a retry: it has failed. */
function countOf({ status }) {
  return {
    passed: status === 'expected' ? 1 : 0,
    failed: status === 'unexpected' || status === 'flaky' ? 1 : 0,
    skipped: status === 'skipped' ? 1 : 0
  }
}

/**
 * How many scenarios ran on each host, and whether Electron itself was one of them: never that it passed where it did not run.
 * @param {Map<string, import('./summary.mjs').Counts>} projects
 * @param {string | null} fault
 */
export function hostLines(projects, fault) {
  const ran = [...projects].filter(([name]) => name !== 'electron')
  const electron = projects.get('electron')
  return [
    ...ran.map(([name, counts]) => `Scenarios on ${name}: ${line(counts).slice(7)}`),
    electron && electron.passed + electron.failed > 0
      ? `Electron: ${line(electron).slice(7)}`
      : `Electron: not run (${fault ?? 'no scenario was started on it'})`
  ]
}
