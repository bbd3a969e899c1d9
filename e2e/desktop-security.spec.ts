import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mosquittoPub } from './fixtures/clients'
import type { ShellHost } from './fixtures/shell-host'
import { AppPage } from './pages/app'
import { expect, test as base } from './test'

/** What the desktop shell blocks, even where the page's own content security policy does not. */
const test = base.extend<{ desktop: ShellHost; outside: { url: string; hits: string[] } }>({
  desktop: async ({ newTreetop }, use) => {
    const desktop = newTreetop() as ShellHost
    await desktop.start()
    await use(desktop)
  },
  outside: async ({ browserName: _ }, use) => {
    const hits: string[] = []
    const server: Server = createServer((request, response) => {
      hits.push(request.url!)
      response.setHeader('access-control-allow-origin', '*')
      response.end('x')
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    await use({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, hits })
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  }
})

test('no request from a page leaves the machine, even without the page’s content security policy', async ({
  desktop,
  outside
}) => {
  const page = await desktop.page()
  const session = await page.context().newCDPSession(page)
  await session.send('Page.setBypassCSP', { enabled: true })
  await page.reload()
  await page.locator('[data-ready="true"]').waitFor()
  const outcome = await page.evaluate(async (url) => {
    const said = await fetch(`${url}/fetch`).then(
      () => 'answered',
      () => 'refused'
    )
    const image = new Image()
    const drawn = new Promise((done) => {
      image.onload = () => done('drawn')
      image.onerror = () => done('refused')
    })
    image.src = `${url}/image`
    return [said, await drawn, await fetch('./index.html').then(({ ok }) => ok)]
  }, outside.url)
  expect(outcome).toEqual(['refused', 'refused', true])
  expect(outside.hits).toEqual([])
})

test('a file that the page generates is saved where the user chooses; a file from another origin is not', async ({
  desktop,
  outside
}) => {
  const app = new AppPage(await desktop.page())
  await app.startLocalBroker()
  mosquittoPub(desktop.brokerPort, 'files/one', 'kept')
  await app.select('files/one')
  const saved = await desktop.saved(() => app.button('Save payload to file').click())
  expect(saved.toString()).toBe('kept')
  await app.page.evaluate((url) => {
    const link = document.createElement('a')
    link.href = `${url}/setup.exe`
    link.download = 'setup.exe'
    link.click()
  }, outside.url)
  // Once the page's second download is saved, the foreign file would have been requested too.
  await desktop.saved(() => app.button('Save payload to file').click())
  expect(outside.hits).toEqual([])
})

test('an external link asks for confirmation with the full address, and "Cancel" is the default', async ({
  desktop
}) => {
  const page = await desktop.page()
  await page.locator('[data-ready="true"]').waitFor()
  const address = `https://mqtt.example/${'a'.repeat(500)}`
  await page.evaluate((url) => void window.open(url), address)
  await expect.poll(async () => (await desktop.state()).shown).toHaveLength(1)
  expect((await desktop.state()).shown[0]).toMatchObject({
    options: { detail: address, buttons: ['Open', 'Cancel'], defaultId: 1, cancelId: 1 }
  })
  await desktop.answer('message', { response: 1 })
  for (const url of [
    'http://mqtt.example/',
    'file:///etc/passwd',
    'https://mqtt.org@evil.example/',
    'mqtt://broker'
  ])
    await page.evaluate((other) => void window.open(other), url)
  await page.evaluate(() => void (location.href = 'https://example.com/'))
  await page.locator('[data-ready="true"]').waitFor()
  const { shown, opened } = await desktop.state()
  expect(shown).toHaveLength(1)
  expect(opened).toEqual([])
})

test('messages that violate the contract are ignored, and the app keeps working', async ({ desktop }) => {
  const page = await desktop.page()
  await page.locator('[data-ready="true"]').waitFor()
  const before = await desktop.sent()
  await page.evaluate(() => {
    const { treetop } = window as unknown as { treetop: { post: (message: unknown) => void } }
    for (const message of [
      null,
      1,
      'x',
      {},
      [],
      { t: 'q', m: 'constructor', a: [] },
      { t: 'q', m: '__proto__', a: [] }
    ])
      treetop.post(message)
  })
  await expect.poll(() => desktop.sent()).toBeGreaterThanOrEqual(before + 7)
  // The app is still working.
  await new AppPage(page).startLocalBroker()
})
