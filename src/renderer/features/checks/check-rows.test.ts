import { expect, it } from 'vitest'
import type { CheckFileHead, CheckList, CheckOutcome, CheckRun } from '../../../shared/contract/checks'
import { checkRows, failedSelection, selectionOf, shownSelection, totalsOf } from './check-rows'

const head = (path: string, checks: string[], tags: string[] = []): CheckFileHead => ({
  ...{ collection: 'c', path, name: path, broker: 'local', problems: [] },
  checks: checks.map((name, index) => ({ name, line: index + 3, tags, rows: 1 }))
})
const list: CheckList = {
  folders: [
    { id: 'c', name: 'Plant', directory: '/plant', fault: null },
    { id: 'empty', name: 'Empty', directory: '/empty', fault: null }
  ],
  files: [head('a/deep/x.test.yaml', ['one', 'two']), head('b.test.yaml', ['three'], ['smoke'])]
}
const outcome = (name: string, check: string, status: CheckOutcome['status']): CheckOutcome => ({
  ...{ name, check, status, duration: 2 }
})
const run: CheckRun = {
  ...{ id: 'r', state: 'done', fault: null, startedAt: 0, duration: 10 },
  files: [
    {
      ...{ collection: 'c', path: 'a/deep/x.test.yaml', name: '', state: 'done', planned: 3, running: null },
      ...{ duration: 9, problems: [] },
      outcomes: [
        outcome('one [1: room=a]', 'one', 'passed'),
        outcome('one [2: room=b]', 'one', 'failed'),
        outcome('two', 'two', 'skipped')
      ]
    }
  ]
}
const none: ReadonlySet<string> = new Set()
const shown = (rows: ReturnType<typeof checkRows>): string[] =>
  rows.map(({ level, name, status }) => `${'  '.repeat(level - 1)}${name} ${status}`)

it('shows folders, files and checks with their worst result, and no collection without checks', () => {
  expect(shown(checkRows(list, run, { toggled: none, search: '' }))).toEqual([
    'Plant failed',
    '  a failed',
    '    deep failed',
    '      a/deep/x.test.yaml failed',
    '        one failed',
    '        two skipped',
    '  b.test.yaml null',
    '    three null'
  ])
})

it('opens a check with rows of data on demand, and closes what is open', () => {
  const rows = checkRows(list, run, { toggled: new Set(['c:a/deep/x.test.yaml#0']), search: '' })
  expect(rows.filter(({ kind }) => kind === 'row').map(({ name }) => name)).toEqual([
    '[1: room=a]',
    '[2: room=b]'
  ])
  expect(shown(checkRows(list, run, { toggled: new Set(['c:a']), search: '' }))).toEqual([
    'Plant failed',
    '  a failed',
    '  b.test.yaml null',
    '    three null'
  ])
})

it('stands for the first row that failed, to show why', () => {
  const [one] = checkRows(list, run, { toggled: none, search: 'one' }).filter(({ kind }) => kind === 'check')
  expect(one).toMatchObject({ at: { file: 0, outcome: 1 }, expanded: false, duration: 4 })
})

it('finds checks by name and tag, and runs only what is shown', () => {
  expect(shownSelection(list, '')).toEqual([
    { collection: 'c', path: 'a/deep/x.test.yaml', only: null },
    { collection: 'c', path: 'b.test.yaml', only: null }
  ])
  expect(shownSelection(list, 'two')).toEqual([
    { collection: 'c', path: 'a/deep/x.test.yaml', only: ['two'] }
  ])
  expect(shownSelection(list, '@smoke')).toEqual([{ collection: 'c', path: 'b.test.yaml', only: null }])
})

it('runs a folder, a check, or a row of its data', () => {
  const rows = checkRows(list, run, { toggled: new Set(['c:a/deep/x.test.yaml#0']), search: '' })
  const only = (name: string) =>
    selectionOf(
      rows.find((row) => row.name === name)!,
      list,
      run
    )
  const path = 'a/deep/x.test.yaml'
  expect(only('deep')).toEqual([{ collection: 'c', path, only: null }])
  expect(only('one')).toEqual([{ collection: 'c', path, only: ['one'] }])
  expect(only('[2: room=b]')).toEqual([{ collection: 'c', path, only: ['one [2: room=b]'] }])
})

it('runs what failed again, and counts', () => {
  expect(failedSelection(run, list)).toEqual([
    { collection: 'c', path: 'a/deep/x.test.yaml', only: ['one [2: room=b]'] }
  ])
  expect(failedSelection(run, { ...list, files: [] })).toEqual([])
  expect(totalsOf(run)).toEqual({ passed: 1, failed: 1, skipped: 1, faulty: 0, planned: 3 })
})
