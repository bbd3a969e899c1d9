/// <reference lib="dom" />
import type { Locator } from '@playwright/test'
import mqtt from 'mqtt'
import { mosquittoPub } from './fixtures/clients'
import { TopicsPage } from './pages/topics'
import { expect, test } from './test'

test('levels may be empty, start with $, hold any Unicode, or be called constructor', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  for (const topic of ['constructor', '__proto__/toString', '/leading', 'a//b', '温度/传感器 1', '🌲/x']) {
    mosquittoPub(treetop.brokerPort, topic, `on ${topic}`)
    await app.select(topic)
    await expect(app.payload).toContainText(`on ${topic}`)
  }
  await expect(app.topic('$SYS')).toBeVisible()
})

test('the tree can be navigated by keyboard', async ({ app, treetop }) => {
  await app.startLocalBroker()
  for (let i = 0; i < 60; i++) mosquittoPub(treetop.brokerPort, `field/row${i}/moisture`, String(i))
  const { keyboard } = app.page
  await app.topic('field').click()
  await keyboard.press('ArrowRight')
  await expect(app.topic('row2')).toBeVisible()
  await keyboard.press('ArrowRight')
  await expect(app.topic('row0')).toHaveAttribute('aria-selected', 'true')
  await keyboard.type('row5')
  await expect(app.topic('row5')).toHaveAttribute('aria-selected', 'true')
  await keyboard.press('End')
  await expect(app.topic('$SYS')).toHaveAttribute('aria-selected', 'true')
  await keyboard.press('Home')
  await expect(app.topic('field')).toHaveAttribute('aria-selected', 'true')
  await keyboard.press('ArrowLeft')
  await expect(app.topic('field')).toHaveAttribute('aria-expanded', 'false')
  // With the focus in the tree, the shortcuts of the page are those of the page.
  const { pinned } = new TopicsPage(app.page)
  await keyboard.press('Control+Shift+D')
  await expect(app.tab('Diff')).toHaveAttribute('aria-selected', 'true')
  await expect(pinned).toHaveCount(0)
  await keyboard.press('Control+D')
  await expect(pinned).toBeVisible()
})

test('a row that moves during the click on it is clicked all the same', async ({ app, treetop }) => {
  await app.startLocalBroker()
  const port = treetop.brokerPort
  const { mouse } = app.page
  mosquittoPub(port, 'plant/temp', 'cold', '-q', '1')

  async function clickWhile(target: Locator, moves: () => Promise<void>): Promise<void> {
    await target.hover({ position: { x: 6, y: 8 } })
    await mouse.down()
    await moves()
    await mouse.up()
  }

  const plant = app.topic('plant')
  await clickWhile(plant.locator('.name'), async () => {
    mosquittoPub(port, 'area', 'x', '-q', '1')
    await expect(app.topic('area')).toBeVisible()
  })
  await expect(plant).toHaveAttribute('aria-selected', 'true')
  await clickWhile(plant.locator('.chevron'), async () => {
    mosquittoPub(port, 'floor', 'x', '-q', '1')
    await expect(app.topic('floor')).toBeVisible()
  })
  await app.topic('temp').click()

  // In a table that gets new rows at its top.
  await app.tab('History').click()
  const messages = app.history.getByRole('row')
  await clickWhile(messages.filter({ hasText: 'cold' }), async () => {
    mosquittoPub(port, 'plant/temp', 'warm', '-q', '1')
    await expect(messages.filter({ hasText: 'warm' })).toBeVisible()
  })
  await expect(app.openedMessage).toContainText('cold')

  // Where the pointer moved on, nothing was clicked.
  await app.topic('area').hover()
  await mouse.down()
  await app.topic('floor').hover()
  await mouse.up()
  await expect(app.topic('temp')).toHaveAttribute('aria-selected', 'true')
})

