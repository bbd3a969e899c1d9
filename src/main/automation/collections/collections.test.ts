import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../profiles/temporary.fixture'
import { stage } from './collections.fixture'

describe('saved messages', () => {
  it('are files that a person can read, found again after a restart', async () => {
    const { save, file, list, dataDirectory, own } = await stage()
    await save('Lamp: on / off?', { topic: 'lamp/set', payload: 'on\n', qos: 1, retain: true })
    await save('灯', { payload: '21' })
    await save('灯')
    expect(readdirSync(own).sort()).toEqual(['lamp-on-off.yaml', '灯-2.yaml', '灯.yaml'])
    expect(file('lamp-on-off.yaml')).toBe(
      'name: Lamp: on / off?\norder: 1\ntopic: lamp/set\npayload: |\n  on\nqos: 1\nretain: true\n'.replace(
        'Lamp: on / off?',
        '"Lamp: on / off?"'
      )
    )
    expect(file('灯.yaml')).toBe('name: 灯\norder: 2\ntopic: a\npayload: "21"\n')
    const again = await stage(dataDirectory)
    expect((await again.list()).items).toEqual((await list()).items)
  })

  it('keep their order when they are moved, and a move changes one file', async () => {
    const { save, paths, calls, file } = await stage()
    for (const name of ['a', 'b', 'c']) await save(name)
    await calls['collections.createFolder']({ collection: 'default', parent: '', name: 'Lamps' })
    expect(await paths()).toEqual(['a.yaml', 'b.yaml', 'c.yaml', 'lamps'])
    const move = (path: string, parent: string, before: string | null) =>
      calls['collections.move']({ collection: 'default', path, parent, before })
    const others = [file('a.yaml'), file('b.yaml')]
    await move('c.yaml', '', 'b.yaml')
    expect(await paths()).toEqual(['a.yaml', 'c.yaml', 'b.yaml', 'lamps'])
    expect([file('a.yaml'), file('b.yaml')]).toEqual(others)
    await move('a.yaml', 'lamps', null)
    await move('b.yaml', 'lamps', 'lamps/a.yaml')
    await move('lamps', '', 'c.yaml')
    expect(await paths()).toEqual(['lamps', 'lamps/b.yaml', 'lamps/a.yaml', 'c.yaml'])
    for (let times = 0; times < 60; times++)
      await move(
        times % 2 ? 'lamps/a.yaml' : 'lamps/b.yaml',
        'lamps',
        times % 2 ? 'lamps/b.yaml' : 'lamps/a.yaml'
      )
    expect((await paths()).slice(0, 3)).toEqual(['lamps', 'lamps/a.yaml', 'lamps/b.yaml'])
    await expect(move('lamps', 'lamps', null)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(move('c.yaml', '../..', null)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('are renamed with their file, unless a person named it', async () => {
    const { save, calls, own, file, list } = await stage()
    await save('Lamp on')
    writeFileSync(join(own, 'my_file.yml'), 'name: Oven # hot\ntopic: oven\n')
    await vi.waitFor(async () => expect((await list()).items).toHaveLength(2))
    const rename = (path: string, name: string) =>
      calls['collections.rename']({ collection: 'default', path, name })
    expect(await rename('lamp-on.yaml', 'Lamp off')).toEqual({ path: 'lamp-off.yaml' })
    expect(await rename('my_file.yml', 'Stove')).toEqual({ path: 'my_file.yml' })
    expect(file('my_file.yml')).toBe('name: Stove # hot\ntopic: oven\n')
    expect((await list()).items.map(({ name }) => name)).toEqual(['Lamp off', 'Stove'])
  })

  it('are duplicated behind the original, and deleted until the deletion is undone', async () => {
    const { save, calls, paths, list, own } = await stage()
    await calls['collections.createFolder']({ collection: 'default', parent: '', name: 'Lamps' })
    await save('a', {}, 'lamps')
    await save('b')
    await calls['collections.duplicate']({ collection: 'default', path: 'lamps', name: 'Lamps copy' })
    const all = ['lamps', 'lamps/a.yaml', 'lamps-copy', 'lamps-copy/a.yaml', 'b.yaml']
    expect(await paths()).toEqual(all)
    expect((await list()).items.map(({ name }) => name)).toEqual(['Lamps', 'a', 'Lamps copy', 'a', 'b'])
    const { undo } = await calls['collections.remove']({ collection: 'default', path: 'lamps' })
    expect(await paths()).toEqual(all.slice(2))
    expect(existsSync(join(own, 'lamps'))).toBe(false)
    expect(await calls['collections.undo']({ undo })).toEqual({ collection: 'default', path: 'lamps' })
    expect(await paths()).toEqual(all)
    await expect(async () => calls['collections.undo']({ undo })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('a folder from elsewhere', () => {
  it('is opened, followed when other programs change it, and remembered', async () => {
    const { calls, list, latest, dataDirectory, paths } = await stage()
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'collection.yaml'), 'name: Plant\n')
    writeFileSync(join(folder, 'b.yaml'), 'topic: b\norder: 2\n')
    mkdirSync(join(folder, 'sub'))
    writeFileSync(join(folder, 'sub/c.yaml'), 'topic: c\n')
    writeFileSync(join(folder, 'check.test.yaml'), 'steps: []\n')
    const { id } = (await calls['collections.open']({ directory: folder }))!
    expect(await list(id)).toMatchObject({ name: 'Plant', directory: folder, isDefault: false, faults: [] })
    expect(await paths(id)).toEqual(['b.yaml', 'sub', 'sub/c.yaml'])

    writeFileSync(join(folder, 'sub/a.yaml'), 'topic: a\n')
    await vi.waitFor(() =>
      expect(latest()!.collections[1]!.items.map(({ path }) => path)).toEqual([
        'b.yaml',
        'sub',
        'sub/a.yaml',
        'sub/c.yaml'
      ])
    )
    // As `git checkout` replaces files.
    rmSync(join(folder, 'sub'), { recursive: true })
    writeFileSync(join(folder, 'b.yaml'), 'topic: changed\n')
    await vi.waitFor(() =>
      expect(latest()!.collections[1]!.items.map(({ topic }) => topic)).toEqual(['changed'])
    )
    const again = await stage(dataDirectory)
    expect(await again.paths(id)).toEqual(['b.yaml'])
    await again.calls['collections.close']({ collection: id })
    expect(
      (await (await stage(dataDirectory)).calls['collections.list'](undefined)).collections
    ).toHaveLength(1)
    await expect(calls['collections.open']({ directory: 'relative' })).rejects.toMatchObject({
      code: 'INVALID_INPUT'
    })
    await expect(calls['collections.open']({ directory: join(folder, 'gone') })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE'
    })
  })

  it('is chosen in a dialog on the desktop, whatever a page names', async () => {
    const chosen = temporaryFolder()
    const { calls, opened, list } = await stage(temporaryFolder(), () => Promise.resolve(chosen))
    expect(await calls['collections.open']({ directory: temporaryFolder() })).toBeNull()
    await vi.waitFor(() => expect(opened).toHaveLength(1))
    expect(await list(opened[0])).toMatchObject({ directory: chosen, items: [] })
  })
})
