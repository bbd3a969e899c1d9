import { once } from 'node:events'
import { connect as connectTcp, createServer, type AddressInfo } from 'node:net'
import mqtt, { type MqttClient } from 'mqtt'
import { TestProcess } from './fixtures/process'
import { FaultsPage } from './pages/faults'
import { PacketsPage } from './pages/packets'
import { expect, test } from './test'
import type { AppPage } from './pages/app'

/** The started local broker's faults. */
async function faultsOf(app: AppPage): Promise<FaultsPage> {
  await app.startLocalBroker()
  await app.go('Local broker')
  const faults = new FaultsPage(app.page)
  await faults.open()
  return faults
}

function connect(port: number, clientId: string): Promise<MqttClient> {
  return mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { clientId, reconnectPeriod: 50 })
}

/** A device with paho-mqtt, which sends a message again with DUP once it is connected again. */
const device = `
import sys, threading
import paho.mqtt.client as mqtt
connected = threading.Event()
client = mqtt.Client(client_id='press-7')
client.on_connect = lambda *_: connected.set()
client.connect('127.0.0.1', int(sys.argv[1]))
client.loop_start()
connected.wait()
client.publish('plant/temp', '21', qos=1).wait_for_publish()
print('acknowledged', flush=True)
client.disconnect()
`

