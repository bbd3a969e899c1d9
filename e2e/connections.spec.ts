import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { mosquittoPub } from './fixtures/clients'
import { expect, test } from './test'

test('connects to Mosquitto over TCP, TLS and WebSocket, each in its own tab', async ({ app, mosquitto }) => {
  await mosquitto.start()
  await app.newProfile({ name: 'Over TCP', host: '127.0.0.1', port: mosquitto.tcp })
  await app.expectOnline('Over TCP')
  await app.newProfile({ name: 'Over TLS', host: 'localhost', port: mosquitto.tls }, async () => {
    await app.field('Protocol').selectOption('mqtts')
    await app.field('Port').fill(String(mosquitto.tls))
    await app.field('CA certificate').fill(mosquitto.ca)
  })
  await app.expectOnline('Over TLS')
  await app.newProfile({ name: 'Over WebSocket', host: '127.0.0.1', port: mosquitto.ws }, async () => {
    await app.field('Protocol').selectOption('ws')
    await app.field('Port').fill(String(mosquitto.ws))
  })
  await app.expectOnline('Over WebSocket')
  mosquittoPub(mosquitto.tcp, 'shared/topic', 'seen by all')
  for (const name of ['Over TCP', 'Over TLS', 'Over WebSocket']) {
    await app.tab(name).click()
    await app.select('shared/topic')
    await expect(app.payload).toContainText('seen by all')
  }
})

