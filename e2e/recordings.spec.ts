import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mosquittoPub } from './fixtures/clients'
import { Sender } from './fixtures/senders'
import { MomentsPage } from './pages/moments'
import { RecordingsPage } from './pages/recordings'
import { TopicsPage } from './pages/topics'
import { expect, test as base } from './test'

/** A folder for the user's files, and the app's dialogs and tabs for recordings. */
const test = base.extend<{ folder: string; recordings: RecordingsPage }>({
  folder: async ({ browserName: _ }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'treetop-files-'))
    await use(folder)
    rmSync(folder, { recursive: true, force: true })
  },
  recordings: async ({ app, treetop }, use) => {
    await use(new RecordingsPage(app, treetop))
  }
})

test('a recording is saved while messages arrive, then opened: tree, values, history, search, time @every-host', async ({
  app,
  treetop,
  recordings,
  folder,
  page
}) => {
  const send = (topic: string, payload: string): void => mosquittoPub(treetop.brokerPort, topic, payload)
  await app.startLocalBroker()
  send('plant/line1/lamp', '{"on": false}')
  send('plant/line1/lamp', '{"on": true, "by": "Anna"}')
  send('plant/line2/lamp', '{"on": true}')
  await app.select('plant/line1/lamp')
  await expect(app.payload).toContainText('Anna')
  const sender = await Sender.start(treetop.brokerPort, 'plant/count', 1)
  await expect.poll(() => sender.acknowledged.length).toBeGreaterThan(50)
  const path = join(folder, 'plant.treetop')
  writeFileSync(path, await recordings.save())
  const saved = sender.acknowledged.length
  await expect.poll(() => sender.acknowledged.length).toBeGreaterThan(saved + 50)
  await sender.stop()
  send('plant/line1/lamp', '{"on": false, "by": "nobody"}')
  await expect(app.payload).toContainText('nobody')

  const pages = page.getByRole('navigation', { name: 'Pages' })
  const ofBroker = ['Packets', 'Devices', 'Retained messages']
  for (const name of ofBroker) await expect(pages.getByRole('button', { name, exact: true })).toBeVisible()
  await expect(app.publishPanel).toBeVisible()

  await recordings.open(path)
  await expect(app.status).toContainText('Recording')
  await expect(app.status).toContainText('read-only')
  await expect(app.status).toContainText(/\d+ messages/)
  // The recording shows the state at the time it was saved.
  await app.select('plant/line1/lamp')
  await expect(app.payload).toContainText('Anna')
  await expect(app.topic('count')).toContainText(/\d/)
  await app.tab('Diff').click()
  await expect(app.page.getByRole('main')).toContainText('by')
  await app.tab('History').click()
  await expect(app.history.getByRole('row')).toHaveCount(2)
  await app.searchField.fill('anna')
  await expect(app.found).toHaveCount(1)
  await expect(app.marks).toHaveText(['Anna'])
  await app.searchField.fill('nobody')
  await expect(app.page.getByText('Nothing found', { exact: true })).toBeVisible()
  await app.searchField.fill('')

  // Go back in time, then to the end.
  const moments = new MomentsPage(page)
  await moments.slider.press('Home')
  await expect(app.topic('line2')).toHaveCount(0)
  await moments.button('Go to end').click()
  await expect(app.topic('line2')).toBeVisible()

  // Actions that need a broker are not offered.
  await expect(app.publishPanel).toHaveCount(0)
  await expect(moments.button('Pause')).toHaveCount(0)
  await expect(app.button(/^Clear/)).toHaveCount(0)
  for (const name of ofBroker) await expect(pages.getByRole('button', { name, exact: true })).toHaveCount(0)
  await app.go('Traffic')
  await expect(app.page.getByRole('main')).toContainText('plant/count')

  expect(readdirSync(folder)).toEqual(['plant.treetop'])
  await recordings.close()
  await expect(recordings.tab).toHaveCount(0)
  await app.go('Topics')
  await app.expectOnline('Local broker')
  await expect(app.payload).toContainText('nobody')
})

test('a recording can be exported again, charted, and queried for its topics', async ({
  app,
  treetop,
  recordings,
  folder
}) => {
  await app.startLocalBroker()
  for (const value of [20, 21, 22]) mosquittoPub(treetop.brokerPort, 'plant/temp', String(value))
  await app.select('plant/temp')
  await expect(app.payload).toContainText('22')
  const path = join(folder, 'plant.treetop')
  writeFileSync(path, await recordings.save())
  await recordings.open(path)
  await app.select('plant/temp')
  await expect(app.payload).toContainText('22')
  await app.tab('Chart').click()
  await expect(app.page.getByRole('main').locator('canvas').first()).toBeVisible()
  await expect(app.page.getByRole('main')).toContainText('22')
  await app.tab('History').click()
  await app.button('Export…').click()
  const dialog = app.page.getByRole('dialog', { name: 'Export messages' })
  await expect(dialog.getByRole('radio', { name: 'Recording' })).toHaveCount(0)
  const exported = await treetop.saved(() =>
    dialog.getByRole('button', { name: 'Export', exact: true }).click()
  )
  expect(
    exported
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { payload: string }).payload)
  ).toEqual(['20', '21', '22'])
})

test('the command line also saves a recording, while Treetop keeps recording', async ({
  app,
  treetop,
  recordings,
  folder
}) => {
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, 'plant/lamp', 'on')
  await app.select('plant/lamp')
  await expect(app.payload).toContainText('on')
  const path = join(folder, 'plant.treetop')
  const flags = ['--data-dir', treetop.dataDirectory, '--format', 'treetop', '--output', path]
  const ended = await treetop.command('export', ...flags)
  expect(ended.output).toMatch(/Saved \d+ messages to .*plant\.treetop/)
  expect(ended.code).toBe(0)
  expect(readdirSync(folder)).toEqual(['plant.treetop'])
  await recordings.open(path)
  await expect(recordings.tab).toContainText('Local broker')
  await app.select('plant/lamp')
  await expect(app.payload).toContainText('on')
})

test('a file that is not a recording is refused with an error, and opens no tab @every-host', async ({
  app,
  recordings,
  folder
}) => {
  const path = join(folder, 'holiday.treetop')
  writeFileSync(path, 'not a recording at all')
  await recordings.choose(path)
  await expect(app.toast('holiday.treetop is not a Treetop recording')).toBeVisible()
  await expect(recordings.tab).toHaveCount(0)
  expect(readFileSync(path, 'utf8')).toBe('not a recording at all')
})

test('nothing of a recording stays in the data directory when it is closed', async ({
  app,
  treetop,
  recordings,
  folder,
  page
}) => {
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, 'plant/lamp', 'on')
  await expect(app.topic('plant')).toBeVisible()
  const path = join(folder, 'plant.treetop')
  writeFileSync(path, await recordings.save())
  await recordings.open(path)
  await app.select('plant/lamp')
  await new TopicsPage(page).chooseView('Hide $SYS')
  const marks = join(treetop.dataDirectory, 'marks.json')
  const marked = (): string => (existsSync(marks) ? readFileSync(marks, 'utf8') : '')
  await expect.poll(marked).toContain('recording-')
  await recordings.close()
  await expect.poll(marked).not.toContain('recording-')
  const kept = join(treetop.dataDirectory, 'recordings')
  await expect.poll(() => (existsSync(kept) ? readdirSync(kept) : [])).toEqual([])
  expect(readdirSync(folder)).toEqual(['plant.treetop'])
})
