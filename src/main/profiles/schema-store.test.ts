import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { MAX_SCHEMA_BYTES } from '../../shared/contract/decode'
import { SchemaStore } from './schema-store'
import { temporaryFolder } from './temporary.fixture'

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
