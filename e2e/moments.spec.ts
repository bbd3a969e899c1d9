import { mosquittoPub } from './fixtures/clients'
import { MomentsPage } from './pages/moments'
import { TopicsPage } from './pages/topics'
import { expect, test } from './test'

test('the tree, its counts, its values and the open message are shown as of a past moment', async ({
  app,
  treetop,
  page
}) => {
  const moments = new MomentsPage(page)
  const topics = new TopicsPage(page)
  const send = (topic: string, payload: string): void => mosquittoPub(treetop.brokerPort, topic, payload)
  await app.startLocalBroker()
  await topics.chooseView('Hide $SYS')
  send('plant/temp', '20')
  send('plant/temp', '21')
  // Far enough apart that the pointer can hit a moment between them.
  const between = Date.now() + 1_000
  await expect.poll(() => Date.now()).toBeGreaterThan(between + 500)
  send('plant/new', 'hello')
  send('plant/temp', '22')
  await app.select('plant/temp')
  await expect(app.payload).toContainText('22')
  await expect(app.topic('new')).toBeVisible()

  // Step message by message.
  await moments.button('Step through this topic only').click()
  await moments.button('Previous message').click()
  await expect(app.payload).toContainText('22')
  await moments.button('Previous message').click()
  await expect(app.payload).toContainText('21')
  await expect(app.topic('new')).toHaveCount(0)
  await expect(app.topic('temp')).toContainText('21')
  await expect(app.topic('temp')).toContainText(/\b2\b/)
  await moments.button('Next message').click()
  await expect(app.payload).toContainText('22')
  await expect(app.topic('new')).toBeVisible()

  // Move by dragging and by keyboard. A topic that has no message by then says so.
  await app.select('plant/new')
  await expect(app.payload).toContainText('hello')
  await moments.drag(between)
  await expect(app.topic('new')).toHaveCount(0)
  const nothing = page.getByRole('heading', { name: /^No messages by \d\d:\d\d:\d\d/ })
  for (const tab of ['Value', 'Diff', 'History']) {
    await app.tab(tab).click()
    await expect(nothing).toBeVisible()
  }
  await app.tab('Value').click()
  await app.select('plant/temp')
  await expect(app.payload).toContainText('21')
  await app.tab('History').click()
  await expect(app.history.getByRole('row')).toHaveCount(2)
  await app.tab('Value').click()
  await moments.slider.press('Home')
  await expect(moments.slider).toHaveAttribute('aria-valuetext', /\d/)

  // Messages received meanwhile are recorded but not shown.
  const before = await moments.since()
  send('plant/later', 'x')
  await expect.poll(() => moments.since()).toBeGreaterThan(before)
  await expect(app.topic('later')).toHaveCount(0)
  await moments.button('Live').click()
  await expect(app.topic('later')).toBeVisible()
  await expect(app.payload).toContainText('22')
  send('plant/temp', '23')
  await expect(app.payload).toContainText('23')
})

test('two moments are compared: what appeared, changed and fell silent', async ({ app, treetop, page }) => {
  const moments = new MomentsPage(page)
  let sentAt = 0
  const send = (topic: string): void => {
    sentAt = Date.now()
    mosquittoPub(treetop.brokerPort, topic, 'x')
  }
  await app.startLocalBroker()
  for (let i = 0; i < 4; i++) for (const topic of ['steady', 'leaving']) send(topic)
  await moments.reaches(sentAt)
  await moments.button('Compare from this moment').click()
  for (let i = 0; i < 12; i++) for (const topic of ['steady', 'arriving']) send(topic)
  await moments.reaches(sentAt)
  await moments.button(/^What changed since/).click()
  const dialog = page.getByRole('dialog', { name: /^Between/ })
  await expect(dialog.getByRole('button', { name: /^steady/ })).toContainText('12 messages')
  await dialog.getByRole('radio', { name: /^Appeared/ }).check({ force: true })
  await expect(dialog.getByRole('button', { name: /arriving/ })).toContainText('12 messages')
  await dialog.getByRole('radio', { name: /^Fell silent/ }).check({ force: true })
  await dialog.getByRole('button', { name: /leaving/ }).click()
  await expect(app.selectedTopic).toHaveAccessibleName('leaving')
})
