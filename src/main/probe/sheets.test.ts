import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { temporaryFolder } from '../profiles/temporary.fixture'
import { sheetOf } from './probe.fixture'
import { SheetStore } from './sheets'

let folder: string

beforeEach(() => {
  folder = temporaryFolder()
})

const ids = async (store: SheetStore, profileId: string): Promise<string[]> =>
  (await store.list(profileId)).map(({ id }) => id)

it('keeps the last twelve sheets of each profile, newest first, in private files', async () => {
  const store = new SheetStore(folder)
  expect(await store.list('p')).toEqual([])
  await Promise.all(Array.from({ length: 14 }, (_, n) => store.add('p', sheetOf([], { id: `s${n}` }))))
  await store.add('../q', sheetOf([{ id: 'qos1' }], { id: 'other' }))
  const again = new SheetStore(folder)
  expect(await ids(again, 'p')).toEqual(Array.from({ length: 12 }, (_, n) => `s${13 - n}`))
  expect(await again.get('../q', 'other')).toEqual(sheetOf([{ id: 'qos1' }], { id: 'other' }))
  const files = readdirSync(join(folder, 'probes'))
  expect(files.sort()).toEqual(['..%2Fq.json', 'p.json'])
  for (const file of files) expect(statSync(join(folder, 'probes', file)).mode & 0o777).toBe(0o600)
})

it('removes one sheet, or all of a profile', async () => {
  const store = new SheetStore(folder)
  for (const id of ['a', 'b']) await store.add('p', sheetOf([], { id }))
  await store.remove('p', 'a')
  expect(await ids(store, 'p')).toEqual(['b'])
  await expect(store.remove('p', 'a')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(store.get('q', 'b')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await store.removeAll('p')
  await store.removeAll('never probed')
  expect(await ids(store, 'p')).toEqual([])
  expect(readdirSync(join(folder, 'probes'))).toEqual([])
})

it('ignores what it cannot read, and keeps the rest', async () => {
  mkdirSync(join(folder, 'probes'))
  const path = join(folder, 'probes', 'p.json')
  writeFileSync(path, JSON.stringify({ sheets: [{ format: 2 }, sheetOf([], { id: 'good' }), 7] }))
  const store = new SheetStore(folder)
  expect(await ids(store, 'p')).toEqual(['good'])
  writeFileSync(path, '{"sheets": [')
  expect(await ids(store, 'p')).toEqual([])
  await store.add('p', sheetOf([], { id: 'new' }))
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ sheets: [sheetOf([], { id: 'new' })] })
})

it('says why a sheet cannot be stored', async () => {
  mkdirSync(join(folder, 'probes', `p.json.${process.pid}.tmp`), { recursive: true })
  const failed = new SheetStore(folder).add('p', sheetOf([]))
  await expect(failed).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
})
