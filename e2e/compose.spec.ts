import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { mosquittoSub } from './fixtures/clients'
import { CollectionsPage } from './pages/collections'
import { expect, test } from './test'

test('a saved message is published on a schedule, which is listed, ends with a report, and can be stopped', async ({
  app,
  page,
  treetop
}) => {
  await app.startLocalBroker()
  const subscriber = await mosquittoSub(treetop.brokerPort, 'plant/#')
  const collections = new CollectionsPage(app)
  await collections.open()
  await collections.add('New message…', 'Tick')
  const form = collections.form('Tick')
  await form.getByLabel('Topic', { exact: true }).fill('plant/tick')
  await form.getByLabel('Payload', { exact: true }).fill('n{{$counter}}.')
  await form.getByText('Schedule', { exact: true }).click()
  await form.getByRole('radio', { name: 'Interval' }).check()
  await form.getByRole('button', { name: 'Start schedule' }).click()
  await expect(form.getByLabel('Every (ms)')).toHaveAccessibleDescription(/Enter whole milliseconds/)
  await form.getByLabel('Every (ms)').fill('20')
  await form.getByLabel('Number of messages').fill('30')
  await expect(form.getByText(/^Next: /)).toBeVisible()
  await form.getByRole('button', { name: 'Start schedule' }).click()
  // Each message is made when it is due: the counter is the one that a publish by hand advances.
  await subscriber.until(/plant\/tick n30\./)
  await expect(collections.runs.getByRole('listitem')).toContainText('Finished')
  await expect(collections.runs.getByRole('listitem')).toContainText('30 of 30 sent')
  await expect(collections.runs.getByRole('listitem')).toContainText(/late by .* on average/)
  await form.getByRole('button', { name: 'Publish', exact: true }).click()
  await subscriber.until(/plant\/tick n31\./)
  await form.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(form.getByRole('button', { name: 'Save', exact: true })).toBeDisabled()
  expect(readFileSync(join(treetop.dataDirectory, 'collections/tick.yaml'), 'utf8')).toContain(
    'schedule:\n  every: 20\n  count: 30\n'
  )

  // Two that have no end, one by a cron line; what runs goes on when the page is loaded again.
  await form.getByRole('radio', { name: 'Cron' }).check()
  await form.getByLabel('Cron line').fill('every minute')
  await expect(form.getByLabel('Cron line')).toHaveAccessibleDescription(/five or six fields/)
  await form.getByLabel('Cron line').fill('* * * * * *')
  await form.getByLabel('Number of messages').fill('')
  await form.getByRole('button', { name: 'Start schedule' }).click()
  await form.getByRole('radio', { name: 'Interval' }).check()
  await form.getByLabel('Every (ms)').fill('100')
  await form.getByRole('button', { name: 'Start schedule' }).click()
  await expect(collections.runs.getByRole('heading')).toHaveText('Running (2)')
  await subscriber.until(/plant\/tick n40\./)
  await page.reload()
  await collections.open()
  await expect(collections.runs.getByRole('heading')).toHaveText('Running (2)')
  await collections.runs.getByRole('button', { name: 'Stop all' }).click()
  await expect(collections.runs.getByRole('heading')).toHaveText('Reports')
  await expect(collections.runs.getByRole('listitem').filter({ hasText: 'Stopped' })).toHaveCount(2)
  await collections.runs.getByRole('button', { name: 'Remove reports' }).click()
  await expect(collections.runs).toHaveCount(0)
})

