import mqtt from 'mqtt'
import { MomentsPage } from './pages/moments'
import { TopicsPage } from './pages/topics'
import { TrafficPage } from './pages/traffic'
import { expect, test } from './test'

test('the busiest topics and branches are ranked level by level, by messages and by bytes', async ({
  app,
  treetop,
  page
}) => {
  await app.startLocalBroker()
  await new TopicsPage(page).chooseView('Hide $SYS')
  const sender = await mqtt.connectAsync({ port: treetop.brokerPort })
  // The first window lasts ten seconds: only messages sent within it count, so the sender must finish in time.
  for (let index = 0; index < 300; index++) await sender.publishAsync('plant/line1/noisy', 'x', { qos: 1 })
  for (let index = 0; index < 20; index++) await sender.publishAsync(`plant/line2/t${index}`, 'y', { qos: 1 })
  await sender.publishAsync('camera', Buffer.alloc(200_000), { qos: 1 })
  await sender.endAsync()
  await expect(app.topic('camera')).toBeVisible()

  await app.go('Traffic')
  const traffic = new TrafficPage(page)
  await traffic.choose('1 min')
  await expect(traffic.rows.first()).toContainText('plant/line1/noisy')
  await expect(traffic.rows.first()).toContainText('300')
  await traffic.choose('Bytes')
  await expect(traffic.rows.first()).toContainText('camera')
  await expect(traffic.rows.first()).toContainText('200 kB')

  await traffic.choose('Messages')
  await traffic.choose('Branches')
  await expect(traffic.rows.first()).toContainText('plant')
  await expect(traffic.rows.first()).toContainText('320')
  await traffic.rows.first().getByRole('button', { name: 'plant', exact: true }).click()
  await expect(traffic.rows).toHaveCount(2)
  await expect(traffic.rows.nth(1)).toContainText(/line2.*20.*20/)

  // The whole history, including messages older than the last minute.
  await traffic.choose('All')
  await expect(traffic.rows.first()).toContainText(/line1.*300/)
  await page.getByRole('navigation', { name: 'Branch' }).getByRole('button', { name: 'All topics' }).click()
  await expect(traffic.rows.first()).toContainText('320')

  // By keyboard: into the branch, up again, and to the topic itself.
  await traffic.table.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await expect(traffic.rows.filter({ hasText: 'line2' })).toBeVisible()
  await page.keyboard.press('Backspace')
  await expect(traffic.rows.filter({ hasText: 'camera' })).toBeVisible()
  await traffic.rows.filter({ hasText: 'camera' }).click({ position: { x: 4, y: 4 } })
  await page.keyboard.press('Enter')
  await expect(app.selectedTopic).toHaveAccessibleName('camera')
})

test('while paused the view stays unchanged and counts new messages; live again, it shows everything', async ({
  app,
  treetop,
  page
}) => {
  await app.startLocalBroker()
  await new TopicsPage(page).chooseView('Hide $SYS')
  const sender = await mqtt.connectAsync({ port: treetop.brokerPort })
  await sender.publishAsync('plant/temp', '20', { qos: 1 })
  await app.select('plant/temp')
  await expect(app.payload).toContainText('20')
  // Open items stay open, however they were opened.
  await new TopicsPage(page).chooseView('Collapse all')
  await new TopicsPage(page).chooseView('Expand all')
  const moments = new MomentsPage(page)
  await moments.button('Pause').click()
  await expect(moments.button('Live')).toBeVisible()
  for (let index = 0; index < 100; index++)
    await sender.publishAsync('plant/temp', `later ${index}`, { qos: 1 })
  await sender.publishAsync('plant/new', 'x', { qos: 1 })
  await expect(moments.bar).toContainText(/10\d messages since|1[1-9]\d messages since/)
  // Once one more message is counted, all earlier ones have been counted too.
  const before = await moments.since()
  await sender.publishAsync('plant/last', 'x', { qos: 1 })
  await expect.poll(() => moments.since()).toBeGreaterThan(before)
  await expect(app.payload).toContainText('20')
  await expect(app.topic('temp')).toContainText('20')
  await expect(app.topic('new')).toHaveCount(0)

  await page.keyboard.press('Control+.')
  await expect(app.payload).toContainText('later 99')
  await expect(app.topic('new')).toBeVisible()
  await expect(app.topic('temp')).toContainText('101')
  await sender.endAsync()
})
