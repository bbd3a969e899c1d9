import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { mosquittoPub } from './fixtures/clients'
import { BrokerSections } from './pages/broker-sections'
import { expect, test } from './test'

const clients: MqttClient[] = []

/** A client of MQTT 5 that does not come back by itself. */
async function client(port: number, clientId: string, options: IClientOptions = {}): Promise<MqttClient> {
  const made = await mqtt.connectAsync({
    port,
    clientId,
    protocolVersion: 5,
    reconnectPeriod: 0,
    ...options
  })
  clients.push(made)
  return made
}

test.afterEach(() => {
  for (const each of clients.splice(0)) each.end(true)
})

test('the overview of a stopped broker starts it, and then shows its figures, charts and listeners', async ({
  app,
  treetop
}) => {
  await app.go('Local broker')
  const sections = new BrokerSections(app.page)
  await expect(app.page.getByText('See what your broker is doing')).toBeVisible()
  await app.button('Start the broker').click()
  await app.expectOnline()
  await app.go('Local broker')
  await expect(sections.listeners.getByRole('listitem')).toContainText([
    `mqtt://127.0.0.1:${treetop.brokerPort}`
  ])
  await expect(sections.listeners).toContainText('Listening')
  const pair = [await client(treetop.brokerPort, 'one'), await client(treetop.brokerPort, 'two')]
  await pair[0]!.subscribeAsync('a/#', { qos: 1 })
  for (let i = 0; i < 25; i++) await pair[1]!.publishAsync(`a/${i}`, 'hello', { qos: 1, retain: true })
  // Treetop's own connection is one of the clients.
  await expect(sections.chart('Clients')).toContainText('At most 3 at once')
  await expect(sections.chart('Clients')).toContainText(/Connected\s*3/)
  await expect(sections.chart('Messages')).toContainText('25 in')
  await expect(sections.chart('Retained messages')).toContainText('25')
  await expect(sections.charts.locator('canvas')).toHaveCount(9)
  // The crosshair of one chart is that of all; by key, too.
  const plot = sections.chart('Messages').getByRole('application')
  await plot.focus()
  await app.page.keyboard.press('ArrowLeft')
  await expect(sections.charts).toContainText(/At \d\d:\d\d:\d\d/)
  await app.page.keyboard.press('Escape')
  await expect(sections.charts).toContainText('Running for')
  await app.button('Stop broker').click()
  await app.page.getByRole('dialog').getByRole('button', { name: 'Stop broker' }).click()
  await expect(app.page.getByText('See what your broker is doing')).toBeVisible()
})

test('a person sees what a flood costs: messages dropped by cause, with the reason and where to look', async ({
  app,
  treetop
}) => {
  const port = treetop.brokerPort
  await app.go('Local broker')
  const sections = new BrokerSections(app.page)
  await sections.show('Settings')
  await app.field('Queue per session: messages').fill('10')
  await app.page.keyboard.press('Enter')
  await app.button('Start local broker').click()
  await app.expectOnline()
  await app.go('Local broker')
  await sections.show('Overview')

  const away = { clean: false, properties: { sessionExpiryInterval: 600 } }
  const sleeper = await client(port, 'sleeper', away)
  await sleeper.subscribeAsync('flood/#', { qos: 1 })
  await sleeper.endAsync()
  const small = await client(port, 'small', { properties: { maximumPacketSize: 200 } })
  await small.subscribeAsync('big', { qos: 1 })
  const sender = await client(port, 'sender')
  for (let i = 0; i < 60; i++) await sender.publishAsync(`flood/${i}`, 'x', { qos: 1 })
  for (let i = 0; i < 30; i++) await sender.publishAsync(`nowhere/${i}`, 'x', { qos: 1 })
  await sender.publishAsync('big', 'x'.repeat(1_000), { qos: 1 })

  await expect(sections.dropped('Queue full')).toHaveText('50')
  await expect(sections.dropped('Nobody subscribed')).toHaveText('30')
  await expect(sections.dropped('Too large')).toHaveText('1')
  await expect(sections.dropped('Refused')).toHaveText('0')
  await expect(sections.drops).toContainText('A queue holds 10 messages')
  await expect(sections.chart('Dropped')).toContainText('81 since the start')
  await expect(sections.chart('Queued')).toContainText(/Waiting\s*10/)
  const queueFull = sections.drops.getByRole('row').filter({ hasText: 'Queue full' })
  await queueFull.getByRole('button', { name: 'Clients' }).click()
  await expect(app.page.getByRole('tab', { name: /^Clients/, selected: true })).toBeVisible()
})

