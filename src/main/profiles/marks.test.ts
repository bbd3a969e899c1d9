import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { noMarks } from '../../shared/contract/marks'
import { MarkStore } from './marks'
import { failThenSucceed, temporaryFolder } from './temporary.fixture'

let folder: string

beforeEach(() => {
  folder = temporaryFolder()
})

async function opened(): Promise<MarkStore> {
  const store = new MarkStore(folder)
  await store.load()
  return store
}

it('stores marks per profile until the profile is removed', async () => {
  const store = await opened()
  expect(store.get('p')).toEqual(noMarks)
  const marks = { pinned: ['a/b', 'constructor'], hidden: ['$SYS/#'] }
  await store.set('p', marks)
  await store.set('__proto__', noMarks)
  const again = await opened()
  expect(again.get('p')).toEqual(marks)
  expect(again.get('q')).toEqual(noMarks)
  await again.remove('p')
  expect((await opened()).get('p')).toEqual(noMarks)
})

it('ignores malformed marks and keeps the others', async () => {
  const good = { pinned: ['x'], hidden: [] }
  writeFileSync(
    join(folder, 'marks.json'),
    JSON.stringify({ bad: { pinned: 7 }, worse: { pinned: [], hidden: ['a/#/b'] }, good })
  )
  const store = await opened()
  expect([store.get('bad'), store.get('worse'), store.get('good')]).toEqual([noMarks, noMarks, good])
})

it('keeps the previous marks if the new ones cannot be written', async () => {
  const store = await opened()
  await store.set('p', { pinned: ['a'], hidden: [] })
  rmSync(join(folder, 'marks.json'))
  mkdirSync(join(folder, 'marks.json'))
  await expect(store.set('p', noMarks)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
  expect(store.get('p').pinned).toEqual(['a'])
})

it('has all pending changes in the file when written() resolves', async () => {
  const store = await opened()
  for (const pinned of ['a', 'b', 'c']) void store.set('p', { pinned: [pinned], hidden: [] })
  await store.written()
  expect((await opened()).get('p').pinned).toEqual(['c'])
})

it('keeps the newer marks if a change before them fails meanwhile', async () => {
  const store = await opened()
  await failThenSucceed(
    join(folder, 'marks.json'),
    () => store.set('p', { pinned: ['a'], hidden: [] }),
    () => store.set('p', { pinned: ['b'], hidden: [] })
  )
  expect(store.get('p').pinned).toEqual(['b'])
  expect((await opened()).get('p').pinned).toEqual(['b'])
})
