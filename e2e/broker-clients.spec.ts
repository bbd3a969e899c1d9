import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import mqtt, { type IClientOptions } from 'mqtt'
import { generate } from 'mqtt-packet'
import { connected } from './fixtures/clients'
import { freePort } from './fixtures/port'
import { BrokerClientsPage } from './pages/broker-clients'
import { expect, test } from './test'

/** Of a session that outlives its connection. */
const kept: IClientOptions = { clean: false, properties: { sessionExpiryInterval: 3_600 } }

test('a person finds a client among others, and disconnects it', async ({ app, treetop }) => {
  await app.startLocalBroker()
  const port = treetop.brokerPort
  const press = await connected(port, 'press-7', {
    protocolVersion: 4,
    keepalive: 17,
    username: 'anna',
    will: { topic: 'press/state', payload: Buffer.from('gone'), qos: 1, retain: true }
  })
  await press.subscribeAsync('orders/#', { qos: 1 })
  for (const id of ['sensor-1', 'sensor-2']) await connected(port, id)
  await (await connected(port, 'meter', kept)).endAsync()
  const clients = new BrokerClientsPage(app)
  await clients.go()
  await expect(clients.cell('press-7', 'version')).toHaveText('3.1.1')
  await expect(clients.cell('press-7', 'keepAlive')).toHaveText('17 s')
  await expect(clients.cell('press-7', 'listener')).toHaveText(`TCP ${port}`)
  await expect(clients.cell('meter', 'connected')).toHaveText('absent')
  await expect(clients.cell('meter', 'expiresAt')).toContainText(/ends in 0:59:\d\d/)

  await clients.filter('Absent')
  await expect(clients.ids).toHaveText(['meter'])
  await clients.filter('All clients')
  await clients.sortBy('Subscriptions')
  await expect(clients.row('press-7').or(clients.row('meter')).first()).toHaveAttribute('data-key', 'press-7')
  await clients.search('ANNA')
  await expect(clients.ids).toHaveText(['press-7'])

  await clients.open('press-7')
  await expect(clients.fact('Keep Alive')).toHaveText('17 s')
  await expect(clients.fact('User name')).toHaveText('anna')
  await expect(clients.fact('Clean Session')).toHaveText('yes')
  await expect(clients.fact('Payload')).toHaveText('gone')

  const closed = new Promise((resolve) => press.once('close', () => resolve(true)))
  await clients.row('press-7').getByRole('button', { name: 'Disconnect client press-7' }).click()
  await expect(clients.dialog).toContainText('its session ends')
  await clients.confirm('Disconnect')
  expect(await closed).toBe(true)
  await expect(app.page.getByText('No matching clients')).toBeVisible()
  await clients.tab('History')
  await expect(clients.rows.first()).toContainText('disconnected in Treetop')
})

test('a person reads why a client that is gone was disconnected, also after a restart of the broker', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  const { page } = app
  const socket = connect(treetop.brokerPort, '127.0.0.1')
  socket.write(
    generate({
      cmd: 'connect',
      clientId: 'sleepy',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 1
    })
  )
  // It says nothing more, so the broker ends the connection.
  await new Promise((resolve) => socket.resume().once('close', resolve))
  const clients = new BrokerClientsPage(app)
  await clients.go()
  await page.getByRole('radio', { name: 'Event history' }).check()
  const history = page.getByRole('grid', { name: 'Event history', exact: true })
  const event = history.getByRole('row').filter({ hasText: 'keep alive timeout' })
  await expect(event).toContainText('sleepy')
  await event.click()
  await expect(page.getByRole('region', { name: 'Event' })).toContainText('Keep Alive timeout (0x8D)')
  await event.getByRole('button', { name: 'sleepy' }).click()
  await expect(clients.detail).toContainText('No client with this ID is connected')
  await expect(clients.detail).toContainText('keep alive timeout')

  await app.button('Stop broker').click()
  await expect(page.getByText('The broker is not running')).toBeVisible()
  await app.button('Start local broker').first().click()
  await app.expectOnline()
  await clients.go()
  await clients.tab('History')
  await expect(clients.rows.filter({ hasText: 'keep alive timeout' })).toHaveCount(1)
})

