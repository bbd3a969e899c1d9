import { mosquittoPub } from './fixtures/clients'
import type { ShellHost } from './fixtures/shell-host'
import { AppPage } from './pages/app'
import { expect, test as base } from './test'

/** The window and its navigation: on the stand-in, and on Electron itself where its binary is installed. */
const test = base.extend<{ desktop: ShellHost }>({
  desktop: async ({ newTreetop }, use) => {
    const desktop = newTreetop() as ShellHost
    await desktop.start()
    await use(desktop)
  }
})

test('a second start brings the window to the front and exits', async ({ desktop }) => {
  await (await desktop.page()).locator('[data-ready="true"]').waitFor()
  await desktop.ask('minimize')
  await expect.poll(async () => (await desktop.state()).windows[0]).toMatchObject({ minimized: true })
  expect(await desktop.startAgain()).toBe(0)
  await expect.poll(async () => (await desktop.state()).windows[0]).toMatchObject({ minimized: false })
})

test('quitting writes everything to disk and exits', async ({ desktop }) => {
  const page = await desktop.page()
  await page.locator('[data-ready="true"]').waitFor()
  const app = new AppPage(page)
  await app.startLocalBroker()
  mosquittoPub(desktop.brokerPort, 'plant/last', 'word')
  await expect(app.topic('plant')).toBeVisible()
  await desktop.ask('quit')
  expect(await desktop.ended()).toBe(0)

  await desktop.start()
  const next = new AppPage(await desktop.page())
  await next.startLocalBroker()
  await next.select('plant/last')
  await expect(next.payload).toContainText('word')
})

test('the page cannot navigate away', async ({ desktop }) => {
  const page = await desktop.page()
  await page.locator('[data-ready="true"]').waitFor()
  const before = page.url()
  await desktop.evaluate(({ BrowserWindow }) => {
    // Registered in addition to the app's own listener, so it runs after it.
    BrowserWindow.getAllWindows()[0]!.webContents.on('will-frame-navigate', ({ url, defaultPrevented }) =>
      Object.assign(globalThis, { navigation: { url, defaultPrevented } })
    )
  }, null)
  await page.evaluate(() => void (location.href = 'https://example.com/'))
  await expect
    .poll(() => desktop.evaluate(() => (globalThis as { navigation?: object }).navigation ?? null, null))
    .toEqual({ url: 'https://example.com/', defaultPrevented: true })
  expect(page.url()).toBe(before)
  await page.locator('[data-ready="true"]').waitFor()
})

test('an external link asks first and opens only after confirmation', async ({ desktop }) => {
  const page = await desktop.page()
  await page.locator('[data-ready="true"]').waitFor()
  const asked = async (): Promise<unknown[]> =>
    (await desktop.state()).shown
      .filter(({ kind }) => kind === 'message')
      .map(({ options }) => options['detail'])

  await desktop.answer('message', { response: 1 })
  await page.evaluate(() => void window.open('https://mqtt.org/no'))
  await expect.poll(asked).toEqual(['https://mqtt.org/no'])
  await desktop.answer('message', { response: 0 })
  await page.evaluate(() => void window.open('https://mqtt.org/yes'))
  await expect.poll(async () => (await desktop.state()).opened).toEqual(['https://mqtt.org/yes'])
  expect(await asked()).toEqual(['https://mqtt.org/no', 'https://mqtt.org/yes'])
  expect((await desktop.state()).windows).toHaveLength(1)
})
