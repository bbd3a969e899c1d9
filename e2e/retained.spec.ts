import mqtt from 'mqtt'
import { mosquittoPub } from './fixtures/clients'
import { retainedAt } from './fixtures/retained'
import { SlowWire } from './fixtures/slow-wire'
import { RetainedPage } from './pages/retained'
import { expect, test } from './test'

test('retained messages are listed, a subtree is cleared after a dry run, and an undo brings it back', async ({
  app,
  mosquitto
}) => {
  await mosquitto.start()
  mosquittoPub(mosquitto.tcp, 'plant/area1/config', '{"unit":"°C"}', '-r', '-q', '1')
  mosquittoPub(mosquitto.tcp, 'plant/area1/state', 'on', '-r', '-q', '2')
  mosquittoPub(mosquitto.tcp, 'plant/area2/state', 'off', '-r')
  const before = await retainedAt(mosquitto.tcp, 'plant/#')
  expect(before).toHaveLength(3)

  await app.newProfile({ name: 'Plant', host: '127.0.0.1', port: mosquitto.tcp })
  await app.expectOnline('Plant')
  await app.go('Retained messages')
  const retained = new RetainedPage(app.page)
  await retained.lookUp('plant/#')
  await retained.expectTopics(['plant/area1/config', 'plant/area1/state', 'plant/area2/state'])
  await expect(retained.sum).toContainText('3 messages · 19 B')

  await retained.chooseFor('plant/area1/state', 'Clear plant/area1/#…')
  await expect(retained.planned).toHaveText([/plant\/area1\/config/, /plant\/area1\/state/])
  await retained.dialog.getByRole('button', { name: 'Clear 2 messages' }).click()
  await expect(app.page.getByText('2 of 2 messages cleared.')).toBeVisible()
  await retained.expectTopics(['plant/area2/state'])
  expect(await retainedAt(mosquitto.tcp, 'plant/#')).toEqual([
    { topic: 'plant/area2/state', payload: 'off', qos: 0 }
  ])
  // The marks in the tree are updated.
  await app.go('Topics')
  await app.select('plant/area1/state')
  await expect(app.topic('state').first().getByRole('img', { name: 'Retained' })).toHaveCount(0)

  await app.go('Retained messages')
  await app.button('Undo clearing').click()
  await expect(app.page.getByText('2 of 2 messages restored.')).toBeVisible()
  await retained.expectTopics(['plant/area1/config', 'plant/area1/state', 'plant/area2/state'])
  expect(await retainedAt(mosquitto.tcp, 'plant/#')).toEqual(before)
  await expect(app.button('Undo clearing')).toHaveCount(0)

  // Select the second and third rows by keyboard; the dry run lists these two.
  await retained.table.focus()
  await app.page.keyboard.press('Home')
  await app.page.keyboard.press('ArrowDown')
  await app.page.keyboard.press('Shift+ArrowDown')
  await expect(app.button('Clear 2 selected…')).toBeEnabled()
  await app.page.keyboard.press('Delete')
  await expect(retained.planned).toHaveText([/plant\/area1\/state/, /plant\/area2\/state/])
  await app.page.keyboard.press('Escape')
  await app.page.keyboard.press('Enter')
  await expect(app.payload).toContainText('off')
})

test('clearing 2,000 messages can be cancelled midway, reports its progress, and can be undone', async ({
  app,
  mosquitto
}) => {
  await mosquitto.start()
  const sender = await mqtt.connectAsync({ port: mosquitto.tcp })
  for (let i = 0; i < 2_000; i++) await sender.publishAsync(`many/${i}`, `value ${i}`, { retain: true })
  await sender.endAsync()
  const wire = new SlowWire()
  await wire.open(mosquitto.tcp, 100)

  await app.newProfile({ name: 'Far', host: '127.0.0.1', port: wire.port })
  await app.expectOnline('Far')
  await app.go('Retained messages')
  const retained = new RetainedPage(app.page)
  await retained.lookUp('many/#')
  await app.button('Clear all 2,000…').click()
  await retained.dialog.getByRole('button', { name: 'Clear 2,000 messages' }).click()
  await expect(retained.sum).toContainText(/Clearing… (?:[2-9]\d\d|1,\d+) of 2,000/)
  await app.button('Cancel').click()
  const said = app.page.getByText(/^Cancelled: [\d,]+ of 2,000 messages cleared/)
  await expect(said).toBeVisible()
  const done = Number(/[\d,]+/.exec((await said.textContent())!)![0].replace(',', ''))
  expect(done).toBeGreaterThan(199)
  expect(done).toBeLessThan(2_000)
  expect(await retainedAt(mosquitto.tcp, 'many/#')).toHaveLength(2_000 - done)
  await app.button('Undo clearing').click()
  await expect(app.page.getByText(/messages restored/)).toBeVisible({ timeout: 20_000 })
  expect(await retainedAt(mosquitto.tcp, 'many/#')).toHaveLength(2_000)
  wire.close()
})

test('on MQTT 3.1.1 the retained mark shows when it was last known, and “Check retained” checks again', async ({
  app,
  mosquitto
}) => {
  await mosquitto.start()
  mosquittoPub(mosquitto.tcp, 'plant/state', 'on', '-r')
  await app.newProfile({ name: 'Old', host: '127.0.0.1', port: mosquitto.tcp }, () =>
    app.chooseVersion('3.1.1')
  )
  await app.expectOnline('Old')
  await app.select('plant/state')
  await expect(app.page.getByText('as of', { exact: false }).first()).toBeVisible()
  const mark = app.topic('state').getByRole('img', { name: 'Retained' })
  await expect(mark).toHaveAttribute('title', /^Retained as of /)
  // A live message that is not retained does not change the mark.
  mosquittoPub(mosquitto.tcp, 'plant/state', 'live')
  await expect(app.payload).toContainText('live')
  await expect(mark).toBeVisible()
  // Another client retained it while the topic was silent here: only a check reveals it.
  mosquittoPub(mosquitto.tcp, 'plant/other', 'live')
  mosquittoPub(mosquitto.tcp, 'plant/other', 'kept', '-r')
  const other = app.topic('other').getByRole('img', { name: 'Retained' })
  await expect(app.topic('other')).toContainText('kept')
  await expect(other).toHaveCount(0)
  await app.topic('plant').click({ button: 'right' })
  await app.page.getByRole('menuitem', { name: 'Check retained' }).click()
  await expect(app.toast('plant/#: 2 retained, 6 B')).toBeVisible()
  await expect(other).toBeVisible()
})

test('when the broker refuses a second client, the page says so and shows the recorded marks', async ({
  app,
  mosquitto
}) => {
  await mosquitto.start()
  mosquittoPub(mosquitto.tcp, 'plant/state', 'on', '-r')
  await app.newProfile({ name: 'Gone', host: '127.0.0.1', port: mosquitto.tcp })
  await app.expectOnline('Gone')
  await app.select('plant/state')
  await mosquitto.stop()
  await expect(app.status).toContainText('reconnecting')
  await app.go('Retained messages')
  const retained = new RetainedPage(app.page)
  await retained.lookUp('#')
  await expect(app.page.getByText(/The broker could not be asked/)).toBeVisible()
  await retained.expectTopics(['plant/state'])
  await expect(app.button(/^Clear all/)).toHaveCount(0)
})