test('a message dropped from the queue of an absent client does not reach it', async ({ app, treetop }) => {
  await app.startLocalBroker()
  const port = treetop.brokerPort
  const meter = await connected(port, 'meter', kept)
  await meter.subscribeAsync('meters/#', { qos: 2 })
  await meter.endAsync()
  const publisher = await connected(port, 'publisher')
  for (const name of ['one', 'two', 'three', 'four'])
    await publisher.publishAsync(`meters/${name}`, name, { qos: 1 })
  const clients = new BrokerClientsPage(app)
  await clients.go()
  await clients.filter('Waiting messages')
  await expect(clients.ids).toHaveText(['meter'])
  await clients.open('meter')
  await clients.tab('Queue')
  await expect(clients.rows).toHaveCount(4)
  await expect(clients.rows.nth(1)).toContainText('to be sent')
  await clients.rows.nth(1).click()
  await expect(clients.detail.getByRole('region', { name: 'Message' })).toContainText('publisher')
  await app.page.keyboard.press('Delete')
  await expect(clients.dialog).toContainText('meter will not get the message on meters/two (QoS 1, 3 B)')
  await clients.confirm('Drop message')
  await expect(clients.rows).toHaveCount(3)
  await clients.rows.nth(1).getByRole('button', { name: 'Drop message on meters/three' }).click()
  await clients.confirm('Cancel')
  await expect(clients.rows).toHaveCount(3)

  const got: string[] = []
  const again = mqtt.connect({ port, clientId: 'meter', protocolVersion: 5, reconnectPeriod: 0, ...kept })
  again.on('message', (_topic, payload) => got.push(payload.toString()))
  await expect(app.page.getByText('Nothing waiting')).toBeVisible()
  expect(got).toEqual(['one', 'three', 'four'])
  await again.endAsync()

  for (const name of ['five', 'six']) await publisher.publishAsync(`meters/${name}`, name, { qos: 1 })
  await expect(clients.rows).toHaveCount(2)
  await clients.detail.getByRole('button', { name: 'Drop all' }).click()
  await expect(clients.dialog).toContainText('0 in flight, 2 waiting')
  await clients.confirm('Drop all')
  await expect(app.page.getByText('Nothing waiting')).toBeVisible()
})

test('the queue shows which acknowledgement a client owes', async ({ app, treetop }) => {
  await app.startLocalBroker()
  const port = treetop.brokerPort
  const silent = await connected(port, 'silent', { properties: { receiveMaximum: 2 } })
  // It never acknowledges.
  silent.handleMessage = () => undefined
  await silent.subscribeAsync('#', { qos: 2 })
  const publisher = await connected(port, 'publisher')
  for (const qos of [1, 2, 1] as const) await publisher.publishAsync('jobs', `at ${qos}`, { qos })
  const clients = new BrokerClientsPage(app)
  await clients.go()
  await clients.open('silent')
  await clients.tab('Queue')
  await expect(clients.rows).toContainText(['awaiting PUBACK', 'awaiting PUBREC', 'to be sent'])
  await clients.filter('Slow')
  await expect(clients.row('silent')).toContainText('slow to acknowledge')
  await expect(clients.ids).toHaveCount(1)
})

test('a subscription made on a client’s behalf brings it messages, until it is removed', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  const port = treetop.brokerPort
  const lamp = await connected(port, 'lamp')
  const got: string[] = []
  lamp.on('message', (topic) => got.push(topic))
  const publisher = await connected(port, 'publisher')
  const clients = new BrokerClientsPage(app)
  await clients.go()
  await clients.open('lamp')
  await clients.tab('Subscriptions')
  await expect(app.page.getByText('No subscriptions')).toBeVisible()
  const form = clients.detail.getByRole('form', { name: 'Subscribe on the client’s behalf' })
  const filter = form.getByLabel('Topic filter')
  await filter.fill('house/#/lamp')
  await form.getByRole('button', { name: 'Subscribe' }).click()
  await expect(filter).toHaveAccessibleDescription(/^# must be the last level/)
  await expect(filter).toHaveValue('house/#/lamp')
  await filter.fill('$share/g/house')
  await form.getByRole('button', { name: 'Subscription options' }).click()
  await form.getByLabel('No Local').check()
  await form.getByRole('button', { name: 'Subscribe' }).click()
  await expect(filter).toHaveAccessibleDescription(/cannot have No Local/)
  await filter.fill('house/+')
  await form.getByLabel('Identifier').fill('7')
  await app.page.keyboard.press('Enter')
  await expect(clients.rows).toHaveText([/house\/\+.*0.*No Local.*7/])
  await publisher.publishAsync('house/lamp', 'on', { qos: 1 })
  await expect.poll(() => got).toEqual(['house/lamp'])

  await clients.rows.getByRole('button', { name: 'Remove subscription house/+' }).click()
  await expect(app.page.getByText('No subscriptions')).toBeVisible()
  await clients.detail.getByRole('button', { name: 'Undo' }).click()
  await expect(clients.rows).toHaveText([/house\/\+.*0.*No Local.*7/])
  await publisher.publishAsync('house/door', 'open', { qos: 1 })
  await expect.poll(() => got).toEqual(['house/lamp', 'house/door'])
})

