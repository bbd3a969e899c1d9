import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { mosquittoPub } from './fixtures/clients'
import { Desktop } from './fixtures/desktop'
import { AppPage } from './pages/app'
import { RecordingsPage } from './pages/recordings'
import { expect, test as base } from './test'

/** The desktop shell around the page as the user sees it, on the stand-in for Electron. */
const test = base.extend<{ desktop: Desktop }>({
  desktop: async ({ newTreetop }, use) => {
    await use(newTreetop() as Desktop)
  }
})

async function opened(desktop: Desktop): Promise<AppPage> {
  const app = new AppPage(await desktop.page())
  await app.page.locator('[data-ready="true"]').waitFor()
  return app
}

test.describe('links', () => {
  test('an address on the command line fills in the form and does not connect', async ({ desktop }) => {
    await desktop.start({}, 'mqtt://anna:secret@broker.example:1999/plant/%23')
    const app = await opened(desktop)
    await expect(app.field('Host')).toHaveValue('broker.example')
    await expect(app.field('Port')).toHaveValue('1999')
    await expect(app.field('User name')).toHaveValue('anna')
    await expect(app.field('Password')).toHaveValue('secret')
    await expect(app.page.getByText('Filled in from a link')).toBeVisible()
    await expect(app.page.getByLabel(/filter 1/i).first()).toHaveValue('plant/#')
    // There is no tab: "Connect" was not pressed.
    await expect(app.page.getByRole('tab')).toHaveCount(0)
  })

  test('a second start passes its address to the running instance', async ({ context, desktop }) => {
    await desktop.start()
    const app = await opened(desktop)
    const second = new Desktop(context, {}, desktop.dataDirectory)
    await second.start({}, 'mqtts://safe.example')
    expect(await second.ended()).toBe(0)
    await expect(app.field('Host')).toHaveValue('safe.example')
    await expect(app.field('Port')).toHaveValue('8883')
    expect((await desktop.state()).windows).toHaveLength(1)
  })

  test('opens a clicked link, and one that arrives before there is a window', async ({ desktop }) => {
    await desktop.start()
    await desktop.ask('openUrl', 'ws://web.example:9001/socket')
    const app = await opened(desktop)
    await expect(app.field('Host')).toHaveValue('web.example')
    // A link does not overwrite a form that is being edited.
    await app.field('Name').fill('mine')
    await desktop.ask('openUrl', 'mqtt://other.example')
    await expect(app.page.getByRole('dialog')).toBeVisible()
    await app.page.getByText('Keep editing', { exact: true }).click()
    await expect(app.field('Name')).toHaveValue('mine')
  })

  test('an invalid broker address is refused with an error that does not reveal its secrets', async ({
    desktop
  }) => {
    await desktop.start({}, 'amqp://anna:secret@host')
    const app = await opened(desktop)
    await expect(app.toast(/amqp:/)).toBeVisible()
    await expect(app.page.locator('body')).not.toContainText('secret')
  })
})

test('a recording opens by double click, at startup and later, and its file stays unchanged', async ({
  context,
  desktop
}) => {
  await desktop.start()
  const recorder = await opened(desktop)
  await recorder.startLocalBroker()
  mosquittoPub(desktop.brokerPort, 'plant/lamp', 'on', '-q', '1')
  await expect(recorder.topic('plant')).toBeVisible()
  await desktop.ask('quit')
  await desktop.ended()
  const folder = mkdtempSync(join(tmpdir(), 'treetop-double-click-'))
  const path = join(folder, 'plant.treetop')
  const saved = ['--data-dir', desktop.dataDirectory, '--format', 'treetop', '--output', path]
  expect((await desktop.command('export', ...saved)).code).toBe(0)
  const bytes = readFileSync(path)

  const shown = async (): Promise<AppPage> => {
    const app = await opened(desktop)
    await expect(new RecordingsPage(app, desktop).tab).toHaveAttribute('aria-selected', 'true')
    await app.select('plant/lamp')
    await expect(app.payload).toContainText('on')
    return app
  }
  // Linux and Windows start Treetop with the file.
  await desktop.start({}, path)
  const app = await shown()
  await new RecordingsPage(app, desktop).close()
  // macOS notifies the running instance, and so does a second start.
  await desktop.ask('openFile', path)
  await shown()
  writeFileSync(join(folder, 'holiday.treetop'), 'not a recording at all')
  const second = new Desktop(context, {}, desktop.dataDirectory)
  await second.start({}, join(folder, 'holiday.treetop'))
  expect(await second.ended()).toBe(0)
  await expect(app.toast(/holiday\.treetop.* is not a Treetop recording/)).toBeVisible()
  await desktop.ask('quit')
  expect(await desktop.ended()).toBe(0)
  expect(readFileSync(path).equals(bytes)).toBe(true)
  expect(readdirSync(folder).sort()).toEqual(['holiday.treetop', 'plant.treetop'])
  rmSync(folder, { recursive: true })
})

