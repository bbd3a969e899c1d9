import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it, vi } from 'vitest'
import { defaultSettings } from '../../shared/contract/app'
import { SettingsStore } from './settings'
import { blocked, failThenSucceed, temporaryFolder } from './temporary.fixture'

let folder: string
let path: string

beforeEach(() => {
  folder = temporaryFolder()
  path = join(folder, 'settings.json')
})

async function opened(): Promise<SettingsStore> {
  const store = new SettingsStore(folder)
  await store.load()
  return store
}

it('have their defaults until they are set, and are kept for the next run', async () => {
  const store = await opened()
  expect(store.get()).toEqual(defaultSettings)
  expect(await store.set({ theme: 'dark', brokerPort: 1884 })).toEqual({
    ...defaultSettings,
    theme: 'dark',
    brokerPort: 1884
  })
  await store.set({ language: 'zh-CN', theme: undefined })
  expect((await opened()).get()).toEqual({
    ...defaultSettings,
    theme: 'dark',
    brokerPort: 1884,
    language: 'zh-CN'
  })
})

it('notify listeners', async () => {
  const store = await opened()
  const heard = vi.fn()
  const stop = store.onChange(heard)
  await store.set({ theme: 'light' })
  stop()
  await store.set({ theme: 'dark' })
  expect(heard.mock.calls).toEqual([[{ ...defaultSettings, theme: 'light' }]])
})

it('get their defaults if missing or out of range, while the others are kept', async () => {
  writeFileSync(path, JSON.stringify({ theme: 'dark', brokerPort: 0, language: 'xx', unknown: true }))
  expect((await opened()).get()).toEqual({ ...defaultSettings, theme: 'dark' })
})

it('are moved aside if the file cannot be parsed', async () => {
  writeFileSync(path, '{"theme":')
  expect((await opened()).get()).toEqual(defaultSettings)
  const [aside] = readdirSync(folder)
  expect(aside).toMatch(/^settings\.json\.corrupt-/)
  expect(readFileSync(join(folder, aside!), 'utf8')).toBe('{"theme":')
})

it.each(['null', '7', '"text"', '[]'])('survive a file that contains %s', async (content) => {
  writeFileSync(path, content)
  expect((await opened()).get()).toEqual(defaultSettings)
})

it('are written in the order of the calls, even if concurrent', async () => {
  const store = await opened()
  await Promise.all(Array.from({ length: 20 }, (_, index) => store.set({ brokerPort: 2_000 + index })))
  expect((await opened()).get().brokerPort).toBe(2_019)
})

it('are based on what was stored if an earlier change fails meanwhile', async () => {
  const store = await opened()
  await failThenSucceed(
    path,
    () => store.set({ theme: 'dark' }),
    () => store.set({ language: 'zh-CN' })
  )
  expect(store.get()).toEqual({ ...defaultSettings, language: 'zh-CN' })
  expect((await opened()).get()).toEqual(store.get())
})

it('stay unchanged if two changes at once fail', async () => {
  const store = await opened()
  blocked(path)
  await Promise.allSettled([store.set({ theme: 'dark' }), store.set({ language: 'zh-CN' })])
  expect(store.get()).toEqual(defaultSettings)
})

it('fill in what a setting did not have when it was stored', async () => {
  const { topicLevels: _, ...former } = { ...defaultSettings.brokerLimits, clients: 7 }
  writeFileSync(path, JSON.stringify({ brokerLimits: former }))
  expect((await opened()).get().brokerLimits).toEqual({ ...defaultSettings.brokerLimits, clients: 7 })
})
