import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { freePort } from './fixtures/port'
import { expect, test } from './test'

test('clients connect over TLS and over WebSocket, with a certificate that Treetop makes', async ({
  app,
  treetop
}) => {
  const { page } = app
  await app.startLocalBroker()
  await app.go('Local broker')
  await page.getByRole('tab', { name: 'Settings' }).click()
  const ports = { tls: await freePort(), ws: await freePort(), wss: await freePort() }
  for (const [kind, port] of [
    ['TLS', ports.tls],
    ['WebSocket', ports.ws],
    ['WebSocket over TLS', ports.wss]
  ] as const) {
    await app.button('Add listener').click()
    await page.getByRole('menuitem', { name: kind, exact: true }).click()
    // The new listener's port has the focus.
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type(String(port))
    await page.keyboard.press('Enter')
    await expect(page.getByText(`:${port}`)).toBeVisible()
  }
  await app.button('Create a certificate for me').click()
  await expect(page.getByText('localhost')).toBeVisible()
  await app.button('Restart broker').click()

  const ca = readFileSync(join(treetop.dataDirectory, 'certificates', 'ca.pem'), 'utf8')
  for (const url of [
    `mqtts://localhost:${ports.tls}`,
    `ws://127.0.0.1:${ports.ws}/mqtt`,
    `wss://127.0.0.1:${ports.wss}/mqtt`
  ]) {
    // The broker may still be restarting.
    const client = mqtt.connect(url, { ca, clientId: new URL(url).protocol, reconnectPeriod: 50 })
    await client.publishAsync('everywhere', url, { qos: 1 })
    await client.endAsync()
  }
  await app.go('Topics')
  await app.select('everywhere')
  await expect(app.topic('everywhere').getByTitle('3 messages')).toBeVisible()
})

test('a refused packet is shown with its reason and its bytes', async ({ app, treetop }) => {
  const { page } = app
  await app.startLocalBroker()
  const socket = connect(treetop.brokerPort, '127.0.0.1')
  const hello = [0x10, 0x0e, 0, 4, ...Buffer.from('MQTT'), 5, 2, 0, 60, 0, 0, 1, 0x64]
  socket.write(Buffer.from([...hello, 0x36, 7, 0, 1, 0x74, 0, 1, 0, 0x78]))
  await new Promise((resolve) => socket.resume().once('close', resolve))
  await app.go('Local broker')
  await page.getByRole('tab', { name: /^Refused/ }).click()
  const row = page.getByRole('row').filter({ hasText: 'QoS 3' })
  await expect(row).toContainText('Malformed Packet (0x81)')
  await row.click()
  await expect(page.getByText(/36\s*07\s*00\s*01\s*74/).first()).toBeVisible()
})
