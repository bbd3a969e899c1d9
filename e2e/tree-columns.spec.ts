import mqtt from 'mqtt'
import { mosquittoPub } from './fixtures/clients'
import { RetainedPage } from './pages/retained'
import { TopicsPage } from './pages/topics'
import { expect, test } from './test'

const deep =
  'enterprise/site-hamburg/area-packaging/line-07/cell-3/robot-arm-kuka-2/sensors/vibration/axis-1/low-frequency/band-2/rms'

test('the heads of the tree sort it by name, number of topics, messages and rate', async ({
  app,
  treetop,
  page
}) => {
  const topics = new TopicsPage(page)
  await app.startLocalBroker()
  const port = treetop.brokerPort
  mosquittoPub(port, 'a/1', 'x', '-q', '1')
  for (const topic of ['b/1', 'b/2', 'b/3']) mosquittoPub(port, topic, 'x', '-q', '1')
  for (let times = 0; times < 5; times++) mosquittoPub(port, 'c/1', 'x', '-q', '1')
  await topics.chooseView('Hide $SYS')
  await topics.expectTopics(['a', 'b', 'c'])
  await topics.head('Topics').click()
  await topics.expectTopics(['b', 'a', 'c'])
  await topics.head('Messages').click()
  await topics.expectTopics(['c', 'b', 'a'])
  await expect(topics.head('Messages')).toHaveAccessibleName('Messages Descending')
  await topics.head('Messages').click()
  await topics.expectTopics(['a', 'b', 'c'])
  await expect(page.getByRole('button', { name: 'Sort: Messages' })).toBeVisible()

  const client = await mqtt.connectAsync({ port })
  const timer = setInterval(() => void client.publishAsync('b/2', 'y'), 100)
  // By keys: the heads are one tab stop.
  await page.keyboard.press('ArrowRight')
  await expect(topics.head('Rate')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect.poll(() => topics.rows.first().getAttribute('data-topic')).toBe('b')
  clearInterval(timer)
  await client.endAsync()
  await page.keyboard.press('Home')
  await topics.head('Name').click()
  await topics.expectTopics(['a', 'b', 'c'])
})

test.describe('with motion', () => {
  test.use({ contextOptions: { reducedMotion: 'no-preference' } })

  test('a new value flashes the value, a count the count of a closed branch, and never the row', async ({
    app,
    treetop,
    page
  }) => {
    await app.startLocalBroker()
    const client = await mqtt.connectAsync({ port: treetop.brokerPort })
    await client.publishAsync('plant/lamp', 'off', { qos: 1 })
    await app.topic('plant').click()
    /** What flashed in a row, by class, since the page was asked. */
    const flashedBy = async (topic: string, payload: string): Promise<string[]> => {
      await page.evaluate(() => {
        const seen: string[] = []
        Object.assign(window, { seen })
        const play = Animation.prototype.play
        Animation.prototype.play = function () {
          const target = (this.effect as KeyframeEffect).target!
          const row = target.closest('[role="treeitem"]')
          if (row)
            seen.push(`${row.getAttribute('data-topic')} ${target.parentElement!.className.split(' ')[0]}`)
          play.call(this)
        }
      })
      await client.publishAsync(topic, payload, { qos: 1 })
      const seen = (): Promise<string[]> =>
        page.evaluate(() => (window as unknown as { seen: string[] }).seen)
      await expect.poll(async () => (await seen()).filter((each) => each.startsWith('plant'))).not.toEqual([])
      return (await seen()).filter((each) => each.startsWith('plant'))
    }
    expect(await flashedBy('plant/lamp', 'on')).toEqual(['plant count'])
    await page.keyboard.press('ArrowRight')
    await expect(app.topic('lamp')).toBeVisible()
    expect(await flashedBy('plant/lamp', 'off')).toEqual(['plant/lamp value'])
    await client.endAsync()
  })
})

test('a typed topic filter works as one, and its levels are marked', async ({ app, treetop, page }) => {
  const topics = new TopicsPage(page)
  await app.startLocalBroker()
  for (const topic of ['plant/line1/cell', 'plant/line2/cell/temp', 'plant/line2/press', 'office/cell'])
    mosquittoPub(treetop.brokerPort, topic, 'x', '-q', '1')
  await expect(app.topic('plant')).toBeVisible()
  await topics.filter.fill('plant/+/cell')
  await topics.expectTopics(['plant', 'plant/line1', 'plant/line1/cell'])
  await expect(topics.marks).toHaveText(['plant', 'cell'])

  // A branch without messages of its own does not match; one click finds what is below it.
  await topics.filter.fill('plant/line2/+/')
  await expect(page.getByText('No topic matches')).toBeVisible()
  await app.button('Show everything below: plant/line2/+/#').click()
  await expect(topics.filter).toHaveValue('plant/line2/+/#')
  await topics.expectTopics([
    'plant',
    'plant/line2',
    'plant/line2/cell',
    'plant/line2/cell/temp',
    'plant/line2/press'
  ])

  // Where values are searched, a + may be meant; a click makes it a topic filter.
  await topics.chooseFilter('In last values')
  await topics.filter.fill('plant/+/press')
  await expect(page.getByText('No topic matches')).toBeVisible()
  await app.button('Use it as an MQTT topic filter').click()
  await topics.expectTopics(['plant', 'plant/line2', 'plant/line2/press'])
})

test('text that matches is marked in names, in the tree and in the list', async ({ app, treetop, page }) => {
  const topics = new TopicsPage(page)
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, 'plant/line1/Cell-cell2', 'x', '-q', '1')
  await topics.filter.fill('cell')
  await expect(topics.marks).toHaveText(['Cell', 'cell'])
  await topics.filter.fill('line1/ce')
  await expect(topics.marks).toHaveText(['Ce'])
  await topics.chooseView('Flat list')
  await expect(topics.marks).toHaveText(['line1/Ce'])
  await topics.filter.fill('')
  await expect(topics.marks).toHaveCount(0)
})

