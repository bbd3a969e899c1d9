import { readFileSync } from 'node:fs'
import mqtt from 'mqtt'
import { mosquittoPub, mosquittoSub } from './fixtures/clients'
import { BrokerSections } from './pages/broker-sections'
import { expect, test } from './test'

test('a person edits a retained value, and a subscriber gets it; what is typed outlives everything but “Discard”', async ({
  app,
  treetop
}) => {
  const port = treetop.brokerPort
  await app.startLocalBroker()
  mosquittoPub(port, 'plant/recipe', '{"bread":1}', '-r', '-q', '1')
  mosquittoPub(port, 'plant/state', 'on', '-r')
  const subscriber = await mosquittoSub(port, 'plant/recipe', '-q', '2')
  await app.go('Local broker')
  const sections = new BrokerSections(app.page)
  await sections.show('Retained')
  const message = await sections.open('plant/recipe')
  await expect(message.getByTestId('payload')).toContainText('"bread": 1')
  await message.getByRole('button', { name: 'Edit' }).click()
  const payload = message.getByRole('textbox', { name: 'Payload' })
  await payload.fill('')
  await message.getByRole('button', { name: 'Publish' }).click()
  await expect(payload).toHaveAccessibleDescription(/empty payload would clear/)
  await payload.fill('{"bread":2')
  await expect(payload).toHaveAccessibleDescription(/not valid JSON any more/)
  await payload.fill('{"bread":2}')

  // Another message, and another page: the draft is kept, and marked in the list.
  await sections.open('plant/state')
  await app.go('Topics')
  await app.go('Local broker')
  await expect(sections.rowIn(sections.retained, 'plant/recipe')).toContainText('edited')
  await sections.open('plant/recipe')
  await expect(payload).toHaveValue('{"bread":2}')
  // Meanwhile a device publishes.
  mosquittoPub(port, 'plant/recipe', '{"bread":9}', '-r', '-q', '1')
  await expect(message.getByText(/Another message was published/)).toBeVisible()
  await expect(payload).toHaveValue('{"bread":2}')

  await message.getByRole('radiogroup', { name: 'QoS' }).getByRole('radio', { name: '2' }).check()
  await payload.press('Control+Enter')
  await subscriber.until(/^2 0 plant\/recipe {"bread":2}$/m)
  await expect(message.getByTestId('payload')).toContainText('"bread": 2')
  await expect(message.getByText('QoS 2')).toBeVisible()
  await expect(sections.rowIn(sections.retained, 'plant/recipe')).not.toContainText('edited')
  await subscriber.stop()
})

test('a person sets an expiry, and the message goes', async ({ app, treetop }) => {
  const port = treetop.brokerPort
  await app.startLocalBroker()
  mosquittoPub(port, 'plant/state', 'on', '-r')
  mosquittoPub(port, 'plant/other', 'on', '-r')
  await app.go('Local broker')
  const sections = new BrokerSections(app.page)
  await sections.show('Retained')
  await sections.choose('plant/state', 'Expiry…')
  await sections.dialog.getByRole('radio', { name: 'After' }).check()
  const amount = sections.dialog.getByRole('textbox', { name: 'Time until it expires' })
  await amount.fill('0')
  await amount.press('Enter')
  await expect(amount).toHaveAccessibleDescription(/whole number of at least 1/)
  await amount.fill('2')
  await sections.dialog.getByRole('combobox', { name: 'Unit' }).selectOption('minutes')
  const setAt = Date.now()
  await amount.press('Enter')
  const row = sections.rowIn(sections.retained, 'plant/state')
  await expect(row).toContainText(/1 min \d+ s/)
  const left = 60 + Number(/1 min (\d+) s/.exec((await row.textContent())!)![1])
  expect(left).toBeGreaterThan(118 - (Date.now() - setAt) / 1_000)
  await sections.choose('plant/state', 'Expiry…')
  await amount.fill('1')
  await sections.dialog.getByRole('combobox', { name: 'Unit' }).selectOption('seconds')
  await amount.press('Enter')
  await expect(row).toHaveCount(0)
  expect(await sections.topics()).toEqual(['plant/other'])
})