/** A way to a port that keeps what clients send over it. */
async function wiretap(port: number): Promise<{ port: number; sent: () => Buffer; close: () => void }> {
  const chunks: Buffer[] = []
  const server = createServer((client) => {
    const broker = connectTcp(port, '127.0.0.1')
    client.on('data', (chunk: Buffer) => chunks.push(chunk))
    client.pipe(broker).pipe(client)
    for (const end of [client, broker])
      end.on('error', () => undefined).on('close', () => [client, broker].forEach((each) => each.destroy()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => Buffer.concat(chunks),
    close: () => server.close()
  }
}

/** PUBLISH of the device at QoS 1, with packet identifier 1. */
function publish(dup: boolean): Buffer {
  const body = Buffer.concat([
    Buffer.from([0, 10]),
    Buffer.from('plant/temp'),
    Buffer.from([0, 1]),
    Buffer.from('21')
  ])
  return Buffer.concat([Buffer.from([dup ? 0x3a : 0x32, body.length]), body])
}

test('a message whose PUBACK was lost comes again with DUP', async ({ app, treetop }) => {
  const faults = await faultsOf(app)
  await faults.choose('Lost PUBACK')
  await faults.start()
  await expect(faults.banner('A fault is active: Withheld acknowledgements')).toBeVisible()

  const wire = await wiretap(treetop.brokerPort)
  const press = new TestProcess('/usr/bin/python3', ['-c', device, String(wire.port)])
  // It struck as often as it should, so it is over.
  await expect(faults.ended.first()).toContainText('1 acknowledgement withheld')
  await expect(faults.active).toHaveCount(0)
  await expect(faults.packetLinks(faults.ended.first())).toHaveText(['Packets: press-7'])
  expect(wire.sent().includes(publish(false))).toBe(true)
  expect(wire.sent().includes(publish(true))).toBe(false)

  await faults.choose('Cut connections…')
  await faults.forClient('press-7')
  await faults.dialog.getByRole('button', { name: 'Cut', exact: true }).click()
  await expect(app.toast('1 connection cut')).toBeVisible()
  await press.until(/acknowledged/)
  expect(wire.sent().includes(publish(true))).toBe(true)
  await press.exit()
  wire.close()
  await app.go('Topics')
  await app.select('plant/temp')
  await expect(app.topic('temp').getByTitle('2 messages')).toBeVisible()
})

test('the packets of a connection show which acknowledgement is missing', async ({ app, page, treetop }) => {
  await app.startLocalBroker()
  await app.newProfile({ name: 'Device', host: '127.0.0.1', port: treetop.brokerPort })
  await app.expectOnline('Device')
  await app.go('Packets')
  await page.getByRole('main').getByRole('button', { name: 'Record packets' }).click()
  const packets = new PacketsPage(page)

  await app.go('Local broker')
  const faults = new FaultsPage(page)
  await faults.open()
  await faults.choose('Unfinished QoS 2')
  await faults.start()
  await app.go('Topics')
  await app.publish('plant/recipe', 'rye', 2)
  await app.go('Packets')
  await expect(packets.rows('PUBREL')).toHaveCount(1)
  await packets
    .rows(/PUBLISH.*plant\/recipe/)
    .first()
    .click()
  await expect(packets.detail.getByText('waiting for PUBCOMP')).toBeVisible()
})

test('a bad mobile network is for one client only', async ({ app, treetop }) => {
  const faults = await faultsOf(app)
  const far = await connect(treetop.brokerPort, 'far')
  const near = await connect(treetop.brokerPort, 'near')
  await faults.choose('Bad mobile network')
  await faults.forClient('far')
  await faults.start()
  await expect(faults.banner('2 faults are active')).toContainText('Latency, Cut connections')

  // PUBLISH and PUBACK are each at least 100 ms late.
  const answered: string[] = []
  const begun = performance.now()
  const slow = far.publishAsync('t', 'x', { qos: 1 }).then(() => answered.push('far'))
  await near.publishAsync('t', 'x', { qos: 1 }).then(() => answered.push('near'))
  await slow
  expect(performance.now() - begun).toBeGreaterThan(190)
  expect(answered).toEqual(['near', 'far'])
  const row = faults.active.filter({ hasText: 'Latency' })
  await expect(row).toContainText('500 ± 400 ms · every packet · client far')
  await expect(row).toContainText(/[2-9] packets delayed/)
  await faults.packetLinks(row).click()
  await expect(
    app.page.getByRole('tablist', { name: 'Local broker' }).getByRole('tab', { name: /^Clients/ })
  ).toHaveAttribute('aria-selected', 'true')
  await Promise.all([far, near].map((client) => client.endAsync(true)))
})

test('a bad value gets a sentence beside its field, and starts nothing', async ({ app }) => {
  const faults = await faultsOf(app)
  await faults.choose('Custom fault…')
  await faults.field('Delay').fill('70000')
  await faults.field('Jitter').fill('0.5')
  await faults.choice('By chance').check()
  await faults.field('Chance').fill('101')
  await faults.choice('A number of times').check()
  await faults.field('Times').fill('0')
  await faults.choice('One client').check()
  await faults.field('Topic filter').fill('plant/#/temp')
  await faults.field('Ends after').fill('soon')
  await faults.field('Seed').fill('-1')
  await faults.start()
  const sentences = {
    Delay: /milliseconds from 0 to 60,000/,
    Jitter: /milliseconds from 0 to 60,000/,
    Chance: /percentage from 0 to 100/,
    Times: /whole number of 1 or more/,
    'Client ID': /This is required/,
    'Topic filter': /# must be the last level/,
    'Ends after': /seconds from 1 to 86,400/,
    Seed: /from 0 to 4,294,967,295/
  }
  for (const [name, sentence] of Object.entries(sentences))
    await expect(faults.field(name), name).toHaveAccessibleDescription(sentence)
  // The first fault has the focus, and nothing typed is lost.
  await expect(faults.field('Delay')).toBeFocused()
  await expect(faults.field('Ends after')).toHaveValue('soon')
  await expect(faults.banner(/fault/)).toHaveCount(0)

  await faults.field('Delay').fill('100')
  await faults.field('Jitter').fill('101')
  await faults.field('Chance').fill('50')
  await faults.field('Times').fill('3')
  await faults.field('Client ID').fill('press-7')
  await faults.field('Topic filter').fill('plant/#')
  await faults.field('Ends after').fill('60')
  await faults.field('Seed').fill('7')
  await expect(faults.field('Jitter')).toHaveAccessibleDescription(
    'The jitter cannot be larger than the delay.'
  )
  await faults.field('Jitter').fill('50')
  await faults.start()
  await expect(faults.active).toContainText(
    '100 ± 50 ms · 50% of packets · at most 3× · client press-7 · topics plant/#'
  )
})

test('the banner is on every section until all faults are stopped', async ({ app, page, treetop }) => {
  const faults = await faultsOf(app)
  await faults.choose('Wrong password')
  await faults.start()
  await expect(faults.active).toContainText(
    'Bad user name or password (4) · Bad User Name or Password (0x86)'
  )
  await faults.choose('Subscription refused')
  await faults.start()
  await page.getByRole('tab', { name: 'Overview' }).click()
  await expect(faults.banner('2 faults are active')).toBeVisible()
  await expect(faults.tab).toHaveAccessibleName(/2/)
  await expect(connect(treetop.brokerPort, 'x')).rejects.toThrow(/Bad username or password/)

  await app.button('Stop all').click()
  await expect(faults.banner(/fault/)).toHaveCount(0)
  await expect(faults.tab).toHaveAccessibleName('Faults')
  await faults.open()
  await expect(faults.ended.filter({ hasText: 'Refused connections' })).toContainText('1 connection refused')
  await (await connect(treetop.brokerPort, 'x')).endAsync()
})

test('a broker that is away comes back by itself, and the fault can be started again', async ({
  app,
  treetop
}) => {
  const faults = await faultsOf(app)
  const client = await connect(treetop.brokerPort, 'press-7')
  const lost = new Promise((closed) => client.once('close', () => closed(true)))
  await faults.choose('Broker offline')
  await faults.field('Ends after').fill('1')
  await faults.start()
  await lost
  await expect(faults.ended).toContainText('1 connection cut')
  await expect(faults.ended).toContainText('time limit reached at')
  await client.publishAsync('back', '', { qos: 1 })

  await faults.ended.getByRole('button', { name: /^Start again/ }).click()
  await expect(faults.field('Ends after')).toHaveValue('1')
  await client.endAsync()
})
