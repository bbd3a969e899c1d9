import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { full } from './extent'
import { BrowserMode } from './fixtures/browser-mode'
import { Sender } from './fixtures/senders'
import { expect, test } from './test'

const KILLS = full ? 40 : 8
/** Delays before a kill, in ms: before, while and after the clients are back. */
const SHORTEST = 150
const LONGEST = 900

/** The broker keeps their sessions, so that QoS 2 is exactly once although the broker is killed. */
function kept(clientId: string): IClientOptions {
  return {
    clientId,
    protocolVersion: 5,
    clean: false,
    properties: { sessionExpiryInterval: 3_600 },
    reconnectPeriod: 50
  }
}

/** Counts how often each number of a topic arrives at a client. */
function countsAt(client: MqttClient): (topic: string) => Map<number, number> {
  const topics = new Map<string, Map<number, number>>()
  client.on('message', (topic, payload) => {
    const counts = topics.get(topic) ?? new Map<number, number>()
    topics.set(topic, counts.set(Number(payload), (counts.get(Number(payload)) ?? 0) + 1))
  })
  return (topic) => topics.get(topic) ?? new Map<number, number>()
}

test(`the local broker, killed ${KILLS} times under load, loses no acknowledged message of a kept session, and repeats none at QoS 2 @slow`, async ({
  context
}) => {
  test.setTimeout(240_000)
  const treetop = new BrowserMode(context)
  const start = (): Promise<void> => treetop.start('--broker')
  await start()
  const { brokerPort: port } = treetop
  const receiver = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, kept('receiver'))
  const counts = countsAt(receiver)
  await receiver.subscribeAsync(['load/q1', 'load/q2'], { qos: 2 })
  const state = await Sender.start(port, 'state', 1, { ...kept('state'), retain: true })
  const senders = [
    await Sender.start(port, 'load/q1', 1, kept('q1')),
    await Sender.start(port, 'load/q2', 2, kept('q2'))
  ]
  const killedAfter: number[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    const after = Math.round(SHORTEST + Math.random() * (LONGEST - SHORTEST))
    killedAfter.push(after)
    await new Promise((resolve) => setTimeout(resolve, after))
    await treetop.stop('SIGKILL')
    await start()
  }
  const acknowledged = (): number[] => senders.map((sender) => sender.acknowledged.length)
  await expect.poll(() => Math.min(...acknowledged()), { timeout: 60_000 }).toBeGreaterThan(KILLS * 50)
  for (const sender of [...senders, state]) await sender.stop()
  const said = `Killed after ${killedAfter.join(', ')} ms`

  const missing = (): number[] =>
    senders.flatMap(({ topic, acknowledged }) => acknowledged.filter((number) => !counts(topic).has(number)))
  await expect.poll(missing, { message: `${said}, missing are`, timeout: 60_000 }).toEqual([])
  const twice = [...counts('load/q2')].filter(([, count]) => count > 1)
  expect(twice, `${said}, QoS 2 messages that came more than once`).toEqual([])
  // The kills interrupted the load.
  expect([...counts('load/q1').values()].some((count) => count > 1)).toBe(true)

  const late = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5 })
  const retained = countsAt(late)
  await late.subscribeAsync('state')
  await expect.poll(() => [...retained('state').keys()], said).toEqual([Math.max(...state.acknowledged)])
  await late.endAsync()
  await receiver.endAsync()
  await treetop.remove()
})
