import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { connected } from './fixtures/clients'
import { BrokerClientsPage } from './pages/broker-clients'
import { PacketsPage } from './pages/packets'
import { expect, test } from './test'

test('a trace armed before a client connects has its CONNECT, and Wireshark reads the export', async ({
  app,
  treetop,
  page
}) => {
  await app.startLocalBroker()
  const clients = new BrokerClientsPage(app)
  await clients.go()
  await clients.trace('esp32')
  await expect(clients.detail).toContainText('its CONNECT will be the first')
  const esp = await connected(treetop.brokerPort, 'esp32', { username: 'anna', password: 's3cret!' })
  await esp.publishAsync('esp/state', 'up', { qos: 2 })
  const packets = new PacketsPage(page)
  await expect(packets.table.getByRole('row').nth(1)).toContainText(/→\s*CONNECT/)
  await packets.rows(/PUBLISH.*esp\/state/).click()
  await expect(packets.steps).toContainText(['PUBLISH', 'PUBREC', 'PUBREL', 'PUBCOMP'])
  const file = test.info().outputPath('esp32.pcapng')
  writeFileSync(file, await treetop.saved(() => packets.export('As pcapng, for Wireshark')))
  const read = execFileSync('tshark', ['-r', file, '-V'], { encoding: 'utf8' })
  for (const text of ['Connect Command', 'Client ID: esp32', 'Topic: esp/state']) expect(read).toContain(text)
  expect(read).not.toContain('s3cret')
  rmSync(file)

  // The mark leads back to it from elsewhere.
  await clients.detail.getByRole('button', { name: 'Close client' }).click()
  await expect(clients.row('esp32')).toContainText('traced')
  await clients.tracesMenu(/^esp32 · \d+ packets/)
  await clients.detail.getByRole('switch', { name: 'Trace packets' }).click()
  await expect(clients.dialog).toContainText('are discarded')
  await clients.confirm('Stop tracing')
  await expect(clients.detail).toContainText('Packets of this client are not traced')
})