test('the filter finds topics by any part of their name and shows the count', async ({ app, treetop }) => {
  await app.startLocalBroker()
  for (const topic of ['hall/lamp1/state', 'hall/lamp2/state', 'cellar/pump/state'])
    mosquittoPub(treetop.brokerPort, topic, 'x')
  await expect(app.topic('hall')).toBeVisible()
  await app.field('Filter topics').fill('LAMP')
  await expect(app.topic('state')).toHaveCount(2)
  await expect(app.topic('cellar')).toHaveCount(0)
  await app.field('Filter topics').fill('nothing like it')
  await expect(app.page.getByText('No topic matches')).toBeVisible()
  await app.button('Clear the filter').click()
  await expect(app.topic('cellar')).toBeVisible()
})

test('a payload shows as text, pretty JSON and hex, and is saved unchanged @every-host', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  const bytes = Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 7) % 256))
  const client = await mqtt.connectAsync({ port: treetop.brokerPort })
  await client.publishAsync('bytes', bytes, { qos: 1 })
  await client.publishAsync('json', '{"big":12345678901234567890,"list":[1,2]}', { qos: 1 })
  await app.select('json')
  await expect(app.payload).toContainText('"big": 12345678901234567890')
  await app.showAs('Text')
  await expect(app.payload).toContainText('{"big":12345678901234567890,"list":[1,2]}')
  await app.showAs('Auto')
  await app.select('bytes')
  await expect(app.payload).toContainText('00000120')
  const saved = await treetop.saved(() => app.button('Save payload to file').click())
  expect(saved.equals(bytes)).toBe(true)
  await client.endAsync()
})

test('a payload of 10 MB does not freeze the page', async ({ app, treetop }) => {
  test.setTimeout(180_000)
  await app.startLocalBroker()
  const client = await mqtt.connectAsync({ port: treetop.brokerPort })
  const items = Array.from({ length: 130_000 }, (_, id) => ({
    id,
    name: `sensor ${id}`,
    values: [1, 2, 3],
    on: true
  }))
  await client.publishAsync('big/json', JSON.stringify(items), { qos: 1 })
  await client.publishAsync('big/line', 'x'.repeat(10_000_000), { qos: 1 })
  // CPU time of the page's thread, which a busy machine does not inflate.
  const session = await app.page.context().newCDPSession(app.page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const spent = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')!.value
  }
  /** What the page's thread needs to write and read the JSON ten times: how fast this machine is. */
  const begin = await spent()
  await app.page.evaluate((count) => {
    const items = Array.from({ length: count }, (_, id) => ({
      id,
      name: `sensor ${id}`,
      values: [1, 2, 3],
      on: true
    }))
    for (let time = 0; time < 10; time++) JSON.parse(JSON.stringify(items))
  }, items.length)
  const before = await spent()
  const reference = before - begin
  /** Only the visible part may be in the DOM, however long the payload is. */
  const drawn = async (): Promise<number> => ((await app.payload.textContent()) ?? '').length
  await app.select('big/json')
  await expect(app.payload).toContainText('"name": "sensor 0"', { timeout: 60_000 })
  expect(await drawn()).toBeLessThan(50_000)
  await app.select('big/line')
  await expect(app.payload).toContainText('xxxxxxxxxx', { timeout: 60_000 })
  expect(await drawn()).toBeLessThan(50_000)
  await app.showAs('Hex')
  await expect(app.payload).toContainText('00000010', { timeout: 60_000 })
  expect(await drawn()).toBeLessThan(50_000)
  // About 1.7 times the reference for the three views: workers read the payload, and only the visible part is drawn.
  expect((await spent()) - before).toBeLessThan(3.5 * reference)
  await client.endAsync()
})

test('a selected topic without new messages causes no work @every-host', async ({ app, treetop }) => {
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, 'quiet/topic', 'x')
  await app.select('quiet/topic')
  await expect(app.payload).toContainText('x')
  expect(await treetop.sent()).toBeGreaterThan(0)
  const sentIn = async (ms: number): Promise<number> => {
    const before = await treetop.sent()
    await app.page.waitForTimeout(ms)
    return (await treetop.sent()) - before
  }
  // After the requests caused by the selection, little traffic may follow.
  await expect.poll(() => sentIn(3_000), { timeout: 60_000 }).toBeLessThan(5)
  mosquittoPub(treetop.brokerPort, 'quiet/topic', 'another')
  await expect(app.payload).toContainText('another')
})
