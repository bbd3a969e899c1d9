/// <reference lib="dom" />
import { writeFileSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { full } from './extent'
import { mosquittoPub } from './fixtures/clients'
import type { Treetop } from './fixtures/treetop'
import type { AppPage } from './pages/app'
import { ChartsPage } from './pages/charts'
import { LearnPage } from './pages/learn'
import { RecordingsPage } from './pages/recordings'
import { expect, test } from './test'

/**
 * The serious or worse issues that axe finds on a screen. A tree row's name is its level alone, although value and counts stand next to
 * it: they change constantly, and a screen reader would read a changing name out again and again.
 */
async function faultsOf(page: Page, screen: string, rules: string[] | null): Promise<string[]> {
  // Colours in the middle of a transition do not count.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getTiming().iterations !== Infinity)
        .map(({ finished }) => finished)
    )
  )
  // The page has no frames, so axe need not open a second page to put their results together.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze()
  const faults: string[] = []
  for (const { id, impact, nodes } of violations) {
    if (impact !== 'serious' && impact !== 'critical') continue
    for (const { html, failureSummary } of nodes) {
      if (id === 'label-content-name-mismatch' && html.includes('role="treeitem"')) continue
      faults.push(`${screen}: ${id}: ${html} ${failureSummary ?? ''}`)
    }
  }
  return faults
}

/** Visits every screen in turn, each with content. */
async function* screens(app: AppPage, page: Page, treetop: Treetop): AsyncGenerator<string> {
  const port = treetop.brokerPort
  yield 'first screen'
  await app.startLocalBroker()
  await page.keyboard.press('Control+K')
  await page.keyboard.type('demo')
  yield 'palette'
  await page.keyboard.press('Enter')
  mosquittoPub(port, 'plant/recipe', '{"bread": 1, "name": "rye", "on": true}', '-r', '-q', '1')
  mosquittoPub(port, 'plant/recipe', '{"bread": 2, "name": "rye", "on": true}', '-r', '-q', '1')
  await app.select('plant/recipe')
  await expect(app.payload).toContainText('rye')
  yield 'value'
  const tabs = {
    Diff: page.getByText('1 changed'),
    Chart: app.button('Add values…'),
    History: app.history.getByRole('row').nth(1)
  }
  for (const [tab, content] of Object.entries(tabs)) {
    await app.tab(tab).click()
    await expect(content).toBeVisible()
    yield tab
  }
  await app.tab('Chart').click()
  await app.button('Add values…').click()
  yield 'add values'
  await page.keyboard.press('Escape')
  await app.button('Pin to board').click()
  await page.keyboard.press('F1')
  yield 'shortcuts'
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByRole('button', { name: 'Live', exact: true })).toBeVisible()
  yield 'paused'
  await page.getByRole('button', { name: 'Live', exact: true }).click()
  await page.keyboard.press('Control+Shift+S')
  yield 'save a recording'
  await page.keyboard.press('Escape')
  const recordings = new RecordingsPage(app, treetop)
  const path = test.info().outputPath('plant.treetop')
  writeFileSync(path, await recordings.save())
  await recordings.open(path)
  await app.select('plant/recipe')
  await expect(app.payload).toContainText('rye')
  yield 'recording'
  await recordings.close()
  await app.go('Board')
  await expect(new ChartsPage(page).plot).toBeVisible()
  yield 'board'
  await app.go('Traffic')
  await expect(page.getByRole('row').nth(1)).toBeVisible()
  yield 'traffic'
  await app.go('Retained messages')
  await page.getByRole('searchbox').fill('#')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('row').nth(1)).toBeVisible()
  await page.getByRole('row').nth(1).click()
  yield 'retained messages'
  await page.getByRole('button', { name: /^Clear all/ }).click()
  yield 'clear retained'
  await page.keyboard.press('Escape')
  await app.go('Devices')
  yield 'devices'
  await app.go('Packets')
  yield 'packets off'
  await page.getByRole('main').getByRole('button', { name: 'Record packets' }).click()
  // More packets than fit, so that the table scrolls.
  for (let times = 0; times < 12; times++) mosquittoPub(port, 'plant/recipe', 'x', '-q', '2')
  await page.getByRole('row').filter({ hasText: 'plant/recipe' }).first().click()
  yield 'packets'
  for (const name of ['Local broker', 'Connections', 'Settings']) {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name }).click()
    yield name
  }
  await app.go('Local broker')
  for (const name of ['Settings', 'Refused']) {
    await page.getByRole('tablist', { name: 'Local broker' }).getByRole('tab', { name }).click()
    yield `local broker: ${name}`
  }
  const learn = new LearnPage(app)
  await learn.open()
  await learn.act(1, 'Connect the phone')
  await learn.packet('CONNACK').click()
  yield 'learn'
  await app.go('Connections')
  await app.button('New connection').first().click()
  yield 'new connection'
}

/** The themes, with the rules that are checked in each, or null for all of them. Between themes only colours differ. */
const themes = [
  ['dark', null],
  ['light', full ? null : ['color-contrast']]
] as const

for (const [theme, rules] of themes) {
  test.describe(`in the ${theme} theme`, () => {
    test.use({ colorScheme: theme })

    test('axe finds no serious issue on any screen @slow', async ({ app, page, treetop }) => {
      test.setTimeout(180_000)
      const faults: string[] = []
      for await (const screen of screens(app, page, treetop)) {
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
        faults.push(...(await faultsOf(page, screen, rules)))
      }
      expect(faults).toEqual([])
    })
  })
}
