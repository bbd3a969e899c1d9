import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { freePort } from './fixtures/port'
import { ListenersPage } from './pages/listeners'
import { expect, test } from './test'
import type { AppPage } from './pages/app'

async function listenersOf(app: AppPage): Promise<ListenersPage> {
  await app.startLocalBroker()
  await app.go('Local broker')
  const listeners = new ListenersPage(app.page)
  await listeners.open()
  return listeners
}

/** A device that speaks MQTT-SN. */
class Device {
  readonly #socket = createSocket('udp4')

  constructor(readonly port: number) {}

  send(...bytes: number[]): void {
    this.#socket.send(Buffer.from(bytes), this.port, '127.0.0.1')
  }

  /** Sends a message and returns the next one that comes. */
  async ask(...bytes: number[]): Promise<Buffer> {
    const answer = once(this.#socket, 'message') as Promise<[Buffer]>
    this.send(...bytes)
    return (await answer)[0]
  }

  close(): void {
    this.#socket.close()
  }
}

test('an MQTT-SN device publishes through the gateway, whose counts tell what was dropped', async ({
  app,
  treetop
}) => {
  const listeners = await listenersOf(app)
  // UDP has ports of its own: the broker's number is free.
  const port = treetop.brokerPort
  await listeners.add('MQTT-SN over UDP', port)
  await expect(app.page.getByText(`mqtt-sn://127.0.0.1:${port}`)).toBeVisible()
  await expect(listeners.row(1).getByRole('alert')).toHaveCount(0)
  await expect(listeners.sn).toContainText('Clients of version 2.0 are refused')
  await listeners.sn.getByRole('button', { name: 'Add topic' }).click()
  await listeners.sn.getByLabel('Name of topic 1').fill('plant/#')
  await app.page.keyboard.press('Enter')
  await expect(listeners.sn.getByRole('alert')).toHaveText('A topic to publish to cannot contain + or #.')
  await listeners.sn.getByLabel('Name of topic 1').fill('plant/humidity')
  await app.page.keyboard.press('Enter')
  await listeners.restart()

  const device = new Device(port)
  // CONNECT "pump", REGISTER plant/temp, PUBLISH at QoS 1; then QoS -1 with the predefined topic 1.
  expect([...(await device.ask(10, 4, 4, 1, 0, 60, 0x70, 0x75, 0x6d, 0x70))]).toEqual([3, 5, 0])
  const name = Buffer.from('plant/temp')
  const regack = await device.ask(6 + name.length, 0x0a, 0, 0, 0, 1, ...name)
  const puback = await device.ask(9, 0x0c, 0x20, regack[2]!, regack[3]!, 0, 2, 0x32, 0x31)
  expect([...puback.subarray(-1)]).toEqual([0])
  device.send(9, 0x0c, 0x61, 0, 1, 0, 0, 0x36, 0x30)
  // A CONNECT of 2.0, and what is no message at all.
  device.send(14, 1, 0, 0, 1, 2, 0, 60, 0, 0, 0, 0, 0x70, 0x75)
  device.send(0xff)
  const counts = listeners.countsOf(port)
  await expect(counts).toContainText('1 not MQTT-SN 1.2')
  await expect(counts).toContainText('1 from clients of MQTT-SN 2.0 or another version, which are refused')

  await app.go('Topics')
  await app.select('plant/temp')
  await expect(app.payload).toContainText('21')
  await app.select('plant/humidity')
  await expect(app.payload).toContainText('60')
  device.close()
})

test('a port that another program has gets a sentence beside it, and the broker runs on as it was', async ({
  app
}) => {
  const taken = await freePort()
  const other = createServer().listen(taken, '127.0.0.1')
  await once(other, 'listening')
  const listeners = await listenersOf(app)
  await listeners.add('WebSocket', taken)
  await expect(listeners.portOf(1)).toHaveAccessibleDescription(
    `Port ${taken} on 127.0.0.1 is in use by another program.`
  )
  await app.button('Restart broker').click()
  await expect(app.page.getByRole('alert').filter({ hasText: 'in use' }).first()).toBeVisible()
  await expect(app.page.getByText('Running', { exact: true })).toBeVisible()
  await app.expectOnline()

  await listeners
    .row(1)
    .getByRole('button', { name: /^Use port/ })
    .click()
  await expect(listeners.portOf(1)).not.toHaveValue(String(taken))
  await expect(listeners.row(1).getByRole('alert')).toHaveCount(0)
  await listeners.restart()
  other.close()
})

test('a phone scans the address of a listener, or is told that it cannot reach it', async ({
  app,
  treetop
}) => {
  const listeners = await listenersOf(app)
  const port = treetop.brokerPort
  await app.button(`Connect to mqtt://127.0.0.1:${port}`).click()
  await expect(listeners.dialog).toContainText('Only programs on this computer reach this address')
  await expect.poll(() => listeners.scanned()).toBe(`mqtt://127.0.0.1:${port}`)
  await app.page.keyboard.press('Escape')

  await app.choice('Listen on', 'All network interfaces').check()
  await listeners.restart()
  await app.button(`Connect to mqtt://127.0.0.1:${port}`).click()
  const addresses = Object.values(networkInterfaces()).flatMap((each = []) => each)
  const outside = addresses.find(({ internal, family }) => !internal && family === 'IPv4')
  test.skip(!outside, 'This computer has no network.')
  await expect(listeners.dialog).toContainText('Scan it with a phone')
  await expect.poll(() => listeners.scanned()).toMatch(/^mqtt:\/\/(?!127\.)[\d.]+:\d+$/)
  await listeners.dialog.getByRole('tab', { name: 'MicroPython' }).click()
  await expect(listeners.dialog.getByRole('tabpanel')).not.toContainText('127.0.0.1')
  await listeners.dialog.getByRole('combobox', { name: 'Address' }).selectOption('127.0.0.1')
  await expect.poll(() => listeners.scanned()).toBe(`mqtt://127.0.0.1:${port}`)
})
