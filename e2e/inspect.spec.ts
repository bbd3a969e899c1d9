import { execFileSync } from 'node:child_process'
import { mosquittoPub } from './fixtures/clients'
import { InspectPage } from './pages/inspect'
import { expect, test } from './test'

test('bytes are selected, read as numbers, and found', async ({ app, treetop, page }) => {
  const inspect = new InspectPage(page, treetop)
  await app.startLocalBroker()
  const bytes = Buffer.alloc(200_000)
  bytes.writeFloatBE(21.4, 0)
  bytes.writeUInt16LE(513, 4)
  bytes.write('needle', 150_000)
  mosquittoPub(treetop.brokerPort, 'raw', bytes)
  await app.select('raw')
  await expect(inspect.numbers).toContainText('Select bytes')

  await inspect.byte(0).click()
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Shift+ArrowRight')
  await expect(inspect.numbers).toContainText('Bytes 0 to 3 (length 4)')
  await expect(inspect.number('f32')).toContainText('21.4')
  await inspect.byte(4).hover()
  await page.mouse.down()
  await inspect.byte(5).hover()
  await page.mouse.up()
  await expect(inspect.number('u16').getByRole('cell').first()).toHaveText('513')

  await page.keyboard.press('Control+F')
  await page.keyboard.type('needle')
  await expect(page.getByRole('search').getByRole('status')).toHaveText('1 of 1')
  await expect(inspect.numbers).toContainText('Bytes 150,000 to 150,005')
  await expect(inspect.byte(150_000)).toBeInViewport()
})

test('MQTT 5 properties are shown in full, and the copied code publishes the same message again @every-host', async ({
  app,
  treetop,
  page
}) => {
  const inspect = new InspectPage(page, treetop)
  await app.startLocalBroker()
  const properties = [
    ['content-type', 'application/json'],
    ['response-topic', 'answer/here'],
    ['correlation-data', 'id 7'],
    ['message-expiry-interval', '3600'],
    ['user-property', 'tag', 'a'],
    ['user-property', 'tag', 'b']
  ].flatMap((property) => ['-D', 'publish', ...property])
  mosquittoPub(
    treetop.brokerPort,
    "it's/a request",
    '{"ask": [1, {"n": 2}]}',
    '-V',
    'mqttv5',
    '-q',
    '1',
    ...properties
  )
  await app.select("it's/a request")
  for (const text of ['application/json', 'answer/here', '69 64 20 37', '“id 7”', '3,600 s', 'User property'])
    await expect(inspect.properties).toContainText(text)
  await expect(inspect.properties.getByText('tag')).toHaveCount(2)

  const command = await inspect.copy('mosquitto_pub command')
  execFileSync('sh', ['-c', command])
  await app.tab('History').click()
  await expect(app.history.getByRole('row')).toHaveCount(2)
  await app.tab('Diff').click()
  await expect(page.getByText('No difference')).toBeVisible()

  await app.tab('Value').click()
  await app.payload.getByText('2', { exact: true }).last().click()
  expect(await inspect.copy('JSON Pointer at the cursor')).toBe('/ask/1/n')
  const whole = JSON.parse(await inspect.copy('Whole message as JSON')) as { topic: string; payload: string }
  expect(whole).toMatchObject({ topic: "it's/a request", payload: '{"ask": [1, {"n": 2}]}', qos: 1 })
})

test('changes are highlighted, listed, and shown side by side', async ({ app, treetop, page }) => {
  const inspect = new InspectPage(page, treetop)
  const send = (payload: string): void => mosquittoPub(treetop.brokerPort, 'state', payload)
  await app.startLocalBroker()
  send('{"a":1,"b":{"t":20},"gone":true}')
  await app.select('state')
  send('{"b":{"t":21.5},"a":1.0,"new":[1]}')
  await expect(app.payload).toContainText('21.5')
  await expect(app.payload.locator('.cm-marked-line')).toHaveText([/"t": 21\.5/, /"new": \[/])

  await app.tab('Diff').click()
  await expect(page.getByText('1 changed · 1 added · 1 removed')).toBeVisible()
  await expect(inspect.changes.getByRole('row')).toHaveText([
    /Path/,
    /\/b\/t.*20.*21\.5/,
    /\/new.*\[1\]/,
    /\/gone.*true/
  ])
  await app.choice('Diff view', 'Side by side').check()
  await expect(page.locator('.cm-merge-a')).toContainText('"gone": true')
  await expect(page.locator('.cm-merge-b')).toContainText('"new"')
  // Both sides have the members in the order of the later message, as the value view has them.
  await expect(page.locator('.cm-merge-a .cm-content')).toContainText(/"b".*"gone".*"a": 1/s)
  await expect(page.locator('.cm-merge-b .cm-content')).toContainText(/"b".*"a": 1\.0.*"new"/s)

  // Reordering members is not a change.
  send('{"new":[1.0],"a":1,"b":{"t":2150e-2}}')
  await expect(page.getByText('No difference')).toBeVisible()

  // Compare any two messages: the one shown and one that is picked.
  await app.button('Compare with another…').click()
  await expect(page.getByText('Choose the message to compare with.')).toBeVisible()
  await app.history.getByRole('row').last().click()
  await expect(page.getByText('1 changed · 1 added · 1 removed')).toBeVisible()
  await app.button('Compare with the previous one').click()
  await expect(page.getByText('No difference')).toBeVisible()
})
