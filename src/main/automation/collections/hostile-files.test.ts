import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { emptyRequest } from '../../../shared/contract/collections'
import { temporaryFolder } from '../../profiles/temporary.fixture'
import { stage } from './collections.fixture'
import { MAX_FILE_BYTES } from './yaml-file'

it('shows the other files when one is hostile, and leaves it alone', async () => {
  const { own, list, calls, paths } = await stage()
  const hostile = {
    'good.yaml': 'topic: good\n',
    'broken.yaml': 'topic: "open\n',
    'huge.yaml': 'x'.repeat(50_000_000),
    'limit.yaml': `topic: t\npayload: ${'x'.repeat(MAX_FILE_BYTES - 20)}\n`,
    'latin.yaml': Buffer.from([0x74, 0xe9]),
    'cycle.yaml': 'topic: t\nproperties: { userProperties: &a [*a] }\n',
    'collection.yaml': 'variables: 1\n'
  }
  for (const [name, content] of Object.entries(hostile)) writeFileSync(join(own, name), content)
  symlinkSync('..', join(own, 'loop'))
  symlinkSync('/etc/hostname', join(own, 'link.yaml'))
  mkdirSync(join(own, '.git'))
  writeFileSync(join(own, '.git/a.yaml'), 'topic: hidden\n')
  await vi.waitFor(async () => expect((await list()).items).toHaveLength(6))
  const { items, faults } = await list()
  expect(Object.fromEntries(items.map(({ path, faults }) => [path, faults.map(({ code }) => code)]))).toEqual(
    {
      'good.yaml': [],
      'limit.yaml': [],
      'broken.yaml': ['NOT_YAML'],
      'huge.yaml': ['TOO_LARGE'],
      'latin.yaml': ['UNREADABLE'],
      'cycle.yaml': ['ALIASES']
    }
  )
  expect(faults).toMatchObject([{ file: 'collection.yaml', line: 1, code: 'WRONG_TYPE', key: 'variables' }])
  const [first] = await paths()
  await calls['collections.move']({ collection: 'default', path: 'good.yaml', parent: '', before: first! })
  expect(readFileSync(join(own, 'broken.yaml'), 'utf8')).toBe('topic: "open\n')
  expect(statSync(join(own, 'huge.yaml')).size).toBe(50_000_000)
  expect(await calls['collections.request']({ collection: 'default', path: 'broken.yaml' })).toBeNull()
  for (const path of ['../settings.json', '.git/a.yaml', 'loop/x', '/etc/passwd'])
    await expect(async () =>
      calls['collections.save']({ collection: 'default', path, request: emptyRequest })
    ).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('neither reads nor writes links, folders that become links, and pipes', async () => {
  const { own, save, calls, list } = await stage()
  const outside = temporaryFolder()
  writeFileSync(join(outside, 'secret.yaml'), 'name: outside\nvariables: { a: stolen }\n')
  symlinkSync(join(outside, 'secret.yaml'), join(own, 'collection.yaml'))
  execFileSync('mkfifo', [join(own, 'pipe.yaml'), join(own, 'rows.csv')])
  await calls['collections.createFolder']({ collection: 'default', parent: '', name: 'Lamps' })
  const path = await save('a', { payload: '{{$row rows.csv id}}' }, 'lamps')
  const { variables, faults, items } = await list()
  expect({ variables, faults }).toMatchObject({
    variables: [],
    faults: [{ file: 'collection.yaml', code: 'UNREADABLE', detail: 'a symbolic link' }]
  })
  expect(items.map((item) => item.path)).toEqual(['lamps', 'lamps/a.yaml'])
  const request = (await calls['collections.request']({ collection: 'default', path }))!
  expect(
    (await calls['collections.preview']({ collection: 'default', path, request, connectionId: null })).faults
  ).toMatchObject([{ code: 'ROWS_UNREADABLE', detail: 'not a file' }])

  // Faster than the folder is read again.
  rmSync(join(own, 'lamps'), { recursive: true })
  writeFileSync(join(outside, 'a.yaml'), 'topic: outside\n')
  symlinkSync(outside, join(own, 'lamps'))
  for (const attempt of [
    () => calls['collections.save']({ collection: 'default', path, request }),
    () => calls['collections.remove']({ collection: 'default', path }),
    () => calls['collections.create']({ collection: 'default', parent: 'lamps', name: 'b', request })
  ])
    await expect(attempt()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(readFileSync(join(outside, 'a.yaml'), 'utf8')).toBe('topic: outside\n')
  expect(readdirSync(outside).sort()).toEqual(['a.yaml', 'secret.yaml'])
})

it('keeps every word of a file with a fault when a person changes something', async () => {
  const { own, calls, list, file, save } = await stage()
  const broken = 'name: Home\nvariables:\n  room: kitchen\n  door: [1]\n'
  writeFileSync(join(own, 'collection.yaml'), broken)
  await vi.waitFor(async () => expect((await list()).faults).toHaveLength(1))
  const change = { collection: 'default', name: 'Other', variables: [], environments: [] }
  await expect(calls['collections.setVariables'](change)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    details: { issues: [{ path: 'collection.yaml', fault: 'FILE_FAULTY' }] }
  })
  expect(file('collection.yaml')).toBe(broken)
  const path = await save('a')
  writeFileSync(join(own, path), 'topic: "broken meanwhile\n')
  await expect(
    calls['collections.save']({ collection: 'default', path, request: emptyRequest })
  ).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  expect(file(path)).toBe('topic: "broken meanwhile\n')
})
