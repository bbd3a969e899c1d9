import { mosquittoPub } from './fixtures/clients'
import { PalettePage } from './pages/palette'
import { expect, test } from './test'

test('everything is reachable by keyboard: start the broker, find a topic, look at its history @every-host', async ({
  app,
  treetop,
  page
}) => {
  const palette = new PalettePage(page)
  await palette.run('start local broker')
  await app.expectOnline()
  mosquittoPub(treetop.brokerPort, 'plant/area3/Temp', '21.4')
  mosquittoPub(treetop.brokerPort, 'plant/area4/temp', '7')

  await expect(app.topic('plant')).toBeVisible()
  await palette.open()
  await palette.field.fill('temp area3')
  await palette.item('plant/area3/Temp').waitFor()
  await page.keyboard.press('Enter')
  await expect(app.selectedTopic).toHaveAccessibleName('Temp')
  await expect(app.payload).toContainText('21.4')

  await page.keyboard.press('Control+Shift+H')
  await expect(app.history.getByRole('row').filter({ hasText: '21.4' })).toBeVisible()

  await palette.run('dark theme')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await palette.run('Connections')
  await expect(app.button('New connection').first()).toBeVisible()
})

test('the palette says when nothing matches, and Escape changes nothing', async ({ page, app }) => {
  const palette = new PalettePage(page)
  await palette.open()
  await palette.field.fill('no such thing')
  await expect(palette.dialog.getByRole('status')).toHaveText('Nothing matches “no such thing”.')
  await page.keyboard.press('Escape')
  await expect(palette.dialog).toBeHidden()
  await expect(app.button(/^Start local broker/)).toBeVisible()
})

test('the shortcut sheet lists the available commands, and F6 cycles through the parts of the window', async ({
  app,
  page
}) => {
  await app.startLocalBroker()
  const palette = new PalettePage(page)
  await page.keyboard.press('F1')
  await expect(palette.sheet).toContainText('Search history')
  await expect(palette.sheet).toContainText('Expand or collapse a branch')
  await page.keyboard.press('Escape')
  await expect(palette.sheet).toBeHidden()

  await expect(page.getByRole('slider', { name: 'Time shown' })).toBeVisible()
  const region = (): Promise<string | null> =>
    page.evaluate(() => document.activeElement?.closest('[data-region]')?.getAttribute('data-region') ?? null)
  const seen = []
  for (let press = 0; press < 6; press++) {
    await page.keyboard.press('F6')
    seen.push(await region())
  }
  expect(new Set(seen)).toEqual(new Set(['tabs', 'rail', 'topics', 'time', 'detail', 'publish']))
})

test('commands of the topics page run from every page, and choosing another tab keeps the page', async ({
  app,
  page,
  mosquitto
}) => {
  await mosquitto.start()
  await app.startLocalBroker()
  await app.newProfile({ name: 'Other', host: '127.0.0.1', port: mosquitto.tcp })
  await app.expectOnline('Other')
  await app.go('Traffic')
  await app.tab('Local broker').click()
  await expect(app.tab('Local broker')).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('main', { name: 'Traffic' })).toBeVisible()

  await new PalettePage(page).run('search history')
  await expect(app.searchField).toBeFocused()
  await app.go('Connections')
  await page.keyboard.press('Control+Shift+L')
  await expect(app.field('Filter topics')).toBeFocused()
})
