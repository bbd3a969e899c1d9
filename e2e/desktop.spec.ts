import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mosquittoPub } from './fixtures/clients'
import type { Desktop } from './fixtures/desktop'
import { AppPage } from './pages/app'
import { CollectionsPage } from './pages/collections'
import { ScriptPage } from './pages/scripts'
import { WatchPage } from './pages/watch'
import { expect, test as base } from './test'

/** The shipped bundles on the stand-in for Electron: Electron itself is not run here. */
const test = base.extend<{ desktop: Desktop }>({
  desktop: async ({ newTreetop }, use) => {
    await use(newTreetop() as Desktop)
  }
})

test('the shipped app opens its window, starts the local broker, and shows incoming messages', async ({
  desktop
}) => {
  await desktop.start()
  const page = await desktop.page()
  await page.locator('[data-ready="true"]').waitFor()
  const { windows, menu } = await desktop.state()
  expect(windows).toHaveLength(1)
  expect(windows[0]!.visible).toBe(true)
  expect(windows[0]!.options.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true
  })
  const edit = menu.find(({ label }) => label === 'Edit')!.submenu!
  expect(edit.map(({ role }) => role)).toEqual(
    expect.arrayContaining(['undo', 'cut', 'copy', 'paste', 'selectall'])
  )
  // The page sees only what the preload exposes, and nothing of Electron or Node.
  expect(await page.evaluate(() => Object.keys((window as unknown as { treetop: object }).treetop))).toEqual([
    'post',
    'on'
  ])
  expect(await page.evaluate(() => [typeof require, typeof process])).toEqual(['undefined', 'undefined'])

  const app = new AppPage(page)
  await app.startLocalBroker()
  mosquittoPub(desktop.brokerPort, 'plant/line1/lamp', 'on')
  await app.select('plant/line1/lamp')
  await expect(app.payload).toContainText('on')
})

test('with a keyring passwords are encrypted by the system; without one the settings say that they are not stored', async ({
  desktop
}) => {
  await desktop.start({ TREETOP_STAND_IN_KEYRING: 'none' })
  const app = new AppPage(await desktop.page())
  await app.go('Settings')
  await expect(app.page.getByRole('main')).toContainText('kept until you quit Treetop')
  await desktop.ask('quit')
  await desktop.ended()

  await desktop.start()
  const other = new AppPage(await desktop.page())
  await other.go('Settings')
  await expect(other.page.getByRole('main')).toContainText('encrypted by the operating system')
})

const [FIRST, SECOND] = [
  { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } },
  { id: 2, workArea: { x: 1920, y: 0, width: 2560, height: 1400 } }
]

