import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { mosquittoSub } from './fixtures/clients'
import { retainedTopics } from './fixtures/retained'
import { PalettePage } from './pages/palette'
import { ProbePage } from './pages/probe'
import { expect, test } from './test'

test('a person tests the local broker and a limited Mosquitto, compares both, and exports what was found', async ({
  app,
  page,
  treetop,
  mosquitto
}) => {
  test.setTimeout(120_000)
  await app.startLocalBroker()
  await app.go('Test a broker')
  const probe = new ProbePage(page)
  await expect(probe.broker).toHaveValue('local')
  await expect(probe.main).toContainText('Publishes only below treetop/probe/')
  await probe.test()
  await expect(probe.main).toContainText('28 supported · 0 not supported · 0 unknown')
  await probe.expectItem('qos1', 'yes', /\d ms.*Arrived after .* ms, acknowledged after .* ms\./)
  await probe.expectItem('keepAlive', 'yes', '60 seconds, instead of the requested 65,535 seconds.')
  await expect(probe.main).toContainText(/\d+ connections, \d+ packets sent/)
  await expect(probe.main).toContainText(/Left behind\s*Nothing/)
  const packets = await probe.open('qos1')
  await expect(packets.getByRole('listitem').filter({ hasText: 'PUBACK' }).first()).toBeVisible()

  await mosquitto.start({
    maximumQos: 1,
    settings: [
      'max_packet_size 2000',
      'retain_available false',
      'max_topic_alias 0',
      'max_keepalive 120',
      'max_inflight_messages 5',
      'allow_zero_length_clientid false'
    ]
  })
  await app.newProfile({ name: 'Plant', host: '127.0.0.1', port: mosquitto.tcp })
  await app.expectOnline('Plant')
  await app.go('Test a broker')
  await expect(probe.broker.locator('option:checked')).toHaveText('Plant')
  await probe.test()
  await probe.expectItem('qos2', 'no', 'The broker announces QoS 1 at most.')
  await probe.expectItem('retain', 'no', 'The broker announces that it does not support this.')
  await probe.expectItem('retainCleared', 'unknown', 'Not tested')
  await probe.expectItem('keepAlive', 'yes', '120 seconds, instead of')
  await probe.expectItem('assignedClientId', 'no', /Refused with CONNACK 0x8/)
  await probe.expectItem('receiveMaximum', 'yes', 'The broker announces 5 messages.')
  await probe.expectItem('topicAlias', 'no', 'which means 0 aliases')
  await probe.expectItem('packetSize', 'yes', 'The broker announces 2,000 bytes.')
  const refusal = await probe.open('assignedClientId')
  await expect(refusal.getByRole('listitem').filter({ hasText: 'CONNACK' })).toContainText('0x8')

  const markdown = (await treetop.saved(() => probe.export('Markdown'))).toString()
  expect(markdown).toContain('# Plant: what this MQTT broker supports')
  expect(markdown).toMatch(/\| QoS 2 +\| no +\| The broker announces QoS 1 at most\. +\|/)
  expect(markdown).toContain('## Evidence')
  const json = JSON.parse((await treetop.saved(() => probe.export('JSON'))).toString()) as {
    address: string
    items: { id: string; value: number | null }[]
  }
  expect(json.address).toBe(`mqtt://127.0.0.1:${mosquitto.tcp}`)
  expect(json.items.find(({ id }) => id === 'packetSize')!.value).toBe(2_000)

  const [local] = await probe.compareWith.locator('option', { hasText: 'Local broker' }).allTextContents()
  await probe.compareWith.selectOption({ label: local! })
  await expect(probe.comparison.getByRole('columnheader')).toHaveText([/^Item$/, /^Plant/, /^Local broker/])
  await expect(probe.compared('qos2').getByRole('cell')).toHaveText([
    /The broker announces QoS 1 at most\./,
    /Arrived after/
  ])
  await expect(probe.compared('packetSize').getByRole('cell')).toHaveText([/2,000 bytes/, /20,000,000 bytes/])
  await expect(probe.compared('qos1')).toHaveCount(0)
  await app.choice('Shown items', 'All').check()
  await expect(probe.comparison.locator('tr[data-item]')).toHaveCount(28)
  await expect(probe.compared('qos1')).toBeVisible()
  await app.button('Close comparison').click()
  await expect(probe.heading).toHaveText('What Plant supports')
})

test('the local broker is started for its test, and a test by keyboard shows its packets', async ({
  app,
  page
}) => {
  await app.go('Test a broker')
  const probe = new ProbePage(page)
  await app.button('Start it and test').focus()
  await page.keyboard.press('Enter')
  await expect(probe.heading).toHaveText('What Local broker supports', { timeout: 60_000 })
  await probe.item('version31').getByRole('button').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(probe.item('qos0').getByRole('list', { name: 'Packets' })).toContainText('PUBLISH')
})

