/// <reference lib="dom" />
import { mosquittoPub, mosquittoSub } from './fixtures/clients'
import { PalettePage } from './pages/palette'
import { expect, test } from './test'

test('in a small window the publish panel is one line until it is used, and never hides its buttons, its result or the chart', async ({
  app,
  page,
  treetop
}) => {
  await page.setViewportSize({ width: 900, height: 600 })
  await app.startLocalBroker()
  for (const value of ['1', '2']) mosquittoPub(treetop.brokerPort, 'plant/oven', value, '-q', '1')
  await app.select('plant/oven')
  await app.tab('Chart').click()
  const plot = page.getByRole('application')
  await expect(plot).toBeVisible()
  const panel = app.publishPanel
  const payload = panel.getByLabel('Payload', { exact: true })
  const publish = panel.getByRole('button', { name: 'Publish', exact: true })
  const heightOf = async (part: typeof panel): Promise<number> => (await part.boundingBox())!.height
  const allInSight = async (): Promise<void> => {
    for (const part of [publish, app.choice('QoS', '2'), app.publishResult])
      await expect(part).toBeInViewport({ ratio: 1 })
    await expect.poll(() => heightOf(plot)).toBeGreaterThanOrEqual(200)
  }
  await expect.poll(() => heightOf(panel)).toBeLessThan(80)
  await app.choice('QoS', '1').check()
  await publish.click()
  await expect(app.publishResult).toContainText(/PUBACK · packet ID \d+ · 0 B · [\d.]+ ms.* · \d\d:\d\d:\d\d/)
  await expect.poll(() => heightOf(panel)).toBeLessThan(80)
  await allInSight()

  await payload.click()
  await expect(panel.getByRole('radiogroup', { name: 'Payload type' })).toBeVisible()
  await allInSight()
  // The height is the user's, where there is room for it.
  await app.tab('Value').click()
  const divider = page.getByRole('separator', { name: 'Publish panel height' })
  const before = await heightOf(panel)
  await divider.hover()
  await page.mouse.down()
  await page.mouse.move(600, 300, { steps: 3 })
  await page.mouse.up()
  const chosen = await heightOf(panel)
  expect(chosen).toBeGreaterThan(before + 20)
  await app.tab('Chart').click()
  await allInSight()
  await payload.fill('{"typed": "not published"}')
  await page.keyboard.press('Escape')
  await expect(divider).toHaveCount(0)
  await page.reload()
  await app.tab('Value').click()
  await expect(divider).toHaveCount(0)
  await expect(payload).toHaveValue('{"typed": "not published"}')
  await payload.click()
  await expect.poll(() => heightOf(panel)).toBe(chosen)
})

test('a message published before is sent again or put back into the form, and each connection keeps its draft', async ({
  app,
  page,
  treetop,
  mosquitto
}) => {
  await mosquitto.start()
  await app.startLocalBroker()
  const subscriber = await mosquittoSub(treetop.brokerPort, 'lamp/#', '-q', '2')
  const panel = app.publishPanel
  const topic = panel.getByLabel('Topic', { exact: true })
  const payload = panel.getByLabel('Payload', { exact: true })
  await app.publish('lamp/set', 'on', 2, true)
  await subscriber.until(/0 lamp\/set on/)
  await app.publish('lamp/set', 'off', 1)
  await subscriber.until(/0 lamp\/set off/)
  await payload.fill('half written')

  // Again, from another page, without a pointer.
  await app.go('Traffic')
  await new PalettePage(page).run('resend')
  const list = page.getByRole('dialog', { name: 'Published in this connection' })
  await expect(list.getByRole('listitem')).toHaveCount(2)
  await expect(list.getByRole('button', { name: /^lamp\/set.*QoS 1/ })).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Control+Enter')
  await expect(list.getByRole('listitem')).toHaveCount(3)
  await subscriber.until(/off[^]* lamp\/set on/)
  await expect(list.getByRole('listitem').first()).toContainText(/PUBCOMP · packet ID \d+/)
  await page.keyboard.press('Escape')
  await expect(payload).toHaveValue('half written')

  await app.newProfile({ name: 'Other', host: '127.0.0.1', port: mosquitto.tcp })
  await app.expectOnline('Other')
  await expect(payload).toHaveValue('')
  await expect(panel.getByRole('button', { name: /^Published/ })).toHaveCount(0)
  await app.tab('Local broker').click()
  await expect(payload).toHaveValue('half written')

  // The topic was typed, so it does not follow the selection.
  await app.select('lamp')
  await expect(topic).toHaveValue('lamp/set')
  await panel.getByRole('button', { name: 'Use selected topic' }).click()
  await expect(topic).toHaveValue('lamp')
  await app.select('lamp/set')
  await expect(topic).toHaveValue('lamp/set')

  await panel.getByRole('button', { name: 'Published (3)' }).click()
  await list.getByRole('button', { name: /QoS 2/ }).first().click()
  await expect(payload).toHaveValue('on')
  await expect(panel.getByLabel('Retain')).toBeChecked()
  await expect(app.choice('QoS', '2')).toBeChecked()
  await panel.getByRole('button', { name: 'Restore draft' }).click()
  await expect(payload).toHaveValue('half written')
  await subscriber.stop()
})

