import type { Locator } from '@playwright/test'
import { mosquittoPub } from './fixtures/clients'
import type { AppPage } from './pages/app'
import { expect, test } from './test'

async function choose(app: AppPage, level: string, entry: string): Promise<void> {
  await app.topic(level).click({ button: 'right' })
  await app.page
    .getByRole('menu', { name: 'Topic' })
    .getByRole('menuitem', { name: entry, exact: true })
    .click()
}

function filterField(app: AppPage): Locator {
  return app.page.getByRole('searchbox', { name: 'Filter topics' })
}

test('the context menu of a topic copies, filters, publishes, exports and clears @every-host', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, 'plant/lamp', 'on', '-q', '1')
  mosquittoPub(treetop.brokerPort, 'office/door', 'open', '-q', '1')
  await app.select('plant/lamp')

  await choose(app, 'lamp', 'Copy topic')
  await expect(app.toast('plant/lamp')).toBeVisible()
  await expect.poll(() => treetop.clipboard()).toBe('plant/lamp')
  await choose(app, 'lamp', 'Copy payload')
  await expect.poll(() => treetop.clipboard()).toBe('on')

  await choose(app, 'plant', 'Filter here')
  await expect(filterField(app)).toHaveValue('plant/#')
  await expect(app.topic('office')).toHaveCount(0)
  await app.button('Clear the filter').click()
  await expect(app.topic('office')).toBeVisible()

  await choose(app, 'lamp', 'Publish here')
  await expect(app.publishPanel.getByLabel('Topic', { exact: true })).toHaveValue('plant/lamp')

  await choose(app, 'plant', 'Export here…')
  await expect(app.page.getByRole('dialog').getByLabel(/Topic filter/)).toHaveValue('plant/#')
  await app.page.keyboard.press('Escape')

  await choose(app, 'plant', 'Clear history…')
  await expect(app.page.getByRole('dialog')).toContainText('plant')
  await app.page
    .getByRole('dialog')
    .getByRole('button', { name: /^Remove 1/ })
    .click()
  await expect(app.topic('plant')).toHaveCount(0)
  await expect(app.topic('office')).toBeVisible()
})

test('a payload that is not text is copied as hex', async ({ app, treetop }) => {
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, 'raw', Buffer.of(0xff, 0x00, 0x0a), '-q', '1')
  await app.select('raw')
  await choose(app, 'raw', 'Copy payload')
  await expect(app.toast(/Copied as hex/)).toBeVisible()
  await expect.poll(() => treetop.clipboard()).toBe('ff 00 0a')
})
