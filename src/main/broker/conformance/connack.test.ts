import { expect } from 'vitest'
import { Refusal } from '../codec/refusal'
import { connected, it5, itBoth, network, pair } from './fixture'

itBoth(
  'accepts a client with one CONNACK, before any other packet [3.1.1: MQTT-3.1.4-4, MQTT-3.2.0-1; 5: MQTT-3.1.4-5, MQTT-3.2.0-1, MQTT-3.2.0-2]',
  async (version) => {
    const net = network()
    const before = { clientId: 'a', clean: false, properties: { sessionExpiryInterval: 60 } }
    const first = await net.connect(version, before)
    await first.subscribe('t', { qos: 1 })
    await first.cut()
    await (await net.connect(version)).publish('t', 'x', { qos: 1 })
    const client = net.open(version)
    const code = version === 5 ? { reasonCode: 0 } : { returnCode: 0 }
    expect(await client.connect(before)).toMatchObject(code)
    expect(await client.sync()).toMatchObject([{ cmd: 'publish' }])
  }
)

it5('leaves the reserved flags of a CONNACK at 0 [5: MQTT-3.2.2-1]', async () => {
  expect((await connected(5)).connack!.bytes[2]! & 0xfe).toBe(0)
})

it5(
  'supports every QoS and retained messages, and says nothing else [5: MQTT-3.2.2-9, MQTT-3.2.2-10, MQTT-3.2.2-12, MQTT-3.2.2-13]',
  async () => {
    const client = await network().connect(5, { will: { topic: 't', payload: '', qos: 2, retain: true } })
    expect(client.connack!.properties).not.toHaveProperty('maximumQoS')
    expect(client.connack!.properties).not.toHaveProperty('retainAvailable')
    for (const qos of [0, 1, 2] as const)
      expect(await client.subscribe(`at/${qos}`, { qos })).toMatchObject({ granted: [qos] })
  }
)

it5(
  'leaves out the reason where the CONNACK would be too large for the client [5: MQTT-3.2.2-19, MQTT-3.2.2-20, MQTT-3.1.2-24]',
  async () => {
    const reason = 'This reason is much longer than the client allows.'
    for (const [maximumPacketSize, told] of [
      [20, undefined],
      [200, reason]
    ] as const) {
      const client = network({ hooks: { connect: () => new Refusal(reason, 0x87) } }).open(5)
      const connack = await client.connect({ properties: { maximumPacketSize } })
      expect(connack.reasonCode).toBe(0x87)
      expect(connack.properties?.reasonString).toBe(told)
      expect(connack.bytes.length).toBeLessThanOrEqual(maximumPacketSize)
    }
  }
)

it5('returns no Response Information [5: MQTT-3.1.2-28]', async () => {
  const client = await network().connect(5, { properties: { requestResponseInformation: false } })
  expect(client.connack!.properties).not.toHaveProperty('responseInformation')
})

it5(
  'sends reasons only in CONNACK and DISCONNECT to a client that wants no problem information [5: MQTT-3.1.2-29]',
  async () => {
    const { net } = await pair(5, { hooks: { publish: () => 0x87, subscribe: () => 0x87 } })
    const client = await net.connect(5, { properties: { requestProblemInformation: false } })
    client.send(
      { cmd: 'publish', topic: 't', payload: '', qos: 1, messageId: 1, dup: false, retain: false },
      { cmd: 'publish', topic: 't', payload: '', qos: 2, messageId: 2, dup: false, retain: false },
      { cmd: 'subscribe', messageId: 3, subscriptions: [{ topic: 't', qos: 0 }] },
      { cmd: 'unsubscribe', messageId: 4, unsubscriptions: ['t'] }
    )
    const answers = await client.sync()
    expect(answers.map(({ cmd }) => cmd)).toEqual(['puback', 'pubrec', 'suback', 'unsuback'])
    for (const answer of answers) {
      const told = 'properties' in answer ? (answer.properties ?? {}) : {}
      expect(told).not.toHaveProperty('reasonString')
      expect(told).not.toHaveProperty('userProperties')
    }
  }
)

it5(
  'sends nothing larger than the client takes, and goes on as if it had [5: MQTT-3.1.2-24, MQTT-3.1.2-25]',
  async () => {
    const { net, publisher } = await pair(5)
    const client = await net.connect(5, { properties: { maximumPacketSize: 40, receiveMaximum: 1 } })
    await client.subscribe('t', { qos: 2 })
    for (const qos of [0, 1, 2] as const) {
      await publisher.publish('t', 'x'.repeat(40), { qos })
      await publisher.publish('t', 'short', { qos })
      expect(await client.receive()).toMatchObject({ qos, payload: Buffer.from('short') })
    }
    expect(await client.sync()).toEqual([])
  }
)
