import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { emptyRequest, type CollectionList, type SavedRequest } from '../../../shared/contract/collections'
import type { PublishResult } from '../../../shared/contract/messages'
import { AppError } from '../../../shared/errors'
import { keyFileBox } from '../../profiles/secrets'
import { temporaryFolder } from '../../profiles/temporary.fixture'
import { Collections } from './collections'
import type { ReadyMessage } from './to-message'
import { MAX_FILE_BYTES } from './yaml-file'

const result: PublishResult = { outcome: 'sent', packetId: null, milliseconds: 1, reasonCode: null, size: 0 }

/** Collections on a data directory, and what they published. */
async function stage(
  dataDirectory = temporaryFolder(),
  chooseFolder: (() => Promise<string | null>) | null = null
) {
  const published: ReadyMessage[] = []
  const opened: string[] = []
  let online = true
  let latest: CollectionList | null = null
  const collections = new Collections({
    dataDirectory,
    box: keyFileBox(dataDirectory),
    env: { PLANT_KEY: 'from the process' },
    chooseFolder,
    isOnline: () => online,
    publish: (_connection, message) => {
      if (!online) return Promise.reject(new AppError('NOT_CONNECTED', { name: 'Plant' }))
      published.push(message)
      return Promise.resolve(result)
    },
    changed: (list) => (latest = list),
    opened: (id) => opened.push(id),
    failed: (error) => {
      throw error
    }
  })
  await collections.load()
  onTestFinished(() => collections.stop())
  const calls = collections.calls()
  const own = join(dataDirectory, 'collections')
  const file = (path: string): string => readFileSync(join(own, path), 'utf8')
  const save = async (name: string, changes: Partial<SavedRequest> = {}, parent = ''): Promise<string> => {
    const request = { ...emptyRequest, topic: 'a', ...changes }
    return (await calls['collections.create']({ collection: 'default', parent, name, request })).path
  }
  const list = async (id = 'default') =>
    (await calls['collections.list'](undefined)).collections.find((each) => each.id === id)!
  return {
    ...{ dataDirectory, collections, calls, own, file, save, list, published, opened },
    latest: () => latest,
    setOnline: (now: boolean) => (online = now),
    /** Paths of the items, as they are listed. */
    paths: async (id?: string) => (await list(id)).items.map(({ path }) => path),
    text: async (path: string, request: SavedRequest | null = null) => {
      const outcome = await calls['collections.publish']({
        collection: 'default',
        path,
        connectionId: 'c',
        request
      })
      return 'faults' in outcome ? outcome.faults : new TextDecoder().decode(published.at(-1)!.payload)
    }
  }
}

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
    const { save, calls, paths, own } = await stage()
    await calls['collections.createFolder']({ collection: 'default', parent: '', name: 'Lamps' })
    await save('a', {}, 'lamps')
    await save('b')
    await calls['collections.duplicate']({ collection: 'default', path: 'lamps', name: 'Lamps copy' })
    const all = ['lamps', 'lamps/a.yaml', 'lamps-copy', 'lamps-copy/a.yaml', 'b.yaml']
    expect(await paths()).toEqual(all)
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

  it('with a hostile file shows the others, and leaves the file alone', async () => {
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
    expect(
      Object.fromEntries(items.map(({ path, faults }) => [path, faults.map(({ code }) => code)]))
    ).toEqual({
      'good.yaml': [],
      'limit.yaml': [],
      'broken.yaml': ['NOT_YAML'],
      'huge.yaml': ['TOO_LARGE'],
      'latin.yaml': ['UNREADABLE'],
      'cycle.yaml': ['ALIASES']
    })
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
})