/** The stored window position. */
function kept(desktop: Desktop): unknown {
  const file = join(desktop.dataDirectory, 'window.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}

test('unplugging a display never leaves the window off screen, now or at the next start', async ({
  desktop
}) => {
  await desktop.start({ TREETOP_STAND_IN_DISPLAYS: JSON.stringify([FIRST, SECOND]) })
  await (await desktop.page()).locator('[data-ready="true"]').waitFor()
  await desktop.ask('moveTo', { x: 3_000, y: 900, width: 1_400, height: 900 })
  await expect.poll(() => kept(desktop)).toMatchObject({ last: '2' })

  // The system moves the window to the remaining display, and Treetop stores that position.
  await desktop.ask('displays', [FIRST])
  await expect.poll(() => kept(desktop)).toMatchObject({ last: '1', displays: { 2: { x: 3_000 } } })
  await desktop.stop()
  const place = async (): Promise<Record<string, unknown>> => {
    await desktop.start({ TREETOP_STAND_IN_DISPLAYS: JSON.stringify([FIRST]) })
    await (await desktop.page()).locator('[data-ready="true"]').waitFor()
    return (await desktop.state()).windows[0]!.options
  }
  expect(await place()).toMatchObject({ x: 0, y: 0, width: 1_400, height: 900 })
  await desktop.stop()

  // Unplugged while Treetop was not running: the system chooses the position of the window.
  writeFileSync(
    join(desktop.dataDirectory, 'window.json'),
    JSON.stringify({
      last: '2',
      displays: { 2: { x: 3_000, y: 900, width: 1_400, height: 900, maximized: false } }
    })
  )
  expect(await place()).not.toHaveProperty('x')
  await desktop.stop()

  // With a smaller display instead, the window is still reachable.
  await desktop.start({
    TREETOP_STAND_IN_DISPLAYS: JSON.stringify([
      { ...SECOND, workArea: { x: 0, y: 0, width: 1_280, height: 700 } }
    ])
  })
  await (await desktop.page()).locator('[data-ready="true"]').waitFor()
  expect((await desktop.state()).windows[0]!.options).toMatchObject({
    x: 1_160,
    y: 660,
    width: 1_280,
    height: 700
  })
})

test('the window reopens in its place, on the same display', async ({ desktop }) => {
  const displays = JSON.stringify([FIRST, SECOND])
  const place = { x: 2_300, y: 120, width: 1_400, height: 900 }
  await desktop.start({ TREETOP_STAND_IN_DISPLAYS: displays })
  await (await desktop.page()).locator('[data-ready="true"]').waitFor()
  await desktop.ask('moveTo', place)
  await desktop.ask('maximize')
  await expect
    .poll(() => kept(desktop))
    .toMatchObject({ last: '2', displays: { 2: { ...place, maximized: true } } })
  await desktop.ask('quit')
  await desktop.ended()

  await desktop.start({ TREETOP_STAND_IN_DISPLAYS: displays })
  await (await desktop.page()).locator('[data-ready="true"]').waitFor()
  expect((await desktop.state()).windows[0]).toMatchObject({ bounds: place, maximized: true })
  await desktop.ask('quit')
  await desktop.ended()

  // Without that display the system chooses the position.
  await desktop.start()
  await (await desktop.page()).locator('[data-ready="true"]').waitFor()
  const { options } = (await desktop.state()).windows[0]!
  expect(options).not.toHaveProperty('x')
})

test('menu entries trigger the page’s actions, in the chosen language', async ({ desktop }) => {
  await desktop.start()
  const app = new AppPage(await desktop.page())
  await app.page.locator('[data-ready="true"]').waitFor()
  await desktop.ask('menu', ['View', 'Commands…'])
  await expect(app.page.getByRole('dialog', { name: 'Commands' })).toBeVisible()
  await app.page.keyboard.press('Escape')
  await desktop.ask('menu', ['File', 'Settings'])
  await app.page.getByRole('radio', { name: '简体中文' }).check()
  await expect
    .poll(async () => (await desktop.state()).menu.map(({ label }) => label))
    .toEqual(['文件', '编辑', '显示', '窗口', '帮助'])
  await desktop.ask('menu', ['帮助', '键盘快捷键'])
  await expect(app.page.getByRole('dialog')).toBeVisible()
})

test('a watch rule and a script notify by the system while the window is not in front', async ({
  desktop
}) => {
  await desktop.start()
  const app = new AppPage(await desktop.page())
  await app.startLocalBroker()
  const watch = new WatchPage(app)
  await watch.open()
  await app.button('New rule').click()
  await watch.field('Topic filter').fill('plant/+')
  await watch.field('Name').fill('Too hot')
  await watch.field('Limit').fill('80')
  await watch.field('Again at the earliest after').fill('0')
  await watch.save()
  mosquittoPub(desktop.brokerPort, 'plant/a', '81', '-q', '1')
  await expect(app.toast('Too hot: plant/a 81')).toBeVisible()
  expect((await desktop.state()).notices).toEqual([])
  await desktop.ask('minimize')
  mosquittoPub(desktop.brokerPort, 'plant/b', '82', '-q', '1')
  await expect
    .poll(async () => (await desktop.state()).notices)
    .toEqual([{ title: 'Too hot', body: 'plant/b: 82' }])

  const collections = new CollectionsPage(app)
  await collections.open()
  const source =
    "// @connection Local broker\n// @filter door\nfunction onMessage() { notice('It is open') }\n"
  writeFileSync(join(desktop.dataDirectory, 'collections', 'door.script.js'), source)
  await collections.row('door').click()
  const script = new ScriptPage(app, 'door')
  await script.allowed.click()
  await expect(script.state).toContainText('Running')
  mosquittoPub(desktop.brokerPort, 'door', 'open', '-q', '1')
  await expect
    .poll(async () => (await desktop.state()).notices.slice(1))
    .toEqual([{ title: 'door', body: 'It is open' }])
  await expect(app.toast('It is open')).toHaveCount(1)
})
