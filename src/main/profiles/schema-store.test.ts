import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { MAX_SCHEMA_BYTES } from '../../shared/contract/decode'
import { SchemaStore } from './schema-store'
import { blocked, temporaryFolder } from './temporary.fixture'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function opened(directory: string): Promise<SchemaStore> {
  const store = new SchemaStore(directory)
  await store.load()
  return store
}

it('stores files under their own names, replaces files of the same name, and reloads them', async () => {
  const directory = temporaryFolder()
  const store = await opened(directory)
  let told = 0
  store.onChange(() => told++)
  await store.add([
    { name: 'a.proto', bytes: bytes('1') },
    { name: '温度.avsc', bytes: bytes('2') }
  ])
  await store.add([{ name: 'a.proto', bytes: bytes('3') }])
  expect(told).toBe(2)
  expect(readFileSync(join(directory, 'schemas', 'a.proto'), 'utf8')).toBe('3')
  const again = await opened(directory)
  expect(
    again
      .list()
      .map(({ name }) => name)
      .sort()
  ).toEqual(['a.proto', '温度.avsc'])
  await again.remove('a.proto')
  expect(readdirSync(join(directory, 'schemas'))).toEqual(['温度.avsc'])
  await expect(again.remove('a.proto')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('refuses other paths, other file types and files that are too large, and then adds none', async () => {
  const directory = temporaryFolder()
  const store = await opened(directory)
  for (const name of ['../a.proto', 'a/b.proto', '.proto', '..\\a.proto', 'a.txt', 'a\0.proto', 'c:a.proto'])
    await expect(store.add([{ name, bytes: bytes('') }])).rejects.toMatchObject({
      details: { issues: [{ path: name, fault: 'SCHEMA_NAME' }] }
    })
  const large = { name: 'large.proto', bytes: new Uint8Array(MAX_SCHEMA_BYTES + 1) }
  await expect(store.add([{ name: 'ok.proto', bytes: bytes('') }, large])).rejects.toMatchObject({
    details: { issues: [{ path: 'large.proto', fault: 'TOO_LONG' }] }
  })
  expect(readdirSync(join(directory, 'schemas'))).toEqual([])
})

it('ignores other files in the folder', async () => {
  const directory = temporaryFolder()
  await opened(directory)
  writeFileSync(join(directory, 'schemas', 'notes.txt'), 'x')
  expect((await opened(directory)).list()).toEqual([])
})

it('notifies of the files added before one that cannot be written', async () => {
  const directory = temporaryFolder()
  const store = await opened(directory)
  const told: string[][] = []
  store.onChange(() => told.push(store.list().map(({ name }) => name)))
  blocked(join(directory, 'schemas', 'b.proto'))
  const files = ['a.proto', 'b.proto', 'c.proto'].map((name) => ({ name, bytes: bytes('1') }))
  await expect(store.add(files)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
  expect(told).toEqual([['a.proto']])
})

it('keeps a file that cannot be removed', async () => {
  const directory = temporaryFolder()
  const store = await opened(directory)
  await store.add([{ name: 'a.proto', bytes: bytes('1') }])
  blocked(join(directory, 'schemas', 'a.proto'))
  await expect(store.remove('a.proto')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
  expect(store.list()).toHaveLength(1)
})

it('adds files of one name in the order of the calls', async () => {
  const directory = temporaryFolder()
  const store = await opened(directory)
  const contents = Array.from({ length: 8 }, (_, index) => String(index))
  await Promise.all(contents.map((text) => store.add([{ name: 'a.proto', bytes: bytes(text) }])))
  expect(readFileSync(join(directory, 'schemas', 'a.proto'), 'utf8')).toBe('7')
  expect(store.list()).toEqual([{ name: 'a.proto', bytes: bytes('7') }])
})