test.describe('quitting', () => {
  test('asks while other clients are connected to the local broker, and stays open when declined', async ({
    desktop
  }) => {
    await desktop.start()
    const app = await opened(desktop)
    await app.startLocalBroker()
    const client = await mqtt.connectAsync({ port: desktop.brokerPort, reconnectPeriod: 0 })
    await desktop.ask('quit')
    await expect.poll(async () => (await desktop.state()).shown).toHaveLength(1)
    expect((await desktop.state()).shown[0]!.options).toMatchObject({
      message: 'Quit Treetop?',
      detail: expect.stringContaining('One other client')
    })
    await desktop.answer('message', { response: 1 })
    mosquittoPub(desktop.brokerPort, 'still/here', 'yes')
    await expect(app.topic('still')).toBeVisible()

    await desktop.answer('message', { response: 0 })
    await desktop.ask('quit')
    expect(await desktop.ended()).toBe(0)
    await client.endAsync(true)
  })

  test("does not ask for Treetop's own connection and its demo devices", async ({ desktop }) => {
    await desktop.start()
    const app = await opened(desktop)
    await app.button(/^Start demo devices/).click()
    await app.expectOnline()
    await app.select('plant/line2/press/status')
    await desktop.ask('quit')
    expect(await desktop.ended()).toBe(0)
  })

  test('asks before edits are lost', async ({ desktop }) => {
    await desktop.start()
    const app = await opened(desktop)
    await app.go('Connections')
    await app.button('New connection').first().click()
    await app.field('Name').fill('half written')
    await desktop.answer('question', 1)
    await desktop.ask('quit')
    await expect.poll(async () => (await desktop.state()).shown.map(({ kind }) => kind)).toEqual(['question'])
    await expect(app.field('Name')).toHaveValue('half written')
    await desktop.answer('question', 0)
    await desktop.ask('quit')
    expect(await desktop.ended()).toBe(0)
  })

  test('does not ask when the system shuts down', async ({ desktop }) => {
    await desktop.start()
    const app = await opened(desktop)
    await app.startLocalBroker()
    const client = await mqtt.connectAsync({ port: desktop.brokerPort, reconnectPeriod: 0 })
    await desktop.ask('shutDown')
    expect(await desktop.ended()).toBe(0)
    await client.endAsync(true)
  })

  test('closing the window quits Treetop unless it is set to keep running in the tray', async ({
    desktop
  }) => {
    await desktop.start()
    await opened(desktop)
    await desktop.ask('closeWindow')
    expect(await desktop.ended()).toBe(0)

    await desktop.start()
    const app = await opened(desktop)
    await app.go('Settings')
    await app.page.getByRole('switch', { name: 'Tray icon' }).click()
    await app.page.getByRole('switch', { name: /Keep running/ }).click()
    await app.go('Topics')
    await app.startLocalBroker()
    await desktop.ask('closeWindow')
    await expect.poll(async () => (await desktop.state()).windows[0]!.closed).toBe(true)
    mosquittoPub(desktop.brokerPort, 'while/closed', 'kept')
    await desktop.ask('tray', 'Open Treetop')
    await expect.poll(async () => (await desktop.state()).windows.length).toBe(2)
    const again = await opened(desktop)
    await again.select('while/closed')
    await expect(again.payload).toContainText('kept')
    await desktop.ask('tray', 'Quit Treetop')
    expect(await desktop.ended()).toBe(0)
  })
})

test('the tray menu controls the local broker, in the chosen language', async ({ desktop }) => {
  await desktop.start()
  const app = await opened(desktop)
  expect((await desktop.state()).tray).toBeNull()
  await app.go('Settings')
  await app.page.getByRole('switch', { name: 'Tray icon' }).click()
  await expect.poll(async () => (await desktop.state()).tray?.tip).toBe('Treetop · Local broker: stopped')
  await desktop.ask('tray', 'Start Local Broker')
  await expect
    .poll(async () => (await desktop.state()).tray?.tip)
    .toBe(`Treetop · Local broker: 127.0.0.1:${desktop.brokerPort}`)
  await app.page.getByRole('radio', { name: '简体中文' }).check()
  await expect
    .poll(async () => (await desktop.state()).tray?.menu.map(({ label }) => label))
    .toContain('停止本地 Broker')
  await desktop.ask('tray', '停止本地 Broker')
  await expect.poll(async () => (await desktop.state()).tray?.tip).toContain('已停止')

  // A setting that cannot be saved is reported, and the menu keeps showing what is stored.
  rmSync(join(desktop.dataDirectory, 'settings.json'))
  mkdirSync(join(desktop.dataDirectory, 'settings.json', 'in the way'), { recursive: true })
  await desktop.ask('tray', '关闭窗口后继续运行')
  await expect.poll(async () => (await desktop.state()).shown).toHaveLength(1)
  const { shown, tray } = await desktop.state()
  expect(shown).toMatchObject([{ kind: 'error', options: { title: '设置无法保存' } }])
  expect(tray?.menu.find(({ label }) => label === '关闭窗口后继续运行')?.checked).toBe(false)
})