test('a request waits for its answer, of which values are captured for later messages', async ({
  app,
  page,
  treetop
}) => {
  await app.startLocalBroker()
  const responder = await mqtt.connectAsync(`mqtt://127.0.0.1:${treetop.brokerPort}`, { protocolVersion: 5 })
  await responder.subscribeAsync('plant/get')
  responder.on('message', (_topic, payload, { properties: { responseTopic, correlationData } = {} }) => {
    // Before MQTT 5 there is no response topic: the answer comes where both sides know.
    responder.publish(responseTopic ?? 'plant/answers', `{"token": "t-${payload.toString()}"}`, {
      ...(correlationData && { properties: { correlationData } })
    })
  })
  const collections = new CollectionsPage(app)
  await collections.open()
  await collections.add('New message…', 'Log in')
  const form = collections.form('Log in')
  await form.getByLabel('Topic', { exact: true }).fill('plant/get')
  await form.getByLabel('Payload', { exact: true }).fill('me')
  await form.getByText('Answer', { exact: true }).click()
  await form.getByLabel('Wait (s)').fill('soon')
  await form.getByRole('button', { name: 'Send and wait' }).click()
  await expect(form.getByRole('alert').filter({ hasText: 'Nothing was sent' })).toBeVisible()
  await form.getByLabel('Wait (s)').fill('5')
  await form.getByRole('button', { name: 'Capture a value' }).click()
  await form.getByLabel('Name of value 1').fill('token')
  await form.getByLabel('JSON Pointer of value 1').fill('/token')
  await form.getByRole('button', { name: 'Send and wait' }).click()
  await expect(collections.exchange.getByRole('status')).toContainText(/Answered after /)
  await expect(collections.exchange).toContainText('{"token": "t-me"}')
  await form.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(form.getByRole('button', { name: 'Save', exact: true })).toBeDisabled()
  expect(readFileSync(join(treetop.dataDirectory, 'collections/log-in.yaml'), 'utf8')).toContain(
    'response:\n  timeout: 5\ncapture:\n  token: /token\n'
  )

  // The captured value is a variable now, here and in the dialog.
  await form.getByLabel('Payload', { exact: true }).fill('{{token}}')
  await expect(collections.preview).toContainText('t-me')
  await app.button('Variables…').click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('region', { name: 'Captured from answers' })).toContainText(
    /token\s*t-me\s*captured at/
  )
  await page.keyboard.press('Escape')

  // Nobody answers: it can be cancelled, and times out with a sentence.
  await form.getByLabel('Wait (s)').fill('60')
  await form.getByLabel('Topic', { exact: true }).fill('plant/nobody')
  await form.getByRole('button', { name: 'Send and wait' }).click()
  await collections.exchange.getByRole('button', { name: 'Stop waiting' }).click()
  await expect(collections.exchange.getByRole('status')).toContainText('Stopped waiting')
  await form.getByLabel('Wait (s)').fill('0.2')
  await form.getByRole('button', { name: 'Send and wait' }).click()
  await expect(collections.exchange.getByRole('status')).toContainText(
    /No answer came on treetop\/response\/.* within 200 ms/
  )

  // What was sent from here is in the list of the publish panel, which can ask, too.
  await app.go('Topics')
  const panel = app.publishPanel
  await panel.getByRole('button', { name: 'Show the whole form' }).click()
  await expect(panel.getByRole('button', { name: 'Published (3)' })).toBeVisible()
  await panel.getByLabel('Topic', { exact: true }).fill('plant/get')
  await panel.getByLabel('Payload', { exact: true }).fill('panel')
  await panel.getByRole('button', { name: 'Send and wait' }).click()
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(dialog.getByRole('region', { name: 'Request and answer' })).toContainText(
    '{"token": "t-panel"}'
  )
  await dialog.getByRole('button', { name: 'Show in history' }).click()
  await expect(dialog).toHaveCount(0)
  await responder.endAsync()
})

test('a simulator is made from a template, connects its devices, holds its rate and ends with a report', async ({
  app,
  page,
  treetop
}) => {
  await app.startLocalBroker()
  const subscriber = await mosquittoSub(treetop.brokerPort, 'rooms/#')
  const collections = new CollectionsPage(app)
  await collections.open()
  await collections.add('New simulator…', 'Rooms')
  const form = collections.form('Rooms')
  await expect(form.getByLabel('Devices', { exact: true })).toBeFocused()
  await form.getByLabel('Client ID').fill('room')
  await form.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(form.getByLabel('Client ID')).toHaveAccessibleDescription(/disconnect each other/)
  await form.getByLabel('Client ID').fill('room-{{id}}')
  await form.getByLabel('Table of devices').fill('rooms.csv')
  await expect(form.getByLabel('Table of devices')).toHaveAccessibleDescription(/cannot be read/)
  writeFileSync(join(treetop.dataDirectory, 'collections/rooms.csv'), 'id,floor\nkitchen,1\nattic,2\n')
  await form.getByLabel('Devices', { exact: true }).fill('2')
  await form.getByLabel('Topic', { exact: true }).fill('rooms/{{floor}}/{{id}}')
  await form.getByLabel('Every (ms)').fill('50')
  await expect(form).toContainText('rooms/1/kitchen')
  await form.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(form.getByRole('button', { name: 'Save', exact: true })).toBeDisabled()
  expect(readFileSync(join(treetop.dataDirectory, 'collections/rooms.simulator.yaml'), 'utf8')).toContain(
    'clientId: room-{{id}}\n'
  )
  await form.getByRole('button', { name: 'Start', exact: true }).click()
  await subscriber.until(/rooms\/2\/attic \{"temperature"/)
  await subscriber.until(/rooms\/1\/kitchen \{"temperature"/)
  await expect(form.getByRole('region', { name: 'Running' })).toContainText('2 of 2 connected')
  await expect(form.getByRole('region', { name: 'Running' })).toContainText(/of 40 msg\/s/)
  await form.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(form.getByRole('region', { name: 'Running' })).toContainText('Stopped')
  await expect(form.getByRole('region', { name: 'Running' })).toContainText(/held .* msg\/s for/)
  await expect(form.getByRole('button', { name: 'Start', exact: true })).toBeVisible()

  await page.getByRole('listitem').getByRole('button', { name: 'Remove the report of Rooms' }).click()
  await expect(form.getByRole('region', { name: 'Running' })).toHaveCount(0)
})
