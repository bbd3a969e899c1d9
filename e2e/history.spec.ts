import { readFileSync } from 'node:fs'
import type { Locator } from '@playwright/test'
import { parse } from 'csv-parse/sync'
import mqtt from 'mqtt'
import { mosquittoPub } from './fixtures/clients'
import { expect, test } from './test'

// Wide enough that an opened message leaves room for the list.
test.use({ viewport: { width: 1_920, height: 1_080 } })

const payloads = [
  Buffer.from('plain'),
  Buffer.from('{"a": "x, \\"y\\""}'),
  Buffer.from('two\r\nlines, and a "quote"'),
  Buffer.from([0, 255, 128, 13, 10]),
  Buffer.from('\ufeffBOM'),
  Buffer.from('温度 🌡'),
  Buffer.alloc(0)
]

async function send(port: number): Promise<void> {
  const client = await mqtt.connectAsync({ port })
  for (const payload of payloads) await client.publishAsync('log/a', payload, { qos: 1 })
  await client.publishAsync('other', 'not in it', { qos: 1 })
  await client.endAsync()
}

const bytesOf = ({ encoding, payload }: { encoding: string; payload: string }): Buffer =>
  Buffer.from(payload, encoding === 'base64' ? 'base64' : 'utf8')

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`history survives a restart of the process (${signal}) @every-host`, async ({ app, treetop }) => {
    await app.startLocalBroker()
    for (let i = 0; i < 5; i++) mosquittoPub(treetop.brokerPort, 'kept/topic', `message ${i}`, '-q', '1')
    await app.select('kept/topic')
    await expect(app.topic('topic').getByTitle('5 messages')).toBeVisible()
    // QoS 1 messages are on disk before they are acknowledged, so there is no need to wait.
    await treetop.stop(signal)
    await treetop.start()
    await app.open(treetop)
    await app.startLocalBroker()
    await app.select('kept/topic')
    await expect(app.payload).toContainText('message 4')
    await app.tab('History').click()
    await expect(app.history.getByRole('row')).toHaveCount(5)
    await expect(app.history.getByRole('row').first()).toContainText('message 4')
  })
}

test('the tree shows the last known state while the broker is unreachable', async ({
  app,
  treetop,
  mosquitto
}) => {
  await mosquitto.start()
  await app.newProfile({ name: 'Far', host: '127.0.0.1', port: mosquitto.tcp })
  await app.expectOnline('Far')
  mosquittoPub(mosquitto.tcp, 'known/before', 'last value', '-q', '1', '-r')
  await app.select('known/before')
  await expect(app.payload).toContainText('last value')
  await treetop.stop()
  await mosquitto.stop()
  await treetop.start()
  await app.open(treetop)
  await app.go('Connections')
  await app.page
    .getByRole('listitem')
    .filter({ hasText: 'Far' })
    .getByRole('button', { name: 'Connect' })
    .click()
  await expect(app.status).toContainText('reconnecting')
  await app.select('known/before')
  await expect(app.payload).toContainText('last value')
  await expect(app.page.getByText('Showing the last known state')).toBeVisible()
})

test('an exported log matches the sent messages byte for byte, as JSON Lines and as CSV @every-host', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  await send(treetop.brokerPort)
  await app.select('log/a')
  await expect(app.topic('a').getByTitle(`${payloads.length} messages`)).toBeVisible()
  await app.tab('History').click()
  for (const format of ['JSON Lines', 'CSV']) {
    await app.button('Export…').click()
    const dialog = app.page.getByRole('dialog')
    await dialog.getByRole('radio', { name: format }).check()
    const exported = await treetop.saved(() =>
      dialog.getByRole('button', { name: 'Export', exact: true }).click()
    )
    const text = exported.toString()
    const rows: { topic: string; encoding: string; payload: string }[] =
      format === 'CSV'
        ? parse(text, { columns: true })
        : text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as never)
    expect(rows.map(({ topic }) => topic)).toEqual(payloads.map(() => 'log/a'))
    expect(rows.map((row) => bytesOf(row).toString('hex'))).toEqual(
      payloads.map((payload) => payload.toString('hex'))
    )
    await app.page.keyboard.press('Escape')
  }
})

