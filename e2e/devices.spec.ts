import { mosquittoPub } from './fixtures/clients'
import { EdgeNode } from './fixtures/edge-node'
import { DevicesPage } from './pages/devices'
import { expect, test } from './test'

test('an edge node is followed from its birth to its death: names for aliases, gaps, a rebirth on request', async ({
  app,
  treetop,
  page
}) => {
  await app.startLocalBroker()
  const devices = new DevicesPage(page)
  await app.go('Devices')
  await expect(page.getByText('No Sparkplug B here')).toBeVisible()

  const edge = new EdgeNode(treetop.brokerPort, 'Plant', 'press')
  await edge.start()
  await expect(devices.line('press, online')).toBeVisible()
  await expect(devices.line('tank, online')).toBeVisible()
  await expect(devices.metric('Temperature')).toContainText('20')
  await edge.temperature(21.4)
  await expect(devices.metric('Temperature')).toContainText('21.4')
  await expect(devices.fact('bdSeq')).toContainText('3')
  await edge.level(-7)
  await devices.line('tank, online').click()
  await expect(devices.metric('Level')).toContainText('-7')
  await expect(devices.metric('Level')).toContainText('Int32')

  await edge.oldDeath()
  await devices.line('press, online').click()
  await expect(devices.fact('Ignored deaths')).toContainText('1')
  edge.skip(2)
  await edge.temperature(22)
  await expect(devices.line('press, stale')).toBeVisible()
  await expect(devices.line('tank, stale')).toBeVisible()
  await expect(page.getByText('Sequence numbers were skipped')).toBeVisible()
  await app.button('1 sequence gap').click()
  await expect(page.getByRole('menuitem', { name: /expected 4, got 6/ })).toBeVisible()
  await page.keyboard.press('Escape')

  await devices.requestRebirth()
  await expect(page.getByText(/Born again after/)).toBeVisible()
  expect(edge.births).toBe(2)
  await expect(devices.line('press, online')).toBeVisible()

  await edge.vanish()
  await expect(devices.line('press, offline')).toBeVisible()
  await expect(devices.line('tank, offline')).toBeVisible()
  await expect(devices.metric('Temperature')).toContainText('20')

  await devices.showMessage('Temperature')
  await expect(app.selectedTopic).toHaveAttribute('data-topic', 'spBv1.0/Plant/NBIRTH/press')
  await expect(app.payload).toContainText('"name": "Temperature"')
})

test('old data opens with names; what is known survives a restart; host applications are told', async ({
  app,
  treetop,
  page
}) => {
  await app.startLocalBroker()
  const edge = new EdgeNode(treetop.brokerPort, 'Plant', 'press')
  await edge.start()
  await edge.temperature(23.5)
  mosquittoPub(treetop.brokerPort, 'spBv1.0/STATE/scada', '{"online":true,"timestamp":1700000000000}')
  const devices = new DevicesPage(page)
  await app.go('Devices')
  await expect(devices.metric('Temperature')).toContainText('23.5')
  await devices.line('scada, online').click()
  await expect(page.getByRole('region', { name: 'scada' })).toContainText('spBv1.0/STATE/scada')
  await devices.line('press, online').click()
  await devices.showMessage('Temperature')
  await expect(app.selectedTopic).toHaveAttribute('data-topic', 'spBv1.0/Plant/NDATA/press')
  await expect(app.payload).toContainText('"name": "Temperature"')
  await expect(app.payload).toContainText('"value": 23.5')
  await edge.vanish()

  await treetop.stop()
  await treetop.start('--broker')
  await app.open(treetop.url)
  await app.go('Devices')
  await expect(devices.line('press, offline')).toBeVisible()
  await expect(devices.metric('Temperature')).toContainText('23.5')
  await edge.start()
  await expect(devices.line('press, online')).toBeVisible()
})

test('ten thousand metrics are looked through with the keyboard and the filter', async ({
  app,
  treetop,
  page
}) => {
  await app.startLocalBroker()
  const edge = new EdgeNode(treetop.brokerPort, 'Plant', 'press')
  await edge.start()
  await edge.manyMetrics(10_000)
  const devices = new DevicesPage(page)
  await app.go('Devices')
  await expect(page.getByText('10,003 metrics')).toBeVisible()
  await devices.metrics.focus()
  await page.keyboard.press('End')
  await expect(devices.metric('Line 19/Sensor 9999')).toBeInViewport()
  await page.getByRole('searchbox', { name: 'Filter metrics' }).fill('sensor 4321')
  await expect(devices.metric('Line 1/Sensor 4321')).toContainText('432.1')
  await expect(page.getByText('1 of 10,003 metrics')).toBeVisible()
  await edge.vanish()
})
