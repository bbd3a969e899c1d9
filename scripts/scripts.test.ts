import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canSandbox, electronFault, hostLines, projectsOfPlaywright } from './electron.mjs'
import { hasDisplay, startFlags } from './flags.mjs'
import { fingerprint, isStale } from './stale.mjs'
import {
  fromExitCode,
  fromPlaywright,
  fromVitest,
  line,
  needsRoot,
  skippedByPlaywright,
  skippedByVitest,
  sum,
  withoutExcuse
} from './summary.mjs'
import { temporaryFolder } from './written-files.mjs'

describe('npm start', () => {
  it('takes its own flags and passes the rest on', () => {
    expect(startFlags(['--web', '--port', '7000'])).toEqual({
      host: 'web',
      both: false,
      rest: ['--port', '7000']
    })
    expect(startFlags(['--data-dir', 'x', '--desktop'])).toEqual({
      host: 'desktop',
      both: false,
      rest: ['--data-dir', 'x']
    })
    expect(startFlags([])).toEqual({ host: 'any', both: false, rest: [] })
    expect(startFlags(['--web', '--desktop']).both).toBe(true)
  })

  it('knows which machines can show windows', () => {
    expect(hasDisplay('linux', {})).toBe(false)
    expect(hasDisplay('linux', { DISPLAY: ':0' })).toBe(true)
    expect(hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe(true)
    expect(hasDisplay('darwin', {})).toBe(true)
  })
})

describe('staleness', () => {
  let directory: string
  const file = (name: string): string => join(directory, name)

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'treetop-scripts-'))
    mkdirSync(file('src'))
    writeFileSync(file('src/a'), 'one')
    writeFileSync(file('lock'), '1')
  })

  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  const print = (): string => fingerprint([file('src'), file('lock'), file('missing')])

  it('does not change until a file changes, appears, disappears or is renamed', () => {
    const first = print()
    expect(print()).toBe(first)
    writeFileSync(file('src/a'), 'two')
    expect(print()).not.toBe(first)
    writeFileSync(file('src/a'), 'one')
    expect(print()).toBe(first)
    writeFileSync(file('src/b'), '')
    expect(print()).not.toBe(first)
    rmSync(file('src/b'))
    rmSync(file('src/a'))
    writeFileSync(file('src/c'), 'one')
    expect(print()).not.toBe(first)
  })

  it('is reported without a stamp, and with a stamp of other contents', () => {
    const stamp = file('stamp')
    expect(isStale(stamp, print())).toBe(true)
    writeFileSync(stamp, print())
    expect(isStale(stamp, print())).toBe(false)
    writeFileSync(file('lock'), '2')
    expect(isStale(stamp, print())).toBe(true)
  })
})

describe('the summary', () => {
  it('adds up all runners in one line', () => {
    const total = sum([fromExitCode(0), fromExitCode(2), { passed: 10, failed: 0, skipped: 3 }])
    expect(line(total)).toBe('tests: 11 passed, 1 failed, 3 skipped')
  })

  it('counts a test file that could not be loaded as failed', () => {
    const report = {
      numPassedTests: 5,
      numFailedTests: 1,
      numPendingTests: 2,
      testResults: [
        { status: 'failed', assertionResults: [] },
        { status: 'failed', assertionResults: [{}] },
        { status: 'passed', assertionResults: [{}] }
      ]
    }
    expect(fromVitest(report)).toEqual({ passed: 5, failed: 2, skipped: 2 })
  })

  it('counts a test that passed only on a retry as failed', () => {
    const report = { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 }, errors: [{}] }
    expect(fromPlaywright(report)).toEqual({ passed: 4, failed: 3, skipped: 2 })
  })

  it('names skipped tests, with the reason if there is one', () => {
    const assertionResults = [
      { status: 'passed', fullName: 'ran' },
      { status: 'skipped', fullName: 'did not run' }
    ]
    expect(skippedByVitest({ testResults: [{ assertionResults }] })).toEqual(['did not run'])
    const test = (status: string, ...annotations: object[]): object => ({
      status,
      annotations,
      results: [{ annotations: [] }]
    })
    const specs = [
      { title: 'ran', tests: [test('expected')] },
      { title: 'kept', tests: [test('skipped', { type: 'skip', description: 'no mosquitto' })] }
    ]
    const suites = [{ specs: [], suites: [{ specs }] }]
    expect(skippedByPlaywright({ suites })).toEqual(['kept (no mosquitto)'])
  })

  it('counts skipped tests as failed in CI', () => {
    expect(withoutExcuse({ passed: 4, failed: 1, skipped: 2 })).toEqual({ passed: 4, failed: 3, skipped: 0 })
  })

  it('accepts in CI that tests that need root are skipped', () => {
    expect(needsRoot('a full disk (needs root)')).toBe(true)
    expect(needsRoot('a full disk')).toBe(false)
    expect(withoutExcuse({ passed: 4, failed: 1, skipped: 3 }, 2)).toEqual({
      passed: 4,
      failed: 2,
      skipped: 2
    })
  })
})

