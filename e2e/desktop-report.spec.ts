import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Desktop } from './fixtures/desktop'
import { shellReport } from './fixtures/shell-report'
import { expect, test } from './test'

/** What Electron is to say of the shell on Linux: electron.spec.ts compares the stand-in with Electron itself, on any system. */
const expected = resolve(import.meta.dirname, 'shell-report.linux.json')

if (process.platform === 'linux')
  test('windows, menu, channels, and what crosses them, are as they are written down', async ({
    treetop
  }) => {
    const report = await shellReport(treetop as Desktop)
    expect(report).toEqual(JSON.parse(readFileSync(expected, 'utf8')))
  })

test('a page is given what it may have, and nothing else', async ({ treetop }) => {
  const desktop = treetop as Desktop
  await desktop.page()
  const asked = async (permission: string): Promise<unknown> => desktop.ask('permission', permission)
  expect(await asked('clipboard-sanitized-write')).toEqual({ asked: true, checked: true })
  for (const permission of ['clipboard-read', 'geolocation', 'media', 'notifications', 'openExternal', 'hid'])
    expect(await asked(permission), permission).toEqual({ asked: false, checked: false })
})

test('what nobody catches in main fails the scenario', async ({ newTreetop, context: _ }) => {
  const desktop = newTreetop() as Desktop
  await desktop.start()
  await desktop.page()
  await desktop.evaluate(() => {
    setImmediate(() => {
      throw new Error('nobody catches this')
    })
  }, null)
  await expect.poll(() => desktop.faults()).toEqual([expect.stringContaining('nobody catches this')])
  // The person sees what Electron shows them, and the app goes on.
  const { shown } = await desktop.state()
  expect(shown).toMatchObject([{ kind: 'error', options: { title: /JavaScript error/ } }])
  desktop.forgive()
})