describe('publishing', () => {
  it('expands variables of the active environment, and keeps secrets out of files and previews', async () => {
    const { calls, save, text, own, dataDirectory, published, list } = await stage()
    const path = await save('a', { topic: 'home/{{room}}', payload: '{{room}} {{token}} {{key}}' })
    const preview = async () =>
      calls['collections.preview']({
        collection: 'default',
        path,
        request: (await calls['collections.request']({ collection: 'default', path }))!
      })
    expect((await preview()).faults.map(({ field, name }) => [field, name])).toEqual([
      ['topic', 'room'],
      ['payload', 'room'],
      ['payload', 'token'],
      ['payload', 'key']
    ])
    const variable = (name: string, kind: 'text' | 'secret' | 'env', value: string) => ({
      name,
      kind,
      value,
      known: true
    })
    await calls['collections.setVariables']({
      collection: 'default',
      name: 'Home',
      variables: [
        variable('room', 'text', 'kitchen'),
        variable('token', 'secret', 'hunter2'),
        variable('key', 'env', 'PLANT_KEY')
      ],
      environments: [{ name: 'Lab', variables: [variable('room', 'text', 'lab')] }]
    })
    expect((await list()).variables.map(({ known }) => known)).toEqual([true, false, true])
    await calls['collections.setSecret']({
      collection: 'default',
      environment: null,
      name: 'token',
      value: 'hunter2'
    })
    expect((await list()).variables[1]).toEqual({ name: 'token', kind: 'secret', value: '', known: true })
    expect(await preview()).toMatchObject({
      topic: 'home/kitchen',
      payload: 'kitchen •••••• ••••••',
      faults: []
    })
    expect(await text(path)).toBe('kitchen hunter2 from the process')
    await calls['collections.setEnvironment']({ name: 'Lab' })
    expect(await text(path)).toBe('lab hunter2 from the process')
    expect(published.map(({ topic }) => topic)).toEqual(['home/kitchen', 'home/lab'])
    for (const name of readdirSync(dataDirectory, { recursive: true, encoding: 'utf8' })) {
      const full = join(dataDirectory, name)
      if (statSync(full).isFile()) expect(readFileSync(full, 'latin1'), name).not.toContain('hunter2')
    }
    // Another computer has the files, and asks for the secret.
    const other = temporaryFolder()
    cpSync(own, join(other, 'collections'), { recursive: true })
    const elsewhere = await stage(other)
    expect((await elsewhere.list()).variables[1]).toMatchObject({ kind: 'secret', known: false })
    expect(await elsewhere.text(path)).toMatchObject([{ code: 'NO_SECRET', name: 'token' }])
  })

  it('advances counters with each message that is sent, and with nothing else', async () => {
    const { save, text, calls, setOnline } = await stage()
    const path = await save('n', { payload: '{{$counter}}' })
    const request = (await calls['collections.request']({ collection: 'default', path }))!
    const preview = async (): Promise<string> =>
      (await calls['collections.preview']({ collection: 'default', path, request })).payload
    expect([await preview(), await preview()]).toEqual(['1', '1'])
    expect([await text(path), await text(path)]).toEqual(['1', '2'])
    setOnline(false)
    await expect(text(path)).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
    setOnline(true)
    expect(await preview()).toBe('3')
    expect(await Promise.all([text(path), text(path)])).toHaveLength(2)
    expect(await preview()).toBe('5')
  })

  it('sends bytes and properties as they are written, and nothing that is wrong', async () => {
    const { save, text, published, own } = await stage()
    writeFileSync(join(own, 'rows.csv'), 'id\n7\n8\n')
    const path = await save('p', {
      payload: '0x0{{$row rows.csv id}}, ff',
      format: 'hex',
      qos: 2,
      properties: {
        payloadFormat: 'bytes',
        contentType: 'x/{{$row rows.csv id}}',
        messageExpiry: '{{$random 5 5}}',
        responseTopic: 're/{{$row rows.csv id}}',
        correlation: { as: 'hex', text: '0{{$row rows.csv id}}' },
        userProperties: [
          { name: 'id', value: '{{$row rows.csv id}}' },
          { name: 'id', value: 'again' }
        ]
      }
    })
    await text(path)
    expect(published[0]).toEqual({
      topic: 'a',
      payload: Buffer.of(7, 0xff),
      qos: 2,
      retain: false,
      properties: {
        payloadFormat: 'bytes',
        contentType: 'x/7',
        messageExpiry: 5,
        responseTopic: 're/7',
        correlation: { as: 'hex', text: '07' },
        userProperties: [
          { name: 'id', value: '7' },
          { name: 'id', value: 'again' }
        ],
        topicAlias: null
      }
    })
    const wrong = async (changes: Partial<SavedRequest>): Promise<unknown> =>
      ((await text(path, { ...emptyRequest, topic: 'a', ...changes })) as { code: string }[]).map(
        ({ code }) => code
      )
    expect(await wrong({ topic: 'a/#' })).toEqual(['TOPIC'])
    expect(await wrong({ topic: '{{$choice ""}}' })).toEqual(['TOPIC'])
    expect(await wrong({ payload: '{"a":}', format: 'json' })).toEqual(['NOT_JSON'])
    expect(await wrong({ payload: 'abc', format: 'hex' })).toEqual(['NOT_HEX'])
    expect(await wrong({ payload: 'a*b=', format: 'base64' })).toEqual(['NOT_BASE64'])
    const { properties } = emptyRequest
    expect(await wrong({ properties: { ...properties, messageExpiry: '-1', responseTopic: 'a/+' } })).toEqual(
      ['PROPERTY', 'PROPERTY']
    )
    expect(await wrong({ payload: '{{$row ../profiles.json id}}' })).toEqual(['ROWS_UNREADABLE'])
    symlinkSync('/etc/passwd', join(own, 'users.csv'))
    expect(await wrong({ payload: '{{$row users.csv id}}' })).toEqual(['ROWS_UNREADABLE'])
    expect(published).toHaveLength(1)
  })
})
