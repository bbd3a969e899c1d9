import { join } from 'node:path'
import type { Desktop } from './fixtures/desktop'
import { exported } from './fixtures/exported'
import { logOf } from './fixtures/log'
import { Sender } from './fixtures/senders'
import { AppPage } from './pages/app'
import { expect, test as base } from './test'

/** Page crashes, on the stand-in only: when Electron's page process dies, Playwright loses the page with it. */
const test = base.extend<{ desktop: Desktop }>({
  desktop: async ({ newTreetop }, use) => {
    const desktop = newTreetop() as Desktop
    await desktop.start()
    await use(desktop)
  }
})

test('a crashed page reloads by itself while recording continues; after three crashes Treetop asks first', async ({
  desktop
}) => {
  const app = new AppPage(await desktop.page())
  await app.startLocalBroker()
  const sender = await Sender.start(desktop.brokerPort, 'crash/page', 1)
  for (let crash = 1; crash <= 3; crash++) {
    const page = await desktop.page()
    await page.locator('[data-ready="true"]').waitFor()
    await desktop.crashPage()
    await expect.poll(() => logOf(desktop).split("the page's process is gone").length - 1).toBe(crash)
  }
  const again = new AppPage(await desktop.page())
  await again.expectOnline()
  await desktop.crashPage()
  await expect.poll(async () => (await desktop.state()).shown.length).toBe(1)
  expect((await desktop.state()).shown[0]).toMatchObject({
    options: { message: 'The window stopped working several times', buttons: ['Reload', 'Show Logs'] }
  })
  await desktop.answer('message', { response: 1 })
  await expect
    .poll(async () => (await desktop.state()).inFolder)
    .toEqual([join(desktop.dataDirectory, 'logs/treetop.log')])
  await desktop.answer('message', { response: 0 })
  const last = new AppPage(await desktop.page())
  await last.expectOnline()
  await sender.stop()
  await desktop.stop()
  const recorded = new Set(await exported(desktop, 'crash/page'))
  expect(sender.acknowledged.length).toBeGreaterThan(100)
  expect(sender.acknowledged.filter((number) => !recorded.has(String(number)))).toEqual([])
})
