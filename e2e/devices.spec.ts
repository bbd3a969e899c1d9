import { mosquittoPub } from './fixtures/clients'
import { EdgeNode } from './fixtures/edge-node'
import { DevicesPage } from './pages/devices'
import { expect, test } from './test'

test('an edge node is tracked from birth to death: alias names, sequence gaps, a rebirth on request', async ({
  app,
  treetop,
  page
}) => {
  await app.startLocalBroker()
  const devices = new DevicesPage(page)
  await app.go('Devices')
  await expect(page.getByText('No Sparkplug B messages')).toBeVisible()

  const edge = new EdgeNode(treetop.brokerPort, 'Plant', 'press')
  await edge.start()
  await expect(devices.line('press', 'online')).toBeVisible()
  await expect(devices.line('tank', 'online')).toBeVisible()
  await expect(devices.metric('Temperature')).toContainText('20')
  await edge.temperature(21.4)
  await expect(devices.metric('Temperature')).toContainText('21.4')
  await expect(devices.fact('bdSeq')).toContainText('3')
  await edge.level(-7)
  await devices.line('tank', 'online').click()
  await expect(devices.metric('Level')).toContainText('-7')
  await expect(devices.metric('Level')).toContainText('Int32')

  await edge.oldDeath()
  await devices.line('press', 'online').click()
  await expect(devices.fact('Ignored deaths')).toContainText('1')
  edge.skip(2)
  await edge.temperature(22)
  await expect(devices.line('press', 'stale')).toBeVisible()
  await expect(devices.line('tank', 'stale')).toBeVisible()
  await expect(page.getByText('Sequence numbers were skipped')).toBeVisible()
  await app.button('1 sequence gap').click()
  await expect(page.getByRole('menuitem', { name: /expected 4, got 6/ })).toBeVisible()
  await page.keyboard.press('Escape')

  await devices.requestRebirth()
  await expect(page.getByText(/NBIRTH received after/)).toBeVisible()
  expect(edge.births).toBe(2)
  await expect(devices.line('press', 'online')).toBeVisible()

  await edge.vanish()
  await expect(devices.line('press', 'offline')).toBeVisible()
  await expect(devices.line('tank', 'offline')).toBeVisible()
  await expect(devices.metric('Temperature')).toContainText('20')

  await devices.showMessage('Temperature')
  await expect(app.selectedTopic).toHaveAttribute('data-topic', 'spBv1.0/Plant/NBIRTH/press')
  await expect(app.payload).toContainText('"name": "Temperature"')
})