test('the command line exports the same, even while Treetop runs @every-host', async ({ app, treetop }) => {
  await app.startLocalBroker()
  await send(treetop.brokerPort)
  await app.select('log/a')
  await expect(app.topic('a').getByTitle(`${payloads.length} messages`)).toBeVisible()
  const output = test.info().outputPath('log.jsonl')
  const flags = ['--data-dir', treetop.dataDirectory, '--profile', 'Local broker', '--topic', 'log/#']
  const exported = await treetop.command('export', ...flags, '--format', 'jsonl', '--output', output)
  expect(exported).toMatchObject({ code: 0 })
  const rows = readFileSync(output, 'utf8').trimEnd().split('\n')
  expect(rows.map((line) => bytesOf(JSON.parse(line) as never).toString('hex'))).toEqual(
    payloads.map((payload) => payload.toString('hex'))
  )
  const wrong = await treetop.command(
    'export',
    '--data-dir',
    treetop.dataDirectory,
    '--profile',
    'Nobody',
    '--format',
    'csv',
    '--output',
    '-'
  )
  expect(wrong.code).not.toBe(0)
  expect(wrong.output).toContain('Local broker')
})

test('clearing a topic asks first, then removes it from the tree and the history', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, 'trash/a', '1')
  mosquittoPub(treetop.brokerPort, 'trash/b', '2')
  await app.tab('History').click()
  await expect(app.button('Clear everything of this connection…')).toBeEnabled()
  await app.select('trash/a')
  await app.choice('Which messages', 'This topic and all below').check()
  await expect(app.button('Clear this topic and all below…')).toBeEnabled()
  await app.choice('Which messages', 'This topic').check()
  await app.button('Clear this topic…').click()
  const dialog = app.page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Cancel' }).last().click()
  await expect(app.history.getByRole('row')).toHaveCount(1)
  await app.history.getByRole('row').click()
  await expect(app.openedMessage).toBeVisible()
  await app.button('Clear this topic…').click()
  await dialog.getByRole('button', { name: /Remove 1/ }).click()
  await expect(app.topic('a')).toHaveCount(0)
  await expect(app.topic('b')).toBeVisible()
  await expect(app.openedMessage).toHaveCount(0)
})

test('a row opens beside the list, below it or instead of it; the arrow keys walk the list, and the message follows', async ({
  app,
  treetop,
  page
}) => {
  const rows = app.history.getByRole('row')
  const boxOf = async (locator: Locator) => (await locator.boundingBox())!
  await app.startLocalBroker()
  const client = await mqtt.connectAsync({ port: treetop.brokerPort })
  for (let i = 0; i < 150; i++) await client.publishAsync('plant/walk', `number ${i}`, { qos: 1 })
  await app.select('plant/walk')
  await app.tab('History').click()
  await rows.filter({ hasText: 'number 148' }).click()
  await expect(app.payload).toHaveText(/number 148$/)
  await expect
    .poll(async () => (await boxOf(app.payload)).x - (await boxOf(app.history)).x)
    .toBeGreaterThan(200)
  await page.keyboard.press('ArrowDown')
  await expect(app.payload).toHaveText(/number 147$/)
  await expect(rows.filter({ hasText: 'number 147' })).toHaveAttribute('aria-current', 'true')

  // What arrives meanwhile neither moves the list nor replaces the message.
  await client.publishAsync('plant/walk', 'number 150', { qos: 1 })
  await expect(app.button('1 new message')).toBeVisible()
  await expect(rows.first()).toContainText('number 149')
  await app.button('1 new message').click()
  await expect(rows.first()).toContainText('number 150')
  await expect(app.payload).toHaveText(/number 147$/)

  // The divider stays where it was put.
  const divider = page.getByRole('separator', { name: 'Size of the message list' })
  await divider.press('ArrowRight')
  await divider.press('ArrowRight')
  const share = (await divider.getAttribute('aria-valuenow'))!
  await app.tab('Value').click()
  await expect(page.getByText('From the history')).toBeVisible()
  await app.tab('History').click()
  await expect(divider).toHaveAttribute('aria-valuenow', share)

  // By keyboard alone, one above the other.
  await app.history.press('Escape')
  await expect(app.openedMessage).toHaveCount(0)
  await expect(app.history).toBeFocused()
  await page.setViewportSize({ width: 1_280, height: 1_080 })
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await expect(app.payload).toHaveText(/number 150$/)
  // The page lays itself out for the new size a moment after it has it.
  await expect
    .poll(async () => {
      const above = await boxOf(app.history)
      return (await boxOf(app.openedMessage)).y - above.y - above.height
    })
    .toBeGreaterThanOrEqual(0)

  // Where there is no room for both, the message takes the place of the list until the user goes back.
  await page.setViewportSize({ width: 900, height: 600 })
  await expect(app.history).toBeHidden()
  await expect(app.payload).toHaveText(/number 150$/)
  await app.button('Older message').focus()
  for (let i = 0; i < 120; i++) {
    // It is disabled at the last row that is loaded, until there are more.
    await expect(app.button('Older message')).toBeEnabled()
    await page.keyboard.press('ArrowDown')
  }
  await expect(app.payload).toHaveText(/number 30$/)
  await app.button('Back to the list').click()
  await expect(app.history).toBeFocused()
  await expect(rows.filter({ hasText: 'number 30' })).toBeInViewport()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(app.payload).toHaveText(/number 31$/)
  await expect(app.button('Back to the list')).toBeFocused()
  await page.setViewportSize({ width: 1_920, height: 1_080 })
  await expect(app.history).toBeFocused()
  await page.setViewportSize({ width: 900, height: 600 })
  await expect(app.button('Back to the list')).toBeFocused()
  await page.keyboard.press('Control+f')
  await expect(app.searchField).toBeFocused()
  await client.endAsync()
})