test('variables of the active environment stand in the fields of a profile', async ({
  app,
  page,
  mosquitto,
  treetop
}) => {
  await mosquitto.start({ user: 'ann', password: 'right' })
  await app.newProfile({ name: 'Plant', host: '{{broker}}', port: mosquitto.tcp }, async () => {
    await app.field('User name').fill('{{user}}')
    await app.field('Password').fill('{{$env TREETOP_E2E_NOT_SET}}')
    await app.field('Client ID').fill('tt-{{$uuid}}')
    await app.field('Filter 1').fill('{{site}}/#')
  })
  await expect(app.toast('Plant cannot connect. Host: There is no variable “broker”.')).toBeVisible()
  await expect(app.field('Host')).toHaveAccessibleDescription(/There is no variable “broker”/)
  await expect(app.field('Client ID')).toHaveAccessibleDescription(/Now: tt-[0-9a-f-]{36}/)

  // The form follows the file of the collection, and the environment that is chosen.
  writeFileSync(
    join(treetop.dataDirectory, 'collections', 'collection.yaml'),
    'variables: { broker: 127.0.0.1, user: tom, site: plant }\nenvironments: { Lab: { user: ann, key: right } }'
  )
  await expect(app.field('Host')).toHaveAccessibleDescription(/Now: 127\.0\.0\.1/)
  await app.field('Password').fill('{{key}}')
  await expect(app.field('Password')).toHaveAccessibleDescription(/There is no variable “key”/)
  await app.go('Collections')
  await page.getByLabel('Environment').selectOption('Lab')
  await app.go('Connections')
  await expect(app.field('User name')).toHaveAccessibleDescription('Now: ann (environment Lab)')
  await expect(app.field('Password')).toHaveAccessibleDescription(/Now: •••••• \(environment Lab\)/)
  await expect(app.field('Filter 1')).toHaveAccessibleDescription('Now: plant/# (environment Lab)')
  await app.button('Test connection').click()
  await expect(page.getByText(/accepted/i).first()).toBeVisible()
  await app.button('Save and connect').click()
  await app.expectOnline('Plant')
  mosquittoPub(mosquitto.tcp, 'plant/oven', 'warm', '-u', 'ann', '-P', 'right')
  await app.select('plant/oven')
  await expect(app.payload).toContainText('warm')

  // Subscribed again with another QoS, it can be kept as the profile writes it.
  await app.status.getByRole('button').click()
  const dialog = page.getByRole('dialog')
  const keep = dialog.getByRole('button', { name: 'Keep plant/# in the profile' })
  await expect(dialog.getByRole('row', { name: /plant\/#/ })).toBeVisible()
  await expect(keep).toHaveCount(0)
  await dialog.getByRole('textbox', { name: 'Add a subscription' }).fill('plant/#')
  await dialog.getByRole('radiogroup', { name: 'QoS' }).getByRole('radio', { name: '1' }).check()
  await dialog.getByRole('button', { name: 'Subscribe', exact: true }).click()
  await keep.click()
  await expect(app.toast('{{site}}/# is now in the profile.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Edit profile' }).click()
  await expect(app.field('Filter 1')).toHaveValue('{{site}}/#')
  await expect(app.field('Filter 3')).toHaveCount(0)
})

test('a certificate from an unknown authority is refused with an explanation', async ({ app, mosquitto }) => {
  await mosquitto.start()
  await app.newProfile({ name: 'Untrusted', host: 'localhost', port: mosquitto.tls }, async () => {
    await app.field('Protocol').selectOption('mqtts')
    await app.field('Port').fill(String(mosquitto.tls))
  })
  await expect(
    app.page.getByText(new RegExp(`certificate of localhost:${mosquitto.tls} cannot be verified`))
  ).toBeVisible()
  await expect(app.status).toContainText('failed')
})

test('a wrong password stops the retries and is reported; the right one connects', async ({
  app,
  mosquitto
}) => {
  await mosquitto.start({ user: 'ann', password: 'right' })
  await app.newProfile({ name: 'Guarded', host: '127.0.0.1', port: mosquitto.tcp }, async () => {
    await app.field('User name').fill('ann')
    await app.field('Password').fill('wrong')
  })
  await expect(app.status).toContainText('failed')
  await expect(app.page.getByText(/not authorized|user name or password/i).first()).toBeVisible()
  await app.button('Edit profile').click()
  await app.field('Password').fill('right')
  await app.button('Save and connect').click()
  await app.expectOnline('Guarded')
})

for (const version of ['5', '3.1.1'] as const) {
  test(`a persistent session receives the messages queued while it was offline (Mosquitto, MQTT ${version})`, async ({
    app,
    mosquitto
  }) => {
    await mosquitto.start()
    await app.newProfile({ name: 'Kept', host: '127.0.0.1', port: mosquitto.tcp }, async () => {
      await app.chooseVersion(version)
      await app.page.getByRole('switch', { name: version === '5' ? 'Clean start' : 'Clean session' }).click()
      if (version === '5') await expect(app.field('Session expiry')).toHaveValue('86400')
      await expect(app.page.getByText('nothing is queued while you are away', { exact: false })).toBeVisible()
      await app.setFilterQos(1, 1)
    })
    await app.expectOnline('Kept')
    await app.status.getByRole('button').click()
    await app.page.getByRole('dialog').getByRole('button', { name: 'Disconnect', exact: true }).click()
    await expect(app.status).toContainText('offline')
    for (let i = 0; i < 5; i++) mosquittoPub(mosquitto.tcp, 'queue', `queued ${i}`, '-q', '1')
    await app.page.getByRole('dialog').getByRole('button', { name: 'Connect', exact: true }).click()
    await app.expectOnline()
    await expect(app.page.getByRole('dialog')).toContainText('resumed; 5 queued messages')
    await app.page.keyboard.press('Escape')
    await expect(app.topic('queue').getByTitle('5 messages')).toBeVisible()
  })
}

test('a persistent session receives the messages queued while it was offline (local broker)', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  await app.newProfile({ name: 'Kept', host: '127.0.0.1', port: treetop.brokerPort }, async () => {
    await app.page.getByRole('switch', { name: 'Clean start' }).click()
    await app.setFilterQos(1, 2)
  })
  await app.expectOnline('Kept')
  await app.status.getByRole('button').click()
  await app.page.getByRole('dialog').getByRole('button', { name: 'Disconnect', exact: true }).click()
  await expect(app.status).toContainText('offline')
  for (let i = 0; i < 5; i++) mosquittoPub(treetop.brokerPort, 'queue', `queued ${i}`, '-q', '2')
  await app.page.getByRole('dialog').getByRole('button', { name: 'Connect', exact: true }).click()
  await app.expectOnline()
  await app.page.keyboard.press('Escape')
  await expect(app.topic('queue').getByTitle('5 messages')).toBeVisible()
})

test('after the broker is killed, the connection keeps retrying and reconnects by itself', async ({
  app,
  mosquitto
}) => {
  await mosquitto.start()
  await app.newProfile({ name: 'Fragile', host: '127.0.0.1', port: mosquitto.tcp })
  await app.expectOnline('Fragile')
  await mosquitto.stop('SIGKILL')
  await expect(app.status).toContainText('reconnecting')
  await mosquitto.start()
  await app.expectOnline()
  mosquittoPub(mosquitto.tcp, 'back', 'again')
  await app.select('back')
  await expect(app.payload).toContainText('again')
})

test('the granted QoS is shown beside the requested one', async ({ app, mosquitto }) => {
  await mosquitto.start({ maximumQos: 1 })
  await app.newProfile({ name: 'Granted', host: '127.0.0.1', port: mosquitto.tcp }, async () =>
    app.setFilterQos(1, 2)
  )
  await app.expectOnline('Granted')
  await app.status.getByRole('button').click()
  const cells = app.page
    .getByRole('dialog')
    .getByRole('row')
    .filter({ hasText: '#' })
    .first()
    .getByRole('cell')
  await expect(cells.nth(1)).toHaveText('QoS 2')
  await expect(cells.nth(2)).toHaveText('QoS 1')
})

test('an invalid profile cannot be saved: each invalid field shows its error, and the input stays', async ({
  app
}) => {
  await app.newProfile({ name: '', host: 'not a host', port: 70_000 }, async () => {
    await app.field('Filter 1').fill('a/#/b')
  })
  // Without a name it would be named after its host.
  await expect(app.page.getByRole('alert')).toHaveCount(3)
  await expect(app.field('Host')).toHaveValue('not a host')
  await expect(app.field('Port')).toHaveValue('70000')
  await expect(app.page.getByRole('tab')).toHaveCount(0)
})

test('a connection is tested before it is saved, without disturbing the one that runs; it has a name and a colour', async ({
  app,
  mosquitto
}) => {
  await mosquitto.start({ user: 'ann', password: 'right' })
  const result = app.page.getByRole('form').getByRole('status')
  // Without a name.
  await app.newProfile({ name: '', host: '127.0.0.1', port: mosquitto.tcp }, async () => {
    await app.field('Client ID').fill('only-me')
    await app.page.getByRole('switch', { name: 'Clean start' }).click()
    await app.field('User name').fill('ann')
    await app.field('Password').fill('wrong')
    await app.button('Test connection').click()
    await expect(result).toContainText('Not authorized')
    await expect(app.page.getByRole('listitem').filter({ hasText: String(mosquitto.tcp) })).toHaveCount(0)
    await app.field('Password').fill('right')
    await expect(result).toHaveCount(0)
    await app.button('Test connection').click()
    await expect(result).toContainText(/accepted the connection: MQTT 5, [\d.]+ ms/)
    await app.choice('Color', 'Red').check()
  })
  await app.expectOnline('127.0.0.1')
  await expect(app.tab('127.0.0.1')).toHaveAccessibleName('online (color: Red) 127.0.0.1')

  // The stored password, and the id and the session of the connection that runs.
  await app.go('Connections')
  await app.button('Test connection').click()
  await expect(result).toContainText('accepted the connection')
  await expect(app.button(/^Edit 127\.0\.0\.1 .*\(color: Red\)/)).toBeVisible()
  await expect.poll(() => mosquitto.output).toContain('Received DISCONNECT from treetop_test_')
  expect(mosquitto.output).not.toMatch(/only-me (?:already connected|disconnected)/)

  // A change takes effect with the next CONNECT, which the notice offers.
  await app.field('Keep alive').fill('30')
  await app.button('Save').click()
  await app.button('Reconnect now').click()
  await expect.poll(() => mosquitto.output).toMatch(/as only-me \(p5, c0, k30/)
  await app.expectOnline('127.0.0.1')
  await app.go('Connections')
  await mosquitto.stop()

  // A broker that is gone: the same sentence as in the connection's tab.
  await app.button('Test connection').click()
  await expect(result).toContainText(`Nothing is listening on 127.0.0.1:${mosquitto.tcp}`)
})

test('a message that cannot be published shows why, and the input stays', async ({ app }) => {
  await app.startLocalBroker()
  const panel = app.publishPanel
  await app.publish('plant/+/lamp', 'on', 0)
  await expect(panel.getByRole('alert')).toContainText('cannot contain + or #')
  await expect(panel.getByLabel('Topic', { exact: true })).toHaveValue('plant/+/lamp')
  await app.publish('', 'on', 0)
  await expect(panel.getByRole('alert')).toContainText('at least one character')
  await app.choice('Payload type', 'Hex').check()
  await app.publish('ok', '4g', 0)
  await expect(panel.getByRole('alert')).toContainText(/character 2/)
  await expect(panel.getByLabel('Payload', { exact: true })).toHaveValue('4g')
  await app.publish('ok', '4f 4b', 1)
  await expect(app.publishResult).toContainText('PUBACK')
  await app.select('ok')
  await expect(app.payload).toContainText('OK')
})

test('passwords are never in plain text on the disk @every-host', async ({ app, treetop, mosquitto }) => {
  await mosquitto.start({ user: 'ann', password: 'open sesame 1234' })
  await app.newProfile({ name: 'Secret', host: '127.0.0.1', port: mosquitto.tcp }, async () => {
    await app.field('User name').fill('ann')
    await app.field('Password').fill('open sesame 1234')
  })
  await app.expectOnline('Secret')
  // While it runs, journals come and go.
  await treetop.stop()
  const { readdirSync, readFileSync, statSync } = await import('node:fs')
  const { join } = await import('node:path')
  const files = readdirSync(treetop.dataDirectory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(treetop.dataDirectory, name))
    .filter((path) => statSync(path).isFile())
  expect(files.length).toBeGreaterThan(3)
  for (const file of files) expect(readFileSync(file).includes('open sesame 1234'), file).toBe(false)
})

test('a message published here shows as sent and as received, one from another client only as received', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  await app.publish('own/topic', 'mine', 1)
  await app.select('own/topic')
  await app.tab('History').click()
  await expect(app.history.getByTitle('Sent by Treetop')).toHaveCount(1)
  await expect(app.history.getByTitle('Received')).toHaveCount(1)
  const client = await mqtt.connectAsync({ port: treetop.brokerPort })
  await client.publishAsync('own/topic', 'theirs')
  await expect(app.history.getByTitle('Received')).toHaveCount(2)
  await client.endAsync()
})

test('cancelling a new profile leaves no trace', async ({ app }) => {
  await app.go('Connections')
  await app.button('New connection').first().click()
  await app.button('Cancel').click()
  await expect(app.field('Host')).toHaveCount(0)
  await expect(app.page.getByRole('listitem')).toHaveCount(1)
})
