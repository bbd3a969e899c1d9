import mqtt from 'mqtt'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { Mosquitto, mosquittoInstalled } from '../mqtt/mosquitto.fixture'
import { Broker } from './core/broker'
import { HandClock } from './core/hand-clock.fixture'
import { messages, PacketClient } from './core/packet-client.fixture'
import { MovingAverages } from './moving-averages'
import { SysTopics } from './sys'

let clock: HandClock
let broker: Broker
let sys: SysTopics

beforeEach(() => {
  clock = new HandClock()
  broker = new Broker({ clock })
  sys = new SysTopics(broker, clock, 'Treetop 1.2.3')
})

afterEach(() => {
  sys.stop()
  broker.close()
})

/** The retained values under $SYS/broker/. */
function values(): Record<string, string> {
  return Object.fromEntries(
    [...broker.retained.all()].map(({ topic, payload }) => [
      topic.slice('$SYS/broker/'.length),
      String(payload)
    ])
  )
}

it.skipIf(!mosquittoInstalled)('has the topics of a real Mosquitto', async () => {
  const mosquitto = new Mosquitto()
  onTestFinished(() => mosquitto.remove())
  await mosquitto.start(['allow_anonymous true', 'sys_interval 1'])
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mosquitto.port}`)
  onTestFinished(() => void client.end(true))
  const theirs = new Set<string>()
  client.on('message', (topic) => theirs.add(topic))
  await client.subscribeAsync('$SYS/#')
  sys.start()
  const ours = [...broker.retained.all()].map(({ topic }) => topic)
  await vi.waitFor(() => expect([...theirs].sort()).toEqual(ours.sort()), { timeout: 10_000 })
})

it('publishes every ten seconds what has changed', async () => {
  sys.start()
  const panel = new PacketClient(broker, clock)
  await panel.connect('panel')
  const all = messages(
    await panel.ask({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '$SYS/#', qos: 0 }] })
  )
  expect(all).toHaveLength(Object.keys(values()).length)
  expect(all).toContainEqual(['$SYS/broker/version', 'Treetop 1.2.3', 0, false])
  expect(all).toContainEqual(['$SYS/broker/uptime', '0 seconds', 0, false])
  await clock.jump(9_999)
  expect(panel.take()).toEqual([])
  await clock.jump(1)
  const changed = messages(panel.take())
  expect(changed).toContainEqual(['$SYS/broker/uptime', '10 seconds', 0, false])
  expect(changed).toContainEqual(['$SYS/broker/clients/connected', '1', 0, false])
  expect(changed.map(([topic]) => topic)).not.toContain('$SYS/broker/version')
  expect(changed.map(([topic]) => topic)).not.toContain('$SYS/broker/publish/bytes/received')
})

it('counts clients, sessions, subscriptions and messages', async () => {
  sys.start()
  const [kept, second] = [new PacketClient(broker, clock), new PacketClient(broker, clock)]
  await kept.connect('kept', { properties: { sessionExpiryInterval: 60 } })
  await kept.ask({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 1 }] })
  await kept.ask({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: '$share/g/b', qos: 1 }] })
  await second.connect('second', { properties: {} })
  await kept.vanish()
  await second.publish('a', 'four', { qos: 1, messageId: 1 })
  await second.publish('nobody', 'seven!!')
  await clock.jump(10_000)
  expect(values()).toMatchObject({
    'clients/connected': '1',
    'clients/disconnected': '1',
    'clients/total': '2',
    'clients/maximum': '2',
    'clients/expired': '0',
    'subscriptions/count': '2',
    'shared_subscriptions/count': '1',
    'publish/messages/received': '2',
    'publish/messages/sent': '0',
    'publish/messages/dropped': '0',
    'publish/bytes/received': '11',
    'messages/received': '6',
    'messages/sent': '5',
    'retained messages/count': String(Object.keys(values()).length),
    'store/messages/count': String(Object.keys(values()).length + 1)
  })
  await clock.jump(60_000)
  await clock.jump(10_000)
  expect(values()).toMatchObject({ 'clients/expired': '1', 'clients/total': '1', 'subscriptions/count': '0' })
})

it('counts the bytes that are sent while a client is connected', async () => {
  sys.start()
  const client = new PacketClient(broker, clock)
  await client.connect('c')
  const { receivedBytes } = client.raw
  expect(receivedBytes).toBeGreaterThan(0)
  await clock.jump(10_000)
  expect(values()['bytes/sent']).toBe(String(receivedBytes))
})

it('averages over 1, 5 and 15 minutes', async () => {
  sys.start()
  broker.traffic.messagesReceived += 600
  await clock.jump(10_000)
  // 3,600 a minute for 10 seconds: 3,600 * (1 - exp(-10 / 60)), and so on.
  expect(values()).toMatchObject({
    'load/publish/received/1min': '552.67',
    'load/publish/received/5min': '118.02',
    'load/publish/received/15min': '39.78'
  })
  await clock.jump(10_000)
  // Nothing came: 552.67 * exp(-10 / 60).
  expect(values()['load/publish/received/1min']).toBe('467.82')
})

it('comes to the rate itself when that stays the same, whatever the clock does', () => {
  const averages = new MovingAverages()
  let count = 0
  for (let i = 0; i < 1_000; i++) averages.add((count += 20), 10)
  averages.add(count, 0)
  averages.add(count, -60)
  for (const [, value] of averages.all()) expect(value).toBeCloseTo(120, 1)
})