test('old data shows metric names; known nodes survive a restart; host applications are listed', async ({
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
  await devices.line('scada', 'online').click()
  await expect(page.getByRole('region', { name: 'scada' })).toContainText('spBv1.0/STATE/scada')
  await devices.line('press', 'online').click()
  await devices.showMessage('Temperature')
  await expect(app.selectedTopic).toHaveAttribute('data-topic', 'spBv1.0/Plant/NDATA/press')
  await expect(app.payload).toContainText('"name": "Temperature"')
  await expect(app.payload).toContainText('"value": 23.5')
  await edge.vanish()
  // The next run knows the node from its death certificate.
  await app.go('Devices')
  await expect(devices.line('press', 'offline')).toBeVisible()

  await treetop.stop()
  await treetop.start()
  await app.open(treetop)
  await app.startLocalBroker()
  const again = new DevicesPage(app.page)
  await app.go('Devices')
  await expect(again.line('press', 'offline')).toBeVisible()
  await expect(again.metric('Temperature')).toContainText('23.5')
  await edge.start()
  await expect(again.line('press', 'online')).toBeVisible()
})

test('ten thousand metrics can be browsed with the keyboard and the filter', async ({
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
  await expect(page.getByText('Metrics: 10,003')).toBeVisible()
  await devices.metrics.focus()
  await page.keyboard.press('End')
  await expect(devices.metric('Line 19/Sensor 9999')).toBeInViewport()
  await page.getByRole('searchbox', { name: 'Filter metrics' }).fill('sensor 4321')
  await expect(devices.metric('Line 1/Sensor 4321')).toContainText('432.1')
  await expect(page.getByText('Metrics: 1 of 10,003')).toBeVisible()
  await edge.vanish()
})

test('Home Assistant discovery is shown as devices and entities, and its errors are flagged', async ({
  app,
  treetop,
  page
}) => {
  await app.startLocalBroker()
  const port = treetop.brokerPort
  const send = (topic: string, payload: object | string, ...flags: string[]): void =>
    mosquittoPub(port, topic, typeof payload === 'string' ? payload : JSON.stringify(payload), ...flags)
  const device = { ids: ['0x01'], name: 'Boiler', mf: 'Acme', mdl: 'X1' }
  const devices = new DevicesPage(page)
  await app.go('Devices')
  await devices.tab('Home Assistant').click()
  await expect(page.getByText('No discovery messages under homeassistant/')).toBeVisible()

  send(
    'homeassistant/sensor/boiler/temp/config',
    {
      '~': 'home/boiler',
      name: 'Temperature',
      stat_t: '~/state',
      val_tpl: '{{ value_json.t }}',
      unit_of_meas: '°C',
      avty_t: '~/lwt',
      dev: device
    },
    '-r'
  )
  await expect(devices.homeDevice('Boiler', 'silent')).toBeVisible()
  send('home/boiler/state', { t: 21.5 })
  send('home/boiler/lwt', 'online', '-r')
  await expect(devices.homeDevice('Boiler', 'online')).toBeVisible()
  await expect(devices.entity('Temperature')).toContainText('21.5 °C')
  await expect(devices.fact('Manufacturer')).toHaveText(/Acme$/)
  await expect(devices.fact('Model')).toHaveText(/X1$/)

  send(
    'homeassistant/device/pump/config',
    {
      dev: { ids: 'pump', name: 'Pump' },
      o: { name: 'pump2mqtt', sw: '1.2' },
      stat_t: 'pump/state',
      cmps: { on: { p: 'switch', name: 'On' }, flow: { p: 'sensor', name: 'Flow' } }
    },
    '-r'
  )
  send('pump/state', 'ON')
  await devices.homeDevice('Pump').click()
  await expect(devices.entity('On')).toContainText('ON')
  await expect(page.getByText('pump2mqtt 1.2')).toBeVisible()

  send('homeassistant/binary_sensor/door/config', { name: 'Door', dev: { ids: 'door', name: 'Door' } })
  send('homeassistant/sensor/odd/config', '{"name":', '-r')
  await expect(devices.homeDevice('Unreadable configurations', 'not JSON')).toBeVisible()
  await devices.homeDevice('Door', 'no state topic, not retained').click()
  await expect(page.getByText('Home Assistant forgets it when it restarts')).toBeVisible()
  await app.field('Only with problems').click()
  await expect(devices.homeDevice('Pump')).toHaveCount(0)
  await app.field('Only with problems').click()

  await devices.homeDevice('Boiler', 'online').click()
  await devices.entity('Temperature').getByRole('button', { name: 'home/boiler/state' }).click()
  await expect(app.selectedTopic).toHaveAttribute('data-topic', 'home/boiler/state')

  // The page opens on a device, although the configurations that cannot be read are listed first.
  await app.go('Devices')
  await expect(devices.homeDevice('Boiler', 'online')).toHaveAttribute('aria-selected', 'true')
  await expect(devices.entity('Temperature')).toBeVisible()
  await app.field('Discovery prefix').fill('ha')
  await page.keyboard.press('Enter')
  await expect(page.getByText('No discovery messages under ha/')).toBeVisible()
  send('ha/light/lamp/config', { name: 'Lamp', stat_t: 'lamp', dev: { ids: 'lamp', name: 'Lamp' } }, '-r')
  send('lamp', 'on')
  await expect(devices.homeDevice('Lamp')).toBeVisible()
})