test('the theme of menus, frame and page follows the settings and the system', async ({ desktop }) => {
  await desktop.start({ TREETOP_STAND_IN_THEME: 'dark' })
  const app = await opened(desktop)
  const theme = (): Promise<string | null> => app.page.locator('html').getAttribute('data-theme')
  await expect.poll(theme).toBe('dark')
  await desktop.ask('systemTheme', false)
  await expect.poll(theme).toBe('light')
  await expect.poll(async () => (await desktop.state()).windows[0]!.background).toBe('#f3f7f4')
  await app.go('Settings')
  await app.page.getByRole('radiogroup', { name: 'Theme' }).getByRole('radio', { name: 'Dark' }).check()
  await expect.poll(async () => (await desktop.state()).windows[0]!.background).toBe('#0c1410')
  await expect.poll(theme).toBe('dark')
})

test('right-clicking a text field opens the editing menu; the menu bar has the full menu', async ({
  desktop
}) => {
  await desktop.start()
  const app = await opened(desktop)
  const editFlags = Object.fromEntries(
    ['canUndo', 'canRedo', 'canCut', 'canCopy', 'canPaste', 'canSelectAll'].map((each) => [each, true])
  )
  await desktop.ask('contextMenu', { isEditable: true, selectionText: '', editFlags })
  await desktop.ask('contextMenu', { isEditable: false, selectionText: '21.4', editFlags })
  await desktop.ask('contextMenu', { isEditable: false, selectionText: '', editFlags })
  const roles = (await desktop.state()).popups.map((menu) => menu.flatMap(({ role }) => role ?? []))
  expect(roles).toEqual([
    ['undo', 'redo', 'cut', 'copy', 'paste', 'selectall'],
    ['copy', 'selectall']
  ])
  await app.button('Menu').click()
  await expect
    .poll(async () => (await desktop.state()).popups.at(-1)?.map(({ label }) => label))
    .toEqual(['File', 'Edit', 'View', 'Window', 'Help'])
})

test('without a keyring a password is kept for this run if the user agrees, and never stored on disk', async ({
  desktop,
  mosquitto
}) => {
  await mosquitto.start({ user: 'anna', password: 'open sesame' })
  await desktop.start({ TREETOP_STAND_IN_KEYRING: 'none' })
  const app = await opened(desktop)
  await app.newProfile({ name: 'Plant', host: '127.0.0.1', port: mosquitto.tcp }, async () => {
    await app.field('User name').fill('anna')
    await app.field('Password').fill('open sesame')
  })
  await app.button('Keep for this run').click()
  await app.expectOnline('Plant')
  expect(readFileSync(join(desktop.dataDirectory, 'profiles.json'), 'utf8')).not.toContain('sesame')
  // The password is available to the next connection of this run, and gone in the next run.
  await app.go('Connections')
  await expect(app.field('Password')).toHaveAttribute('placeholder', /stored|unchanged/i)
  await desktop.ask('quit')
  await desktop.ended()
  await desktop.start({ TREETOP_STAND_IN_KEYRING: 'none' })
  const again = await opened(desktop)
  await again.go('Connections')
  await again.page.getByText('Plant').first().click()
  await expect(again.field('Password')).toHaveAttribute('placeholder', '')
})

test('`treetop export` runs on the shipped main process, without a window', async ({ desktop }) => {
  await desktop.start()
  const app = await opened(desktop)
  await app.startLocalBroker()
  mosquittoPub(desktop.brokerPort, 'plant/lamp', 'on', '-q', '1')
  await expect(app.topic('plant')).toBeVisible()
  await desktop.ask('quit')
  await desktop.ended()
  const output = test.info().outputPath('out.jsonl')
  const { code, output: said } = await desktop.command(
    'export',
    '--data-dir',
    desktop.dataDirectory,
    '--format',
    'jsonl',
    '--output',
    output
  )
  expect(said).toContain('Exported')
  expect(code).toBe(0)
  expect((await desktop.command('export', '--format', 'xml', '--output', output)).code).toBe(2)
  expect((await desktop.command('--version')).output.trim()).toMatch(/^\d+\.\d+\.\d+$/)
  expect((await desktop.command('--help')).output).toMatch(/^ {2}export +write recorded messages to a file/m)
})

test('--smoke opens a window, starts a broker, connects to it, and exits', async ({ desktop }) => {
  await desktop.start({}, '--smoke')
  expect(await desktop.ended()).toBe(0)
  expect(desktop.output).toContain('Treetop works.')
})

test('--smoke fails when the history cannot be stored', async ({ context }) => {
  const directory = mkdtempSync(join(tmpdir(), 'treetop-smoke-'))
  writeFileSync(join(directory, 'history'), 'a file where the folder should be')
  const desktop = new Desktop(context, {}, directory)
  await desktop.start({}, '--smoke')
  expect(await desktop.ended()).toBe(1)
  expect(desktop.output).toMatch(/Treetop cannot start: EEXIST.*history/)
  await desktop.remove()
})