describe('files written by a test run', () => {
  it('are reported when they are outside its temporary folder', () => {
    const project = mkdtempSync(join(tmpdir(), 'scripts-project-'))
    const folder = temporaryFolder(project)
    const outside = mkdtempSync(join(tmpdir(), 'treetop-outside-'))
    try {
      expect(folder.leftovers()).toContain(outside)
      writeFileSync(join(folder.environment.TMPDIR, 'treetop-inside'), '')
      writeFileSync(join(project, 'left-behind'), '')
      expect(folder.leftovers()).toContain(join(project, 'left-behind'))
      expect(folder.leftovers().filter((path) => path.startsWith(folder.path))).toEqual([])
    } finally {
      for (const path of [outside, project]) rmSync(path, { recursive: true })
      folder.remove()
    }
  })
})

describe('the report on Electron itself', () => {
  const machine = {
    platform: 'linux',
    environment: { DISPLAY: ':0' },
    isRoot: false,
    canSandbox: true
  } as const
  const specs = (...tests: [string, string][]): object[] => [
    { title: 'a scenario', tests: tests.map(([projectName, status]) => ({ projectName, status })) }
  ]
  const without = projectsOfPlaywright({
    suites: [
      {
        specs: specs(['browser', 'expected'], ['stand-in', 'expected']),
        suites: [{ specs: specs(['browser', 'flaky']) }]
      }
    ]
  })

  it('says that it did not run, and why, whatever else passed', () => {
    const fault = electronFault(machine, false)
    expect(fault).toBe("Electron's binary is not here")
    expect(hostLines(without, fault)).toEqual([
      'Scenarios on browser: 1 passed, 1 failed, 0 skipped',
      'Scenarios on stand-in: 1 passed, 0 failed, 0 skipped',
      "Electron: not run (Electron's binary is not here)"
    ])
  })

  it('does not count Electron as run if it is installed but nothing started on it, or everything was skipped', () => {
    const skipped = projectsOfPlaywright({ suites: [{ specs: specs(['electron', 'skipped']) }] })
    for (const projects of [without, skipped, projectsOfPlaywright({ suites: [] })])
      expect(hostLines(projects, null)).toContain('Electron: not run (no scenario was started on it)')
  })

  it('includes its figures if it ran', () => {
    const projects = projectsOfPlaywright({
      suites: [
        { specs: specs(['electron', 'expected'], ['electron', 'unexpected'], ['electron', 'skipped']) }
      ]
    })
    expect(hostLines(projects, null)).toEqual(['Electron: 1 passed, 1 failed, 1 skipped'])
  })

  it('knows where Electron can run', () => {
    expect(electronFault(machine, true)).toBeNull()
    expect(electronFault({ ...machine, environment: {} }, true)).toBe('There is no display')
    expect(electronFault({ ...machine, isRoot: true }, true)).toBe('Electron does not run as root')
    expect(electronFault({ ...machine, canSandbox: false }, true)).toContain('restricts user namespaces')
    expect(
      electronFault({ ...machine, platform: 'win32', environment: {}, canSandbox: false }, true)
    ).toBeNull()
  })
})

describe('the sandbox of Chromium on Linux', () => {
  const kernel =
    (settings: Record<string, string>) =>
    (path: string): string | null =>
      settings[path] ?? null

  it.each([
    ['a kernel without restrictions', {}, true],
    ['Ubuntu 24.04', { 'kernel/apparmor_restrict_unprivileged_userns': '1' }, false],
    ['Ubuntu with the restriction lifted', { 'kernel/apparmor_restrict_unprivileged_userns': '0' }, true],
    ['an older Debian', { 'kernel/unprivileged_userns_clone': '0' }, false],
    ['a system that allows no namespaces', { 'user/max_user_namespaces': '0' }, false]
  ])('works as user namespaces do: %s', (_name, settings, works) => {
    expect(canSandbox(kernel(settings), false)).toBe(works)
  })

  it('works anywhere if the helper is setuid root', () => {
    expect(canSandbox(kernel({ 'kernel/apparmor_restrict_unprivileged_userns': '1' }), true)).toBe(true)
  })
})