test('MQTT 5 properties reach a subscriber in their order, stay with the draft and the published message, and need MQTT 5', async ({
  app,
  page,
  treetop
}) => {
  await app.startLocalBroker()
  const format = ['-V', '5', '-F', '%t|%p|%C|%D|%E|%F|%R|%P']
  const subscriber = await mosquittoSub(treetop.brokerPort, 'lamp/#', ...format)
  const panel = app.publishPanel
  const properties = panel.getByRole('button', { name: /^MQTT 5 properties/ })
  const field = (name: string): ReturnType<typeof panel.getByLabel> => panel.getByLabel(name, { exact: true })
  await app.publish('lamp/set', 'on', 1)
  await properties.click()
  // The panel grows to show all of them.
  await expect(panel.getByRole('button', { name: 'Add user property' })).toBeInViewport({ ratio: 1 })
  await page.setViewportSize({ width: 900, height: 600 })
  await field('Content type').fill('text/plain')
  await field('Message expiry interval').fill('4294967296')
  await field('Response topic').fill('answers/1')
  await field('Correlation data type').selectOption('Hex')
  await field('Correlation data').fill('4f 4b')
  await expect(panel.getByText(/This broker accepts 1 to [\d,]+\./)).toBeVisible()
  await field('Topic alias').fill('1')
  await panel.getByRole('button', { name: 'Add user property' }).click()
  for (const keys of [
    'b',
    'Tab',
    '1',
    'Enter',
    'a',
    'Tab',
    '2',
    'Enter',
    'b',
    'Tab',
    '3',
    'Enter',
    '7',
    'Tab',
    '4'
  ])
    await page.keyboard.press(keys)
  await page.keyboard.press('Alt+ArrowUp')
  await page.keyboard.press('Control+Enter')
  // The fault is beside its field, which has the focus. Everything is within reach in a small window.
  await expect(field('Message expiry interval')).toBeFocused()
  await expect(panel.getByText('Enter a whole number of seconds from 0 to 4,294,967,295.')).toBeInViewport()
  await expect(panel.getByRole('button', { name: 'Publish', exact: true })).toBeInViewport({ ratio: 1 })
  await field('Message expiry interval').fill('600')
  await page.keyboard.press('Control+Enter')
  await expect(app.publishResult).toContainText('PUBACK')
  await page.keyboard.press('Control+Enter')
  const line = 'lamp/set|on|text/plain|OK|600||answers/1|b:1 a:2 7:4 b:3'
  await expect.poll(() => subscriber.output.split('\n').filter((each) => each === line).length).toBe(2)
  await expect(panel.getByRole('button', { name: 'Published (3)' })).toBeVisible()

  await page.keyboard.press('Escape')
  await expect(properties).toBeFocused()
  await expect(properties).toContainText(
    'text/plain · expires after 600 s · response to answers/1 · Correlation data'
  )
  await page.reload()
  await field('Payload').click()
  await expect(properties).toContainText('topic alias 1 · 4 user properties')
  await properties.click()
  await field('Content type').fill('')
  await panel.getByRole('button', { name: 'Published (3)' }).click()
  const list = page.getByRole('dialog', { name: 'Published in this connection' })
  await expect(list.getByRole('listitem').first()).toContainText('text/plain · expires after 600 s')
  await expect(list.getByRole('button', { name: /^lamp\/set/ }).first()).toBeFocused()
  await page.keyboard.press('Control+Enter')
  await expect.poll(() => subscriber.output.split('\n').filter((each) => each === line).length).toBe(3)
  await page.keyboard.press('Enter')
  await expect(field('Content type')).toHaveValue('text/plain')

  await app.newProfile({ name: 'Older', host: '127.0.0.1', port: treetop.brokerPort }, () =>
    app.chooseVersion('3.1.1')
  )
  await app.expectOnline('Older')
  await field('Payload').click()
  await expect(panel.getByText('They need MQTT 5; this connection uses MQTT 3.1.1.')).toBeVisible()
  await expect(properties).toHaveCount(0)
  await subscriber.stop()
})
