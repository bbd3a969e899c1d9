// Whether Electron can run here, and how the test report states it.
import { readFileSync, statSync } from 'node:fs'
import { hasDisplay } from './flags.mjs'
import { at, electronIsInstalled } from './place.mjs'
import { line, nothing, sum } from './summary.mjs'

/**
 * Why Electron's windows cannot be shown, or null.
 * @param {{ platform: NodeJS.Platform, environment: NodeJS.ProcessEnv, isRoot: boolean, canSandbox: boolean }} machine
 */
export function displayFault({ platform, environment, isRoot, canSandbox }) {
  if (!hasDisplay(platform, environment)) return 'There is no display'
  if (platform === 'linux' && isRoot) return 'Electron does not run as root'
  if (platform === 'linux' && !canSandbox)
    return "This system restricts user namespaces, which Electron's sandbox needs (docs/PACKAGES.md)"
  return null
}

/**
 * Whether Chromium's sandbox works on a Linux machine: with user namespaces, or with Electron's helper as setuid root. Ubuntu 24.04
 * restricts user namespaces through AppArmor, older Debian releases through a kernel setting.
 * @param {(path: string) => string | null} setting a kernel setting below /proc/sys; null if it does not exist
 * @param {boolean} setuidHelper
 */
export function canSandbox(setting, setuidHelper) {
  const restricted =
    setting('kernel/apparmor_restrict_unprivileged_userns') === '1' ||
    setting('kernel/unprivileged_userns_clone') === '0' ||
    setting('user/max_user_namespaces') === '0'
  return setuidHelper || !restricted
}

export const thisMachine = () => ({
  platform: process.platform,
  environment: process.env,
  isRoot: process.getuid?.() === 0,
  canSandbox: canSandbox(
    kernelSetting,
    isSetuidRoot(at('node_modules', 'electron', 'dist', 'chrome-sandbox'))
  )
})

function kernelSetting(path) {
  try {
    return readFileSync(`/proc/sys/${path}`, 'utf8').trim()
  } catch {
    return null
  }
}

function isSetuidRoot(file) {
  const found = statSync(file, { throwIfNoEntry: false })
  return found !== undefined && found.uid === 0 && (found.mode & 0o4000) !== 0
}

/** Why scenarios cannot run on Electron itself here, or null. This installs nothing. */
export function electronFault(machine = thisMachine(), installed = electronIsInstalled()) {
  return installed ? displayFault(machine) : "Electron's binary is not here"
}

/**
 * The test counts of each Playwright project, by its name.
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

/** A flaky test passed only on a retry, so it counts as failed. */
function countOf({ status }) {
  return {
    passed: status === 'expected' ? 1 : 0,
    failed: status === 'unexpected' || status === 'flaky' ? 1 : 0,
    skipped: status === 'skipped' ? 1 : 0
  }
}

/**
 * How many scenarios ran on each host, and whether Electron itself was one of them. Never reports a pass on Electron if it did not run.
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
