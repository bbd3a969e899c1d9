/// <reference lib="dom" />
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { AppPage } from './pages/app'
import { expect, test } from './test'

const rowHeight = (page: Page): Promise<number> =>
  page
    .getByRole('treeitem')
    .first()
    .evaluate((row) => row.getBoundingClientRect().height)

const fontSize = (element: Locator): Promise<string> =>
  element.evaluate((shown) => getComputedStyle(shown).fontSize)

test('text size, density and the format of times apply at once, in every window', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  await app.publish('plant/lamp', 'on', 1)
  await app.select('plant/lamp')
  await app.tab('History').click()
  const { page } = app
  const other = new AppPage(await page.context().newPage())
  await other.page.goto((await treetop.page()).url())
  await other.go('Settings')
  const time = app.history.getByRole('row').first().getByRole('gridcell').nth(1)
  await expect(time).toHaveText(/^\d\d:\d\d:\d\d\.\d{3}$/)
  await expect.poll(() => rowHeight(page)).toBe(26)

  await other.choice('Density', 'Compact').check()
  await expect.poll(() => rowHeight(page)).toBe(22)
  await other.choice('Text size', 'Large').check()
  await expect.poll(() => rowHeight(page)).toBe(25)
  await expect.poll(() => fontSize(app.tab('History'))).toBe('14.95px')
  await other.choice('Times', 'UTC').check()
  await expect(time).toHaveText(/^\d\d:\d\d:\d\d\.\d{3}Z$/)
  await other.choice('Times', 'ISO 8601').check()
  await expect(time).toHaveText(/^\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/)
  await other.choice('Times', 'System').check()
  await expect(time).toHaveText(/^\d\d:\d\d:\d\d\.\d{3} [AP]M$/)
  await expect(other.page.getByRole('main')).toContainText(/For example \d\d\/\d\d\/\d{4}, .* [AP]M/)

  await expect(app.publishPanel).toBeVisible()
  await other.choice('Publish panel', 'Hidden').check()
  await expect(app.publishPanel).toBeHidden()
  await other.choice('Topics open with', 'Chart').check()
  const stored = join(treetop.dataDirectory, 'settings.json')
  await expect.poll(() => readFileSync(stored, 'utf8')).toContain('"topicPanel": "chart"')
  await other.page.close()
  await page.reload()
  await app.select('plant/lamp')
  await expect(app.tab('Chart')).toHaveAttribute('aria-selected', 'true')
  await expect(app.publishPanel).toBeHidden()
  await expect.poll(() => rowHeight(page)).toBe(25)
})

/** Buttons, choices and labels whose text does not fit, by their text. */
function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'main button, main label, main h1, main h2, main h3, main legend'
      )
    ]
      .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
      .map(({ textContent }) => textContent.trim())
      .filter((text) => text !== '')
  )
}

for (const locale of ['en-US', 'zh-CN']) {
  test.describe(locale, () => {
    test.use({ locale, viewport: { width: 900, height: 600 } })

    test(`in the large size nothing is cut off in a small window (${locale})`, async ({ app }) => {
      const { page } = app
      const say = (en: string, zh: string): string => (locale === 'en-US' ? en : zh)
      await app.go(say('Settings', '设置'))
      await app.choice(say('Text size', '字号'), say('Large', '大')).check()
      await expect(page.locator('html')).toHaveAttribute('style', /--scale: 1\.15/)
      expect(await cutTexts(page)).toEqual([])
      await app.go(say('Connections', '连接'))
      await app.button(say('New connection', '新建连接')).first().click()
      await app.field(say('Host', '主机')).fill('127.0.0.1')
      expect(await cutTexts(page)).toEqual([])
      const sections = page.getByRole('navigation', { name: say('Sections of the form', '表单分区') })
      await sections.getByRole('button').last().click()
      await expect(sections.getByRole('button').last()).toHaveAttribute('aria-current', 'location')
      // Whatever its length, the page does not scroll sideways, and the buttons at its foot are in view.
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(900)
      await expect(app.button(say('Test connection', '测试连接'))).toBeInViewport({ ratio: 1 })
      await expect(app.button(say('Save and connect', '保存并连接'))).toBeInViewport({ ratio: 1 })
    })
  })
}
