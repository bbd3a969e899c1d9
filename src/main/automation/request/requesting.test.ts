import type { MqttClient } from 'mqtt'
import { expect, it, onTestFinished, vi } from 'vitest'
import { setup } from '../../broker/listeners/listen.fixture'
import { noProperties } from '../../../shared/composed-properties'
import { defaultProfile, type MqttVersion } from '../../../shared/contract/profiles'
import type { RequestStatus } from '../../../shared/contract/requests'
import { ReconnectingClient } from '../../mqtt/reconnecting-client'
import { PacketLog } from '../../packets/log'
import type { Arrival, RecordedMessage } from '../../recorder/message'
import { nobody } from '../../recorder/nobody'
import { Requesting } from './requesting'

/** A connection that asks, and a client that answers what comes on `ask` as it is told. */
async function stage(version: MqttVersion = 5, filters: string[] = []) {
  const { broker, listener, client } = await setup('tcp')
  const statuses: RequestStatus[] = []
  let id = 0
  const now = (): number => Math.round(performance.now() * 1_000)
  const take = (arrival: Arrival): void =>
    requesting.subscriber.message!({ ...arrival, id: ++id, receivedAt: now() } as RecordedMessage)
  const recipient = { ...nobody, atMostOnce: take, atLeastOnce: take, forgetRetained: () => undefined }
  const connection = new ReconnectingClient({ id: 'c', generation: 1 }, recipient, new PacketLog())
  const requesting = new Requesting(connection, { now, tell: (status) => statuses.push(status) })
  onTestFinished(() => connection.disconnect())
  await connection.connect(
    {
      ...{
        ...defaultProfile('asks'),
        id: 'c',
        name: 'Plant',
        host: '127.0.0.1',
        port: listener.port,
        version
      },
      subscriptions: filters.map((filter) => ({ filter, qos: 0 as const }))
    } as never,
    { password: null, key: null }
  )
  await connection.attemptEnded()
  const other = await client({ protocolVersion: version === 5 ? 5 : 4 })
  await other.subscribeAsync('ask')
  const calls = requesting.calls()
  const send = (changes: Partial<Parameters<(typeof calls)['requests.send']>[0]> = {}) =>
    calls['requests.send']({
      ...{ connectionId: 'c', id: 'r', topic: 'ask', payload: Buffer.from('{}'), qos: 0, retain: false },
      expected: { timeout: 5_000, answers: 1, capture: [] },
      ...changes
    })
  return {
    ...{ broker, connection, requesting, calls, other, send, statuses },
    latest: () => statuses.at(-1)!,
    ended: () => vi.waitFor(() => expect(['subscribing', 'waiting']).not.toContain(statuses.at(-1)?.state))
  }
}

/** The reason code of the PUBACK for a message to a topic: 0x10 if nobody has subscribed to it. */
async function reasonOf(client: MqttClient, topic: string): Promise<number> {
  const code = new Promise<number>((resolve) =>
    client.on('packetreceive', (packet) => packet.cmd === 'puback' && resolve(packet.reasonCode ?? 0))
  )
  await client.publishAsync(topic, 'late', { qos: 1 })
  return code
}

const properties = (responseTopic: string) => ({ ...noProperties(), topicAlias: null, responseTopic })

it('sends the request once its answers can come, takes the one that repeats the correlation data, and unsubscribes', async () => {
  const { other, send, latest, ended, statuses } = await stage()
  other.on('message', (_topic, _payload, { properties: { responseTopic, correlationData } = {} }) => {
    other.publish(responseTopic!, 'of another', { properties: { correlationData: Buffer.from('x') } })
    other.publish(responseTopic!, '{"token": "t1"}', { properties: { correlationData: correlationData! } })
  })
  await send({
    expected: {
      timeout: 5_000,
      answers: 1,
      capture: [
        { name: 'token', pointer: '/token' },
        { name: 'no', pointer: '/no' }
      ]
    }
  })
  await ended()
  expect(statuses.map(({ state }) => state)).toEqual(
    expect.arrayContaining(['subscribing', 'waiting', 'answered'])
  )
  expect(latest()).toMatchObject({
    state: 'answered',
    result: { outcome: 'sent' },
    answers: [{ payload: '{"token": "t1"}', captured: [{ name: 'token', value: 't1' }], missing: ['no'] }]
  })
  expect(latest().answers[0]!.milliseconds).toBeGreaterThan(0)
  expect(latest().responseTopic).toMatch(/^treetop\/response\//)
  // Nobody gets what comes there now.
  await vi.waitFor(async () => expect(await reasonOf(other, latest().responseTopic)).toBe(0x10))
})

it('waits for several answers, and says how many came in time', async () => {
  const { other, send, latest, ended } = await stage()
  other.on('message', (_topic, _payload, { properties: { responseTopic, correlationData } = {} }) => {
    for (const text of ['one', 'two'])
      other.publish(responseTopic!, text, { properties: { correlationData: correlationData! } })
  })
  await send({ expected: { timeout: 5_000, answers: 2, capture: [] } })
  await ended()
  expect(latest().answers.map(({ payload }) => payload)).toEqual(['one', 'two'])
  await send({ id: 's', expected: { timeout: 2_000, answers: 3, capture: [] } })
  await ended()
  expect(latest()).toMatchObject({ id: 's', state: 'timedOut', wanted: 3 })
  expect(latest().answers).toHaveLength(2)
})

it('uses a subscription that is there, and leaves it alone', async () => {
  const { other, send, latest, ended, connection } = await stage(5, ['answers/#'])
  other.on('message', (_topic, _payload, { properties: { correlationData } = {} }) =>
    other.publish('answers/me', 'yes', { properties: { correlationData: correlationData! } })
  )
  await send({ properties: properties('answers/me') })
  await ended()
  expect(latest().answers.map(({ payload }) => payload)).toEqual(['yes'])
  expect(connection.status.subscriptions.map(({ filter }) => filter)).toEqual(['answers/#'])
  expect(await reasonOf(other, 'answers/me')).toBe(0)
})

it('takes what comes on a plain topic before MQTT 5, and needs its name', async () => {
  const { other, send, latest, ended } = await stage(4)
  other.on('message', () => other.publish('answers', 'old'))
  await send({ properties: properties('answers') })
  await ended()
  expect(latest()).toMatchObject({ state: 'answered', correlation: null, answers: [{ payload: 'old' }] })
  expect(() => void send({ id: 's' })).toThrow('INVALID_INPUT')
})

it('can be cancelled, and fails when the connection goes', async () => {
  const { send, latest, ended, calls, broker, connection } = await stage()
  await send()
  await vi.waitFor(() => expect(latest().state).toBe('waiting'))
  await calls['requests.cancel']({ connectionId: 'c', id: 'r' })
  await ended()
  expect(latest()).toMatchObject({ state: 'cancelled', answers: [] })
  await send({ id: 's' })
  await vi.waitFor(() => expect(latest()).toMatchObject({ id: 's', state: 'waiting' }))
  broker.close()
  await ended()
  expect(latest()).toMatchObject({ id: 's', state: 'failed', error: { code: 'NOT_CONNECTED' } })
  await connection.disconnect()
})
