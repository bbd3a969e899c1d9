import { expect, it, vi } from 'vitest'
import { defaultSettings, type Settings } from '../../shared/contract/app'
import { AppError } from '../../shared/errors'
import { apiTo } from './api-fixture'
import { SettingsState } from './settings.svelte'

/** The settings over a process that answers each change, in order, when the test says so. */
function setup() {
  let stored = defaultSettings
  const waiting: (() => void)[] = []
  const { api, session, close } = apiTo({
    'settings.set': (patch) =>
      new Promise<Settings>((resolve, reject) =>
        waiting.push(() => {
          if (patch.keepRunning)
            return reject(new AppError('FILE_UNWRITABLE', { path: 'settings.json', reason: 'EROFS' }))
          stored = Object.assign({ ...stored }, patch)
          session.emit('settings.changed', stored)
          resolve(stored)
        })
      )
  })
  const settings = new SettingsState(api)
  const stop = settings.start()
  return {
    settings,
    /** How many changes the process has not answered. */
    asked: () => waiting.length,
    answer: () => waiting.shift()!(),
    end: () => (stop(), close())
  }
}

it('a change stays while the answer to an earlier one arrives', async () => {
  const { settings, asked, answer, end } = setup()
  const dark = settings.set({ theme: 'dark' })
  const port = settings.set({ brokerPort: 20_001 })
  await vi.waitFor(() => expect(asked()).toBe(2))
  answer()
  await dark
  expect(settings.value).toMatchObject({ theme: 'dark', brokerPort: 20_001 })
  answer()
  await port
  expect(settings.value).toEqual({ ...defaultSettings, theme: 'dark', brokerPort: 20_001 })
  end()
})

it('a change that fails is taken back, and no other', async () => {
  const { settings, asked, answer, end } = setup()
  const failing = settings.set({ keepRunning: true })
  const dark = settings.set({ theme: 'dark' })
  await vi.waitFor(() => expect(asked()).toBe(2))
  answer()
  await expect(failing).rejects.toThrow()
  answer()
  await dark
  expect(settings.value).toEqual({ ...defaultSettings, theme: 'dark' })
  end()
})
