import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { Jobs } from '../../jobs/jobs'
import { folderOf } from './checks.fixture'
import { threadFor } from './check-thread.fixture'
import { Checks } from './checks'

vi.mock('../../broker/worker?modulePath', () => ({ default: 'worker' }))
vi.mock('./worker?modulePath', () => ({ default: 'checks' }))

const PASSES = 'checks:\n  - name: passes\n    steps: [{ publish: a }, { expect: { topic: a } }]\n'.replace(
  '{ publish: a }',
  '{ publish: { topic: a } }'
)
const FAILS =
  'steps:\n  - publish: { topic: a, payload: x }\n  - expect: { topic: a }\n  - expect: { topic: a, payload: y, within: 20ms }\n'

/** The checks in a folder. */
function checksIn(files: Record<string, string>) {
  const { directory } = folderOf(files)
  const jobs = new Jobs()
  const spawned = threadFor()
  onTestFinished(() => spawned.thread.stop())
  const checks = new Checks({
    ...{ jobs, version: '1', thread: spawned.thread },
    collections: {
      places: () => [{ id: 'c', name: 'C', directory }],
      environment: () => 'Lab',
      secrets: () => [{ folder: directory, environment: 'Lab', name: 'token', value: 'hunter22' }],
      fileAt: (_id, path) => Promise.resolve(join(directory, path))
    }
  })
  const calls = checks.calls()
  const all = Object.keys(files)
    .filter((path) => path.endsWith('.test.yaml'))
    .map((path) => ({ collection: 'c', path, only: null as string[] | null }))
  return {
    ...{ directory, calls, checks, all, jobs, kill: spawned.kill },
    write(path: string, text: string) {
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      writeFileSync(join(directory, path), text)
    },
    remove: (path: string) => rmSync(join(directory, path)),
    async run(selection = all) {
      const job = await calls['checks.run']({ selection })
      await vi.waitFor(async () => expect((await calls['checks.state']())!.state).not.toBe('running'), 20_000)
      return { job, run: (await calls['checks.state']())! }
    }
  }
}

it('lists files with their checks, and faults with their lines', async () => {
  const { calls, write, checks, remove } = checksIn({
    'deep/fine.test.yaml': `broker: mqtt://anna:secret@host\n${PASSES}`,
    'bad.test.yaml': 'steps:\n  - jump: high\n',
    '_part.test.yaml': FAILS
  })
  const { files } = await calls['checks.list']()
  expect(files).toMatchObject([
    { path: 'bad.test.yaml', checks: [], problems: [{ line: 2 }] },
    { path: 'deep/fine.test.yaml', broker: 'mqtt://host', checks: [{ name: 'passes', line: 3, rows: 1 }] }
  ])
  write('bad.test.yaml', FAILS)
  remove('deep/fine.test.yaml')
  const told = new Promise((resolve) => checks.once('changed', resolve))
  checks.filesChanged()
  expect(await told).toMatchObject({ files: [{ path: 'bad.test.yaml', problems: [] }] })
})

it('reads no file that has no checks', async () => {
  const { calls } = checksIn({ 'a.test.yaml': FAILS, 'collection.yaml': 'name: x\n' })
  expect(await calls['checks.source']({ collection: 'c', path: 'a.test.yaml' })).toBe(FAILS)
  await expect(calls['checks.source']({ collection: 'c', path: 'collection.yaml' })).rejects.toThrow(
    'NOT_FOUND'
  )
})

it('runs files, keeps why a check failed, and reports it as the command line does', async () => {
  const { run, calls } = checksIn({
    'a.test.yaml': PASSES,
    'b.test.yaml': FAILS,
    'c.test.yaml': '- no map\n'
  })
  const { run: result } = await run()
  expect(result).toMatchObject({
    ...{ state: 'done', fault: null },
    files: [
      { path: 'a.test.yaml', state: 'done', outcomes: [{ name: 'passes', status: 'passed' }] },
      { path: 'b.test.yaml', state: 'done', outcomes: [{ name: 'b', status: 'failed' }] },
      { path: 'c.test.yaml', state: 'done', outcomes: [], problems: [{ file: 'c.test.yaml' }] }
    ]
  })
  const failure = (await calls['checks.failure']({ id: result.id, file: 1, outcome: 0 }))!
  expect(failure).toMatchObject({ file: 'b.test.yaml', line: 4, step: 'expect a' })
  expect(failure.messages.join('\n')).toContain('client < a')
  expect(failure.packets.join('\n')).toContain('PUBLISH')
  const junit = await calls['checks.report']({ id: result.id, format: 'junit' })
  expect(junit.text).toContain('<testsuites name="treetop test" tests="3" failures="1" errors="1"')
  const json = await calls['checks.report']({ id: result.id, format: 'json' })
  expect(JSON.parse(json.text)).toMatchObject({
    interrupted: false,
    files: [{}, { checks: [{ status: 'failed' }] }, {}]
  })
})