test('a person clears a branch and a filter, and undoes it, leaving what came since alone', async ({
  app,
  treetop
}) => {
  const port = treetop.brokerPort
  await app.startLocalBroker()
  for (const topic of ['plant/a/state', 'plant/a/temp', 'plant/b/state', 'office/door'])
    mosquittoPub(port, topic, `of ${topic}`, '-r')
  await app.go('Local broker')
  const sections = new BrokerSections(app.page)
  await sections.show('Retained')
  await expect
    .poll(() => sections.topics())
    .toEqual(['office/door', 'plant/a/state', 'plant/a/temp', 'plant/b/state'])

  await sections.choose('plant/a/temp', 'Clear plant/a/#…')
  await expect(sections.dialog).toContainText('2 retained messages (31 B) match plant/a/#')
  await sections.dialog.getByRole('button', { name: 'Clear 2 messages' }).click()
  await expect(sections.work).toContainText(['2 messages cleared.'])
  await expect.poll(() => sections.topics()).toEqual(['office/door', 'plant/b/state'])
  mosquittoPub(port, 'plant/a/temp', 'newer', '-r', '-q', '1')
  await app.button('Undo').click()
  await expect(sections.work).toContainText([/1 message restored\. 1 was not restored/])
  const message = await sections.open('plant/a/temp')
  await expect(message.getByTestId('payload')).toContainText('newer')
  await app.button('Overwrite…').click()
  await sections.dialog.getByRole('button', { name: 'Overwrite' }).click()
  await expect(message.getByTestId('payload')).toContainText('of plant/a/temp')

  await app.choice('Search by', 'Filter').check()
  const filter = app.page.getByRole('searchbox', { name: 'Topic filter' })
  await filter.fill('plant/#/x')
  await expect(filter).toHaveAccessibleDescription(/# must be the last level/)
  await filter.fill('plant/+/state')
  await expect.poll(() => sections.topics()).toEqual(['plant/a/state', 'plant/b/state'])
  await app.button('Clear all 2…').click()
  await sections.dialog.getByRole('button', { name: 'Clear 2 messages' }).click()
  await expect(sections.work).toContainText(['2 messages cleared.'])
  await app.choice('Search by', 'Text').check()
  await expect.poll(() => sections.topics()).toEqual(['office/door', 'plant/a/temp'])
  // Text is found in payloads, unless the person does not want that.
  await sections.retainedSearch.fill('of office')
  await expect.poll(() => sections.topics()).toEqual(['office/door'])
  await app.field('In payloads, too').uncheck()
  await expect(app.page.getByText('Nothing found')).toBeVisible()
})

test('50,000 retained messages are scrolled, sorted and cleared, and the clearing can be ended', async ({
  app,
  treetop
}) => {
  const port = treetop.brokerPort
  await app.startLocalBroker()
  const sender = await mqtt.connectAsync({ port })
  for (let i = 0; i < 50_000; i++)
    sender.publish(`many/${String(i).padStart(5, '0')}`, 'x'.repeat(1 + (i % 9)), { retain: true })
  await sender.publishAsync('many/last', 'the largest of all', { qos: 1, retain: true })
  await sender.endAsync()
  await app.go('Local broker')
  const sections = new BrokerSections(app.page)
  await sections.show('Retained')
  await expect(app.page.getByText('50,001 messages')).toBeVisible()
  await sections.retained.focus()
  await app.page.keyboard.press('End')
  await expect(sections.message('many/last')).toBeVisible()
  await app.page.keyboard.press('Escape')
  await sections.retained.getByRole('columnheader', { name: 'Size' }).click()
  await sections.retained.focus()
  await app.page.keyboard.press('Home')
  await expect(sections.message('many/last')).toBeVisible()

  await app.button('Clear all 50,001…').click()
  await sections.dialog.getByRole('button', { name: 'Clear 50,001 messages' }).click()
  await expect(sections.work).toContainText([/Clearing…|messages? cleared/])
  await expect(sections.work).toContainText([/of 50,001 messages cleared|50,001 messages cleared/])
  await app.button('Undo').click()
  await expect(app.page.getByText(/50,001 messages restored/)).toBeVisible({ timeout: 60_000 })
  await expect(app.page.getByText('50,001 messages', { exact: true })).toBeVisible()
})

test('an image that is retained is shown as one, and bytes are edited in hex', async ({ app, treetop }) => {
  const port = treetop.brokerPort
  await app.startLocalBroker()
  const icon = readFileSync('resources/icons/16x16.png')
  const sender = await mqtt.connectAsync({ port })
  await sender.publishAsync('picture', icon, { qos: 1, retain: true })
  await sender.publishAsync('bytes', Buffer.of(0xff, 0, 1), { qos: 1, retain: true })
  const got: string[] = []
  sender.on('message', (_, payload) => got.push(payload.toString('hex')))
  await sender.subscribeAsync('bytes')
  await app.go('Local broker')
  const sections = new BrokerSections(app.page)
  await sections.show('Retained')
  const picture = await sections.open('picture')
  await expect(picture.getByRole('img', { name: /PNG/ })).toBeVisible()
  const bytes = await sections.open('bytes')
  await bytes.getByRole('button', { name: 'Edit' }).click()
  const payload = bytes.getByRole('textbox', { name: 'Payload in hex' })
  await expect(payload).toHaveValue('ff 00 01')
  await payload.fill('ff 0g')
  await expect(payload).toHaveAccessibleDescription(/two hex digits/)
  await payload.fill('ff 02')
  await bytes.getByRole('button', { name: 'Publish' }).click()
  await expect.poll(() => got).toEqual(['ff0001', 'ff02'])
  await sender.endAsync()
})
