/// <reference lib="dom" />
import type { Page } from '@playwright/test'
import mqtt from 'mqtt'
import { ChartsPage } from './pages/charts'
import { expect, test } from './test'

/** Counts presses of a pointer's button in the page from now on; what is typed does not count. Returns how many there were. */
async function pressesOf(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const seen = { presses: 0 }
    Object.assign(window, seen)
    addEventListener('pointerdown', () => Object.assign(window, { presses: ++seen.presses }), true)
  })
  return () => page.evaluate(() => (window as unknown as { presses: number }).presses)
}

test('a topic is found by a wildcard and two of its values are charted with 5 clicks', async ({
  app,
  page,
  treetop
}) => {
  await app.startLocalBroker()
  const client = await mqtt.connectAsync({ port: treetop.brokerPort })
  for (const line of [1, 2])
    for (const cell of ['press', 'oven'])
      await client.publishAsync(`plant/line${line}/${cell}`, '{"temp": 21.5, "speed": 3}', { qos: 1 })
  await client.endAsync()
  await expect(app.topic('plant')).toBeVisible()

  const presses = await pressesOf(page)
  await page.getByRole('searchbox', { name: 'Filter topics' }).click()
  await page.keyboard.type('plant/+/oven')
  await page.locator('[data-topic="plant/line2/oven"]').click()
  await app.tab('Chart').click()
  await app.button('Add values…').click()
  const dialog = page.getByRole('dialog', { name: 'Values on the chart' })
  await dialog.getByRole('checkbox', { name: 'speed', exact: true }).click()
  await page.keyboard.press('Escape')
  const charts = new ChartsPage(page)
  await expect(charts.entry('temp')).toContainText('21.5')
  await expect(charts.entry('speed')).toContainText('3')
  expect(await presses()).toBe(5)
})

test('a retained message is published and taken back with 7 clicks', async ({ app, page, treetop }) => {
  await app.startLocalBroker()
  const presses = await pressesOf(page)
  const panel = app.publishPanel
  await panel.getByLabel('Topic', { exact: true }).click()
  await page.keyboard.type('lamp')
  await panel.getByLabel('Payload', { exact: true }).click()
  await page.keyboard.type('on')
  await panel.getByLabel('Retain').click()
  await panel.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.locator('[data-topic="lamp"]').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Clear retained…' }).click()
  await app.button('Clear 1 message').click()
  await expect(app.toast('1 of 1 message cleared.')).toBeVisible()
  expect(await presses()).toBe(7)
  const late = await mqtt.connectAsync({ port: treetop.brokerPort })
  const retained: string[] = []
  late.on('message', (topic) => retained.push(topic))
  await late.subscribeAsync(['lamp/#', 'end'], { qos: 1 })
  await late.publishAsync('end', '', { qos: 1 })
  await expect.poll(() => retained).toEqual(['end'])
  await late.endAsync()
})

test('what was sent at a time is found with 5 clicks', async ({ app, page, treetop }) => {
  await app.startLocalBroker()
  const client = await mqtt.connectAsync({ port: treetop.brokerPort })
  const now = new Date()
  const minute = `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}T${now.toTimeString().slice(0, 5)}`
  await client.publishAsync('plant/oven', 'too hot', { qos: 1 })
  await client.endAsync()
  await expect(app.topic('plant')).toBeVisible()

  const presses = await pressesOf(page)
  await app.tab('History').click()
  await app.button('Filters').click()
  await app.conditions.getByLabel('From').click()
  await app.conditions.getByLabel('From').fill(minute)
  await app.conditions.getByLabel('Topic filter').click()
  await page.keyboard.type('plant/#')
  await app.found.filter({ hasText: 'plant/oven' }).first().click()
  await expect(app.payload).toContainText('too hot')
  expect(await presses()).toBe(5)
})