it('runs the checks that are named, also one row of data', async () => {
  const rows =
    'checks:\n  - name: r\n    data: [{ n: 1 }, { n: 2 }]\n    steps: [{ wait: 1ms }]\n  - name: s\n    steps: [{ wait: 1ms }]\n'
  const { run } = checksIn({ 'a.test.yaml': rows })
  const names = async (only: string[] | null) => {
    const { run: done } = await run([{ collection: 'c', path: 'a.test.yaml', only }])
    return done.files[0]!.outcomes.map(({ name }) => name)
  }
  expect(await names(null)).toEqual(['r [1: n=1]', 'r [2: n=2]', 's'])
  expect(await names(['r [2: n=2]'])).toEqual(['r [2: n=2]'])
  expect(await names(['s'])).toEqual(['s'])
})

it('takes secrets from the keyring for the active environment, and hides them in failures', async () => {
  const { run, calls } = checksIn({
    'collection.yaml': 'environments:\n  Lab:\n    token: { secret: true }\n',
    'a.test.yaml':
      "steps:\n  - publish: { topic: a, payload: '{{token}}' }\n  - expect: { topic: a, payload: no, within: 1s }\n"
  })
  const { run: result } = await run()
  const failure = await calls['checks.failure']({ id: result.id, file: 0, outcome: 0 })
  expect(JSON.stringify(failure)).toContain('••••••')
  expect(JSON.stringify(failure)).not.toContain('hunter22')
})

it('ends a cancelled run with a report of what had run, and refuses a second run meanwhile', async () => {
  const { calls, jobs, all } = checksIn({
    'a.test.yaml':
      'checks:\n  - name: long\n    steps: [{ wait: 1m }]\n  - name: never\n    steps: [{ wait: 1m }]\n'
  })
  const job = await calls['checks.run']({ selection: all })
  await vi.waitFor(
    async () => expect((await calls['checks.state']())?.files[0]?.running?.name).toBe('long'),
    10_000
  )
  await expect(calls['checks.run']({ selection: all })).rejects.toThrow('CHECKS_RUNNING')
  jobs.cancel(job.id)
  await vi.waitFor(async () =>
    expect(await calls['checks.state']()).toMatchObject({
      state: 'cancelled',
      files: [
        {
          outcomes: [
            { name: 'long', status: 'skipped' },
            { name: 'never', status: 'skipped' }
          ]
        }
      ]
    })
  )
})

it('ends a run whose thread is gone with a report of what had run, and runs again', async () => {
  const { calls, all, kill, run } = checksIn({
    'a.test.yaml':
      'checks:\n  - name: quick\n    steps: [{ wait: 1ms }]\n  - name: long\n    steps: [{ wait: 10s }]\n'
  })
  await calls['checks.run']({ selection: all })
  await vi.waitFor(
    async () => expect((await calls['checks.state']())?.files[0]?.running?.name).toBe('long'),
    10_000
  )
  kill(new Error('out of memory'))
  await vi.waitFor(async () =>
    expect(await calls['checks.state']()).toMatchObject({
      ...{ state: 'broken', fault: 'out of memory' },
      files: [{ state: 'done', outcomes: [{ status: 'passed' }, { name: 'long', status: 'skipped' }] }]
    })
  )
  expect((await run([{ ...all[0]!, only: ['quick'] }])).run.state).toBe('done')
})

it('keeps messages and packets of the first failures only, and shortens what is long', async () => {
  const data = Array.from({ length: 203 }, (_, n) => `{ n: ${n} }`).join(', ')
  const { calls, run } = checksIn({
    'a.test.yaml': `checks:\n  - name: r\n    data: [${data}]\n    steps:\n      - publish: { topic: a, payload: '${'x'.repeat(50_000)}' }\n      - expect: { topic: a, payload: y, within: 1ms }\n`
  })
  let told = 0
  const { run: result } = await run()
  told += JSON.stringify(result).length
  expect(told).toBeLessThan(203 * 800)
  const kept = async (outcome: number) =>
    (await calls['checks.failure']({ id: result.id, file: 0, outcome }))!
  expect((await kept(0)).packets).not.toEqual([])
  expect(JSON.stringify(await kept(0)).length).toBeLessThan(20_000)
  expect((await kept(202)).packets).toEqual([])
}, 60_000)