test('two clients with one id are told about, with a way to them', async ({ app, treetop }) => {
  await app.startLocalBroker()
  await app.go('Local broker')
  const sections = new BrokerSections(app.page)
  for (let i = 0; i < 2; i++) await client(treetop.brokerPort, 'esp32', { reconnectPeriod: 50 })
  const notice = app.page
    .getByRole('status')
    .filter({ hasText: 'take the client ID “esp32” from each other' })
  await expect(notice).toContainText('127.0.0.1')
  await notice.getByRole('button', { name: 'Open clients' }).click()
  await expect(app.page.getByRole('tab', { name: /^Clients/, selected: true })).toBeVisible()
  await sections.show('Overview')
  await expect(notice).toBeVisible()
})

test('a person asks who gets a topic: overlapping filters, and a share whose turns can be followed', async ({
  app,
  treetop
}) => {
  const port = treetop.brokerPort
  await app.startLocalBroker()
  const dashboard = await client(port, 'dashboard')
  await dashboard.subscribeAsync('plant/#', { qos: 0 })
  await dashboard.subscribeAsync('plant/+/temp', {
    qos: 2,
    nl: true,
    properties: { subscriptionIdentifier: 42 }
  })
  const got: string[] = []
  for (const name of ['worker-a', 'worker-b']) {
    const worker = await client(port, name)
    await worker.subscribeAsync('$share/workers/plant/+/temp', { qos: 1 })
    worker.on('message', () => got.push(name))
  }
  await app.go('Local broker')
  const sections = new BrokerSections(app.page)
  await sections.show('Subscriptions')
  const row = sections.rowIn(sections.filters, 'plant/+/temp')
  await expect(row).toContainText('workers (2)')
  await sections.filterSearch.fill('TEMP')
  await expect(sections.filters.locator('[data-key]')).toHaveCount(1)
  // By key: the filter's subscribers.
  await sections.filters.focus()
  await app.page.keyboard.press('ArrowDown')
  const subscribers = app.page.getByRole('grid', { name: 'Subscribers of plant/+/temp' })
  await expect(subscribers.locator('[data-key]')).toHaveCount(3)
  await expect(subscribers.getByRole('row').filter({ hasText: 'dashboard' })).toContainText(
    /2\s*–\s*yes\s*42/
  )
  await expect(subscribers.getByRole('row').filter({ hasText: 'worker-b' })).toContainText('workers')

  await app.page.getByRole('tab', { name: 'Who gets this topic?' }).click()
  await sections.topic.fill('plant/+/temp')
  await expect(app.page.getByText('A topic to publish to cannot contain + or #.')).toBeVisible()
  await sections.topic.fill('plant/line1/temp')
  const answered = sections.rowIn(sections.audience, 'dashboard')
  await expect(answered.getByRole('gridcell').nth(2)).toHaveText('2')
  await expect(answered).toContainText('plant/# · QoS 0')
  await expect(answered).toContainText('plant/+/temp · QoS 2 · No local · ID 42')
  await answered.click()
  await expect(
    app.page.getByText('dashboard gets it through plant/# · QoS 0, plant/+/temp · QoS 2 · No local · ID 42')
  ).toBeVisible()
  await expect(sections.answer).toContainText(/One member of .+ gets it/)
  const share = sections.share('workers')
  await expect(share).toContainText('2 members')
  const next = (await sections.nextOf('workers').textContent())!
  const other = next === 'worker-a' ? 'worker-b' : 'worker-a'
  mosquittoPub(port, 'plant/line1/temp', '21')
  await expect(sections.nextOf('workers')).toHaveText(other)
  await expect.poll(() => got).toEqual([next])

  // Who stays away still has it coming.
  await sections.topic.fill('nothing/here')
  await expect(
    app.page.getByText(/Only Treetop’s own connection gets|Nobody gets nothing\/here/)
  ).toBeVisible()
})