test('the history pages to its first message and stays live at the top', async ({ app, treetop }) => {
  await app.startLocalBroker()
  const client = await mqtt.connectAsync({ port: treetop.brokerPort })
  for (let i = 0; i < 350; i++) await client.publishAsync('long', `number ${i}`, { qos: 1 })
  await app.select('long')
  await app.tab('History').click()
  await expect(app.history.getByRole('row').first()).toContainText('number 349')
  await client.publishAsync('long', 'number 350', { qos: 1 })
  await expect(app.history.getByRole('row').first()).toContainText('number 350')
  await app.history.getByRole('row').first().hover()
  await expect(async () => {
    await app.page.mouse.wheel(0, 20_000)
    await expect(app.history.getByRole('row').last()).toContainText('number 0', { timeout: 500 })
  }).toPass()
  await client.publishAsync('long', 'number 351', { qos: 1 })
  await expect(app.page.getByRole('button', { name: '1 new message' })).toBeVisible()
  await client.endAsync()
})

test.describe('search', () => {
  const reading = (value: number): string => JSON.stringify({ sensor: 'Boiler', value, note: '一号锅炉过热' })

  test.beforeEach(async ({ app, treetop }) => {
    await app.startLocalBroker()
    const client = await mqtt.connectAsync({ port: treetop.brokerPort })
    for (let i = 0; i < 5; i++) await client.publishAsync(`plant/line${i}/state`, reading(i), { qos: 1 })
    await client.publishAsync('plant/raw', Buffer.from([0, 1, 0xde, 0xad, 0xbe, 0xef, 0xff]), { qos: 1 })
    await client.publishAsync('office/door', 'xq open', { qos: 2, retain: true })
    await client.publishAsync('office/boiler-room', 'quiet', { qos: 0 })
    await client.endAsync()
    await expect(app.topic('office')).toContainText('2')
    await app.tab('History').click()
  })

  test('finds a message by part of its payload or topic, ignoring case, and highlights it', async ({
    app
  }) => {
    await app.page.keyboard.press('Control+f')
    await expect(app.searchField).toBeFocused()
    await app.page.keyboard.type('bOILER')
    await expect(app.found).toHaveCount(6)
    await expect(app.marks).toHaveText(['boiler', 'Boiler', 'Boiler', 'Boiler', 'Boiler', 'Boiler'])
    await app.searchField.fill('"value":3')
    await expect(app.found).toHaveCount(1)
    await expect(app.found).toContainText('plant/line3/state')
    await expect(app.marks).toHaveText('"value":3')
    await app.page.keyboard.press('Escape')
    await expect(app.searchField).toHaveValue('')
    await expect(app.history).toBeVisible()
  })

  test('finds Chinese, two letters, and bytes of a binary payload', async ({ app }) => {
    await app.searchField.fill('锅炉')
    await expect(app.found).toHaveCount(5)
    await expect(app.marks.first()).toHaveText('锅炉')
    await app.searchField.fill('xq')
    await expect(app.found).toHaveCount(1)
    await expect(app.found).toContainText('office/door')
    await app.button('Hex').click()
    await expect(app.page.getByText('Two hex digits')).toBeVisible()
    await expect(app.searchField).toHaveValue('xq')
    await app.searchField.fill('DE ad be')
    await expect(app.found).toHaveCount(1)
    await expect(app.found).toContainText('plant/raw')
    await expect(app.marks).toHaveText('de ad be')
  })

  test('finds messages that match the conditions, and names a condition that is invalid', async ({ app }) => {
    await app.button('Filters').click()
    const { conditions } = app
    await conditions.getByLabel('QoS').selectOption('QoS 2')
    await expect(app.found).toHaveCount(1)
    await conditions.getByLabel('Retained').selectOption('Not retained')
    await expect(app.found).toHaveCount(1)
    await conditions.getByLabel('Direction').selectOption('Sent by Treetop')
    await expect(app.page.getByText('Nothing found')).toBeVisible()
    await conditions.getByRole('button', { name: 'Clear filters' }).click()
    await expect(app.history).toBeVisible()
    await app.searchField.fill('boiler')
    await conditions.getByLabel('Topic filter').fill('plant/+/state')
    await expect(app.found).toHaveCount(5)
    await conditions.getByLabel('From').fill('2100-01-01T00:00')
    await expect(app.page.getByText('Nothing found')).toBeVisible()
    await conditions.getByLabel('To', { exact: true }).fill('2099-01-01T00:00')
    await expect(app.page.getByText('The end is before the start.')).toBeVisible()
    await conditions.getByLabel('From').fill('')
    await expect(app.found).toHaveCount(5)
    await conditions.getByLabel('Topic filter').fill('plant/#/state')
    await expect(app.page.getByText('# must be the last level, as in plant/#.')).toBeVisible()
    await expect(app.searchField).toHaveValue('boiler')
  })

  test('can be limited to the selected topic, or to its subtree', async ({ app }) => {
    await app.select('plant/line2')
    await app.searchField.fill('锅炉')
    await expect(app.found).toHaveCount(5)
    await app.choice('Which messages', 'This topic').check()
    await expect(app.page.getByText('Nothing found')).toBeVisible()
    await app.choice('Which messages', 'This topic and all below').check()
    await expect(app.found).toHaveCount(1)
    await app.choice('Which messages', 'Everywhere').check()
    await expect(app.found).toHaveCount(5)
  })

  test('opens a result in context, and still shows the results on return', async ({ app, treetop }) => {
    // Enough topics that the topic of the result is scrolled out of view.
    const client = await mqtt.connectAsync({ port: treetop.brokerPort })
    for (let i = 0; i < 60; i++) await client.publishAsync(`a${i}`, 'in the way')
    await client.endAsync()
    await app.searchField.fill('锅炉')
    await expect(app.found).toHaveCount(5)
    mosquittoPub(treetop.brokerPort, 'plant/line1/state', 'newer', '-q', '1')
    await app.searchField.press('ArrowDown')
    for (let i = 0; i < 3; i++) await app.page.keyboard.press('ArrowDown')
    await app.page.keyboard.press('Enter')
    await expect(app.payload).toContainText('"value": 1')
    await expect(app.selectedTopic).toHaveAttribute('data-topic', 'plant/line1/state')
    await expect(app.selectedTopic).toBeInViewport()
    // The keys walk through the results, and the message and its topic follow.
    await app.page.keyboard.press('ArrowDown')
    await expect(app.payload).toContainText('"value": 0')
    await expect(app.selectedTopic).toHaveAttribute('data-topic', 'plant/line0/state')
    await app.page.keyboard.press('ArrowUp')
    await expect(app.payload).toContainText('"value": 1')
    mosquittoPub(treetop.brokerPort, 'plant/line1/state', 'newest', '-q', '1')
    await expect(app.topic('state').getByTitle('3 messages')).toBeVisible()
    await expect(app.payload).toContainText('"value": 1')
    await app.tab('Value').click()
    await expect(app.payload).toContainText('"value": 1')
    await app.tab('History').click()
    await expect(app.searchField).toHaveValue('锅炉')
    await expect(app.found).toHaveCount(5)
    await expect(app.found.nth(3)).toHaveAttribute('aria-current', 'true')
    // The topic is already selected: opening another of its results must work too.
    await app.found.nth(3).click()
    await expect(app.payload).toContainText('"value": 1')
    await app.tab('Value').click()
    await app.button('Back to live').click()
    await expect(app.payload).toContainText('newest')
  })

  test('loads more results on scrolling, and restores the scroll position on return', async ({
    app,
    treetop
  }) => {
    const client = await mqtt.connectAsync({ port: treetop.brokerPort })
    for (let i = 0; i < 350; i++) await client.publishAsync('long', `needle ${i}`, { qos: 1 })
    await client.endAsync()
    await app.searchField.fill('needle')
    await expect(app.page.getByText('100 found so far')).toBeVisible()
    await app.found.first().hover()
    await expect(async () => {
      await app.page.mouse.wheel(0, 20_000)
      await expect(app.found.last()).toContainText('needle 0', { timeout: 500 })
    }).toPass()
    await expect(app.page.getByText('350 found')).toBeVisible()
    await app.found.last().click()
    await expect(app.payload).toContainText('needle 0')
    await app.tab('Value').click()
    await app.tab('History').click()
    await expect(app.found.last()).toContainText('needle 0')
    await expect(app.found.last()).toBeInViewport()
  })
})