test('two clients that fight over an id are named with their addresses, and what to do', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  const port = treetop.brokerPort
  const fighters = ['127.0.0.1', '127.0.0.2'].map(
    (localAddress) =>
      new mqtt.MqttClient(() => connect({ port, host: '127.0.0.1', localAddress }), {
        clientId: 'esp32',
        protocolVersion: 4,
        // Slow enough that the conflict is still among the newest events when they are read.
        reconnectPeriod: 400
      })
  )
  const clients = new BrokerClientsPage(app)
  await clients.go()
  const notice = app.page.getByRole('note').filter({ hasText: 'fight over the ID esp32' })
  await expect(notice).toContainText(/127\.0\.0\.[12] and 127\.0\.0\.[12]/)
  await expect(notice).toContainText('Give each client an ID of its own.')
  await expect(clients.row('esp32')).toContainText('ID conflict')
  await notice.getByRole('button', { name: 'Open client' }).click()
  await expect(clients.detail.getByRole('note')).toContainText('fight over the ID esp32')
  for (const fighter of fighters) fighter.end(true)
  await clients.tab('History')
  await expect(clients.rows.filter({ hasText: 'ID conflict' }).first()).toContainText(
    'take the ID from each other'
  )
  await expect(clients.rows.filter({ hasText: 'taken over by a client at 127.0.0.' }).first()).toBeVisible()
})

test('an MQTT-SN client stands in the table of clients', async ({ app }) => {
  const { page } = app
  const port = await freePort()
  await app.startLocalBroker()
  await app.go('Local broker')
  await page.getByRole('tab', { name: 'Settings' }).click()
  await app.button('Add listener').click()
  await page.getByRole('menuitem', { name: 'MQTT-SN over UDP' }).click()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type(String(port))
  await page.keyboard.press('Enter')
  await app.button('Restart broker').click()
  await expect(app.button('Restart broker')).toBeHidden()
  const socket = createSocket('udp4')
  const id = Buffer.from('sensor-sn')
  // CONNECT (MQTT-SN 1.2, 5.4.4): flags CleanSession, protocol 1, 60 s.
  const hello = Buffer.concat([Buffer.from([6 + id.length, 0x04, 0x04, 0x01, 0, 60]), id])
  const answers = new Set<number | undefined>()
  socket.on('message', (datagram) => answers.add(datagram[1]))
  /** Sends a datagram until an answer of a type has come: the broker may still be restarting. */
  const ask = (datagram: Buffer, type: number): Promise<void> =>
    expect
      .poll(() => {
        socket.send(datagram, port, '127.0.0.1')
        return answers.has(type)
      })
      .toBe(true)
  const CONNACK = 0x05
  await ask(hello, CONNACK)
  const clients = new BrokerClientsPage(app)
  await clients.go()
  await expect(clients.cell('sensor-sn', 'version')).toHaveText('SN')
  await expect(clients.cell('sensor-sn', 'listener')).toHaveText(`MQTT-SN over UDP ${port}`)
  // DISCONNECT with a duration: it sleeps.
  const DISCONNECT = 0x18
  await ask(Buffer.from([4, DISCONNECT, 0, 120]), DISCONNECT)
  await expect(clients.cell('sensor-sn', 'connected')).toHaveText('asleep')
  socket.close()
})

test('in a narrow window, a client is opened and left with the keyboard', async ({ app, page, treetop }) => {
  await page.setViewportSize({ width: 900, height: 600 })
  await app.startLocalBroker()
  for (const id of ['a-1', 'a-2', 'a-3']) await connected(treetop.brokerPort, id)
  const clients = new BrokerClientsPage(app)
  await clients.go()
  await clients.search('a-')
  await expect(clients.ids).toHaveText(['a-1', 'a-2', 'a-3'])
  await clients.table.focus()
  for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key)
  await expect(clients.detail.getByRole('heading', { name: 'a-2' })).toBeVisible()
  await expect(clients.table).toBeHidden()
  const back = clients.detail.getByRole('button', { name: 'Back to the clients' })
  await expect(back).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(clients.table).toBeFocused()
  await page.keyboard.press('Delete')
  await expect(clients.dialog).toContainText('Disconnect a-2?')
})