test('a long topic shows its end in the list, and takes two lines as a heading', async ({
  app,
  treetop,
  page
}) => {
  const topics = new TopicsPage(page)
  await page.setViewportSize({ width: 900, height: 600 })
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, deep, '4.2', '-q', '1')
  await topics.chooseView('Flat list')
  const row = page.locator(`[data-topic="${deep}"]`)
  await row.click()
  const end = row.getByText('/rms', { exact: true })
  await expect(end).toBeInViewport({ ratio: 0.9 })
  expect(await end.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0)

  const levels = page.getByRole('navigation', { name: 'Topic levels' })
  for (const level of ['enterprise', 'rms'])
    await expect(levels.getByRole('button', { name: level })).toBeInViewport({ ratio: 0.9 })
  await expect(levels).toContainText(/… \d+ levels? …/)
  await page.setViewportSize({ width: 1920, height: 1080 })
  await expect(levels).not.toContainText('…')
  await expect(levels.getByRole('button')).toHaveCount(12)
})

test('the menu of a topic charts its values, and clears what the broker retains', async ({
  app,
  treetop,
  page
}) => {
  const topics = new TopicsPage(page)
  await app.startLocalBroker()
  const port = treetop.brokerPort
  mosquittoPub(port, 'plant/temp', '21', '-r', '-q', '1')
  mosquittoPub(port, 'plant/lamp', 'on', '-r', '-q', '1')
  mosquittoPub(port, 'office/door', 'open', '-r', '-q', '1')
  await app.select('plant/temp')
  await topics.chooseForTopic('temp', 'Chart')
  await expect(app.tab('Chart')).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('button', { name: 'Pin to board' })).toBeEnabled()
  await app.button('Pin to board').click()
  await app.button('Open board').click()
  await expect(page.getByRole('main')).toContainText('plant/temp')
  await app.go('Topics')

  await topics.chooseForTopic('plant', 'Clear retained…')
  const retained = new RetainedPage(page)
  await expect(retained.planned).toHaveText([/plant\/lamp/, /plant\/temp/])
  await retained.dialog.getByRole('button', { name: 'Clear 2 messages' }).click()
  await expect(app.toast('2 of 2 messages cleared.')).toBeVisible()
  await app.button('Undo clearing').click()
  await expect(app.toast('2 of 2 messages restored.')).toBeVisible()
  await app.go('Retained messages')
  await retained.lookUp('plant/#')
  await retained.expectTopics(['plant/lamp', 'plant/temp'])
})

test('a notice takes its own place, and covers no control', async ({ app, treetop, page }) => {
  const topics = new TopicsPage(page)
  await page.setViewportSize({ width: 900, height: 600 })
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, deep, '4.2', '-q', '1')
  await app.topic('enterprise').click()
  await topics.chooseForTopic('enterprise', 'Check retained')
  await topics.chooseForTopic('enterprise', 'Copy topic')
  const notices = page.locator('.toasts')
  await expect(notices).toContainText('Copied')
  /** The controls under the notices. */
  const covered = await notices.evaluate((place) => {
    const { left, right, top, bottom } = place.getBoundingClientRect()
    const found = new Set<string>()
    for (let x = left + 1; x < right; x += 4)
      for (let y = top + 1; y < bottom; y += 4)
        for (const element of document.elementsFromPoint(x, y)) {
          const control = element.closest('button, input, [tabindex="0"], [role="treeitem"]')
          if (control && !place.contains(control)) found.add(control.outerHTML.slice(0, 120))
        }
    return [...found]
  })
  expect(covered).toEqual([])
})
