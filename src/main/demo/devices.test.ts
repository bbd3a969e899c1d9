import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Broker } from '../broker/core/broker'
import { listen, type OpenListener } from '../broker/listeners/listen'
import { DemoDevices } from './devices'
import { devices, vibration } from './plant'

const WITHIN = { timeout: 20_000, interval: 50 }

let broker: Broker
let listener: OpenListener
let subscriber: MqttClient
let demo: DemoDevices
let seen: Map<string, IPublishPacket>

beforeEach(async () => {
  broker = new Broker()
  listener = await listen(broker, { kind: 'tcp', host: '127.0.0.1', port: 0 })
  const { port } = listener
  subscriber = await mqtt.connectAsync({ host: '127.0.0.1', port, protocolVersion: 5 })
  seen = new Map()
  subscriber.on('message', (topic, _payload, packet) => seen.set(topic, packet))
  await subscriber.subscribeAsync('#', { qos: 2, rap: true })
  demo = new DemoDevices()
  await demo.start({ host: '127.0.0.1', port, login: { user: 'demo', password: 'x' } })
})

afterEach(async () => {
  await demo.stop()
  subscriber.end(true)
  broker.close()
  await listener.close()
})

function connectedDevices(): string[] {
  return [...broker.clients()].map(({ session }) => session.clientId).filter((id) => id.startsWith('demo-'))
}

it('publishes a living plant: states, telemetry, a counter, binary payloads and a will', async () => {
  await vi.waitFor(() => {
    expect(seen.get('plant/line2/press/status')).toMatchObject({ retain: true, qos: 1 })
    expect(JSON.parse(seen.get('plant/line1/oven/telemetry')?.payload.toString() ?? '{}')).toMatchObject({
      unit: '°C'
    })
    expect(Number(seen.get('plant/line1/conveyor/parts')?.payload.toString())).toBeGreaterThan(1_000)
    expect(seen.get('plant/line2/press/vibration')?.payload).toHaveLength(64)
    expect(seen.has('home/energy')).toBe(true)
  }, WITHIN)
  expect(connectedDevices()).toHaveLength(devices.length)
  expect(devices.some(({ will }) => will?.topic === 'plant/line2/press/status')).toBe(true)
})

it('stops and leaves no client connected', async () => {
  expect(demo.running).toBe(true)
  await demo.stop()
  expect(demo.running).toBe(false)
  await vi.waitFor(() => expect(connectedDevices()).toEqual([]), WITHIN)
})

it('changes its values smoothly', () => {
  const oven = devices[0]!
  const temperature = (seconds: number): number => Number(oven.messagesAt(seconds, 0)[0]?.payload)
  for (let seconds = 0; seconds < 300; seconds++) {
    expect(Math.abs(temperature(seconds + 1) - temperature(seconds))).toBeLessThan(2)
  }
  expect(vibration(3)).toEqual(vibration(3))
  expect(vibration(3)).not.toEqual(vibration(4))
})