test('a cancelled test leaves nothing behind, and keeps no results', async ({ app, page, treetop }) => {
  await app.startLocalBroker()
  await app.go('Test a broker')
  const probe = new ProbePage(page)
  await probe.start()
  // Next is a message that is retained for more than a second.
  await expect(probe.item('sessionExpiry').getByRole('img')).toBeVisible()
  await probe.cancel.click()
  await expect(app.toast('The test of Local broker was cancelled.')).toBeVisible()
  await expect(probe.main.getByRole('heading', { name: 'What does Local broker support?' })).toBeVisible()
  await expect(probe.tests).toHaveCount(0)
  expect(await retainedTopics(treetop.brokerPort, 'treetop/probe/#')).toEqual([])
  expect(existsSync(join(treetop.dataDirectory, 'probes'))).toBe(false)
  await app.go('Local broker')
  await expect(page.getByRole('tab', { name: /^Clients/ })).toContainText('1')
})

test('a broker that cannot be reached, or wants another password, gets a sentence that says what to do', async ({
  app,
  page,
  mosquitto
}) => {
  await mosquitto.start({ user: 'anna', password: 'sesame' })
  await app.newProfile({ name: 'Plant', host: '127.0.0.1', port: mosquitto.tcp }, () =>
    app.field('User name').fill('anna')
  )
  await expect(page.getByText(/The broker refused the connection/).first()).toBeVisible()
  await app.go('Test a broker')
  const probe = new ProbePage(page)
  await probe.press()
  await expect(probe.failure).toContainText('Plant could not be tested')
  await expect(probe.failure).toContainText('Not authorized (0x87)')
  await expect(probe.failure).toContainText('no password that can be read on this computer')
  await mosquitto.stop()
  await probe.press()
  await expect(probe.failure).toContainText(`Nothing is listening on mqtt://127.0.0.1:${mosquitto.tcp}`)
  await probe.failure.locator('..').getByRole('button', { name: 'Edit profile' }).click()
  await expect(app.field('Host')).toHaveValue('127.0.0.1')
})

test('a broker that is lost midway leaves an incomplete sheet, which can be removed', async ({
  app,
  page,
  mosquitto
}) => {
  test.setTimeout(90_000)
  await mosquitto.start()
  await app.newProfile({ name: 'Plant', host: '127.0.0.1', port: mosquitto.tcp })
  await app.expectOnline('Plant')
  await app.go('Test a broker')
  const probe = new ProbePage(page)
  const kept = await mosquittoSub(mosquitto.tcp, 'treetop/probe/+/expiry')
  await probe.start()
  // It is retained for a second only.
  await kept.until(/\/expiry /)
  await mosquitto.stop()
  await kept.stop()
  await expect(probe.heading).toBeVisible({ timeout: 40_000 })
  await expect(probe.main.getByRole('note')).toContainText([
    /became unreachable/,
    /Retained message: treetop/
  ])
  await probe.expectItem('qos1', 'yes', 'Arrived after')
  await probe.expectItem('packetPassed', 'unknown', 'became unreachable')
  await expect(probe.tests.getByRole('listitem')).toContainText(['incomplete'])
  await probe.tests.getByRole('button', { name: /^Remove the test of/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(probe.tests).toHaveCount(0)
  await expect(probe.main.getByRole('heading', { name: 'What does Plant support?' })).toBeVisible()
})

test('menus and the palette lead to the test, which goes on while the person is elsewhere, and over a reload', async ({
  app,
  page,
  treetop,
  mosquitto
}) => {
  test.setTimeout(90_000)
  await app.startLocalBroker()
  await mosquitto.start()
  await app.newProfile({ name: 'Plant', host: '127.0.0.1', port: mosquitto.tcp })
  await app.expectOnline('Plant')
  const probe = new ProbePage(page)
  const chosen = probe.broker.locator('option:checked')

  await page.getByRole('tab', { name: /Local broker$/ }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Test this broker…' }).click()
  await expect(chosen).toHaveText('Local broker')
  await app.go('Connections')
  await app.button('More actions for Plant').click()
  await page.getByRole('menuitem', { name: 'Test this broker…' }).click()
  await expect(chosen).toHaveText('Plant')
  await page.getByRole('tab', { name: /Local broker$/ }).click()
  await new PalettePage(page).run('test this broker')
  await expect(chosen).toHaveText('Local broker')

  await probe.start()
  await page.reload()
  await app.open(treetop)
  await app.go('Test a broker')
  await expect(probe.heading).toHaveText('What Local broker supports', { timeout: 60_000 })
  await probe.start()
  await app.go('Topics')
  await expect(app.toast('The test of Local broker is finished.')).toBeVisible({ timeout: 60_000 })
  await app.button('Show result').click()
  await expect(probe.tests.getByRole('listitem')).toHaveCount(2)
  // Of two tests of one broker, the older comes first.
  await probe.compareWith.selectOption({ index: 1 })
  await expect(probe.main.getByText('No differences')).toBeVisible()
})
