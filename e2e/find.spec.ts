import { mosquittoPub } from './fixtures/clients'
import { TopicsPage } from './pages/topics'
import { expect, test } from './test'

const payloads: Record<string, string> = {
  'plant/area1/temp': '21',
  'plant/area1/state': 'RUNNING',
  'plant/area2/temp': '19',
  'plant/area2/debug/log': 'state: stopped',
  'home/lamp': 'on'
}

test.beforeEach(async ({ app, treetop, page }) => {
  const topics = new TopicsPage(page)
  await app.startLocalBroker()
  for (const [topic, payload] of Object.entries(payloads)) mosquittoPub(treetop.brokerPort, topic, payload)
  await topics.chooseView('Hide $SYS')
  await expect(page.getByRole('button', { name: /^Hidden: \d+ topics/ })).toBeVisible()
  await topics.expectTopics(['home', 'plant'])
})

test('the tree is filtered by MQTT filter, by regular expression and by last values', async ({ page }) => {
  const topics = new TopicsPage(page)
  await topics.chooseFilter('MQTT topic filter (+ and #)')
  await topics.filter.fill('plant/+/temp')
  await topics.expectTopics(['plant', 'plant/area1', 'plant/area1/temp', 'plant/area2', 'plant/area2/temp'])
  await topics.filter.fill('plant/#/temp')
  await expect(page.getByRole('alert')).toHaveText('# must be the last level, as in plant/#.')
  await topics.expectTopics(['plant', 'plant/area1', 'plant/area1/temp', 'plant/area2', 'plant/area2/temp'])

  await topics.chooseFilter('Regular expression')
  await topics.filter.fill('area(1|9)/s')
  await topics.expectTopics(['plant', 'plant/area1', 'plant/area1/state'])
  await topics.filter.fill('area(')
  await expect(page.getByRole('alert')).toContainText('Not a valid regular expression')
  await topics.filter.fill('^(a+)+!|(\\w+/?)+#$')
  await expect(page.getByRole('alert')).toContainText('takes too long')

  await topics.filter.fill('')
  await topics.chooseFilter('Text')
  await topics.chooseFilter('In last values')
  await topics.filter.fill('running')
  await topics.expectTopics(['plant', 'plant/area1', 'plant/area1/state'])
  await topics.chooseFilter('Match case')
  await expect(page.getByText('No topic matches')).toBeVisible()
  await topics.filter.fill('RUNNING')
  await topics.expectTopics(['plant', 'plant/area1', 'plant/area1/state'])
})

test('a filter over values updates as the values change', async ({ treetop, page }) => {
  const topics = new TopicsPage(page)
  await topics.chooseFilter('In last values')
  await topics.filter.fill('running')
  await topics.expectTopics(['plant', 'plant/area1', 'plant/area1/state'])
  mosquittoPub(treetop.brokerPort, 'plant/area1/state', 'stopped')
  mosquittoPub(treetop.brokerPort, 'home/lamp', 'running')
  await topics.expectTopics(['home', 'home/lamp'])
})

test('pinned topics stay on top and update live; pinned and hidden topics survive a restart', async ({
  app,
  treetop,
  page
}) => {
  const topics = new TopicsPage(page)
  await topics.chooseView('Expand all')
  await topics.chooseForTopic('state', 'Pin')
  await expect(topics.pinned).toContainText('plant/area1/state')
  await expect(topics.pinned).toContainText('RUNNING')
  mosquittoPub(treetop.brokerPort, 'plant/area1/state', 'stopped')
  await expect(topics.pinned).toContainText('stopped')
  await topics.chooseForTopic('debug', 'Hide plant/area2/debug/#')
  await expect(app.topic('debug')).toHaveCount(0)

  await treetop.stop()
  await treetop.start()
  await app.open(treetop)
  await app.startLocalBroker()
  const again = new TopicsPage(app.page)
  await expect(again.pinned).toContainText('stopped')
  await again.chooseView('Expand all')
  await again.expectTopics([
    'home',
    'home/lamp',
    'plant',
    'plant/area1',
    'plant/area1/state',
    'plant/area1/temp',
    'plant/area2',
    'plant/area2/temp'
  ])
  await again.pinned.getByRole('button', { name: 'plant/area1/state' }).first().click()
  await expect(app.payload).toContainText('stopped')

  await app.page.getByRole('button', { name: /^Hidden:/ }).click()
  await app.button('Show plant/area2/debug/# again').click()
  await app.page.keyboard.press('Escape')
  await again.chooseView('Expand all')
  await expect(app.topic('debug')).toBeVisible()
})

test('branches expand to a level, expand fully and collapse, and topics can be shown as a list', async ({
  app,
  page
}) => {
  const topics = new TopicsPage(page)
  await topics.chooseView('Expand to level 2')
  await topics.expectTopics(['home', 'home/lamp', 'plant', 'plant/area1', 'plant/area2'])
  await app.topic('area2').click()
  await page.keyboard.press('Shift+ArrowRight')
  await expect(app.topic('log')).toBeVisible()
  await topics.chooseView('Collapse all')
  await topics.expectTopics(['home', 'plant'])
  await topics.chooseView('Flat list')
  await topics.expectTopics([
    'home/lamp',
    'plant/area1/state',
    'plant/area1/temp',
    'plant/area2/debug/log',
    'plant/area2/temp'
  ])
})
