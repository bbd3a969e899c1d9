import type { Socket } from 'node:net'
import { generate, parser, type IConnackPacket, type IConnectPacket, type Packet } from 'mqtt-packet'
import { expect, it, vi } from 'vitest'
import { noProperties } from '../../shared/composed-properties'
import type { MqttVersion } from '../../shared/contract/profiles'
import { connected, listening, userProperties, WITHIN } from './mqtt5.fixture'

/** A broker that accepts everyone with these properties, and answers nothing else. */
async function silentBroker(version: MqttVersion, properties: NonNullable<IConnackPacket['properties']>) {
  const packets: Packet[] = []
  const sockets: Socket[] = []
  let bytes = Buffer.alloc(0)
  const { port } = await listening((socket) => {
    sockets.push(socket)
    const parsed = parser({ protocolVersion: version })
    parsed.on('packet', (packet) => {
      packets.push(packet)
      if (packet.cmd !== 'connect') return
      const accepted = { cmd: 'connack', reasonCode: 0, returnCode: 0, sessionPresent: false } as const
      socket.write(generate({ ...accepted, properties }, { protocolVersion: version }))
    })
    socket
      .on('error', () => undefined)
      .on('data', (chunk) => {
        bytes = Buffer.concat([bytes, chunk])
        parsed.parse(chunk)
      })
  })
  return {
    port,
    bytes: () => bytes,
    received: <C extends Packet['cmd']>(cmd: C) =>
      packets.filter((packet): packet is Extract<Packet, { cmd: C }> => packet.cmd === cmd),
    send: (packet: Packet) => sockets.at(-1)!.write(generate(packet, { protocolVersion: version })),
    cut: () => sockets.at(-1)!.destroy()
  }
}

it.each([5, 4] as const)('announces its CONNECT properties in MQTT 5 only (version %i)', async (version) => {
  const broker = await silentBroker(version, {
    responseInformation: 'answers/',
    subscriptionIdentifiersAvailable: false
  })
  const { status } = await connected(broker.port, {
    version,
    connect: {
      receiveMaximum: 10,
      maximumPacketSize: 100_000,
      topicAliasMaximum: 5,
      requestResponseInformation: true,
      requestProblemInformation: false,
      userProperties
    },
    will: {
      ...{ topic: 'gone', payload: 'lost', qos: 1, retain: false, delay: 30 },
      properties: { ...noProperties(), contentType: 'text/plain' }
    }
  })
  const pairs = userProperties.map(({ name, value }) => Buffer.from(`&\0\x01${name}\0\x01${value}`))
  expect(broker.bytes().includes(Buffer.concat(pairs))).toBe(version === 5)
  const packet: IConnectPacket = broker.received('connect')[0]!
  if (version === 4) {
    expect(packet).not.toHaveProperty('properties')
    return
  }
  expect(packet).toMatchObject({
    properties: {
      ...{ receiveMaximum: 10, maximumPacketSize: 100_000, topicAliasMaximum: 5 },
      ...{ requestResponseInformation: true, requestProblemInformation: false }
    },
    will: { properties: { willDelayInterval: 30, contentType: 'text/plain' } }
  })
  expect(status().connack).toMatchObject({
    ...{ responseInformation: 'answers/', subscriptionIdentifiers: false, topicAliasMaximum: 0 }
  })
})

it('has no more unacknowledged messages than the broker’s Receive Maximum; what waits is not sent after the connection is lost', async () => {
  const broker = await silentBroker(5, { receiveMaximum: 2 })
  const { peer, publish, recorded } = await connected(broker.port, {})
  const topics = (): string[] => broker.received('publish').map(({ topic }) => topic)
  const sent = ['a', 'b', 'c', 'd'].map((topic) => publish(topic, {}, 1))
  const lost = Promise.allSettled(sent)
  await publish('none', {}, 0)
  await vi.waitFor(() => expect(topics()).toEqual(['a', 'b', 'none']), WITHIN)
  const { messageId } = broker.received('publish')[0]!
  broker.send({ cmd: 'puback', messageId: messageId!, reasonCode: 0 })
  await expect(sent[0]).resolves.toMatchObject({ outcome: 'puback', reasonCode: 0 })
  await vi.waitFor(() => expect(topics()).toEqual(['a', 'b', 'none', 'c']), WITHIN)
  broker.cut()
  await expect(sent[3]).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
  expect((await recorded()).map(({ name }) => name)).toEqual(['a', 'b', 'none', 'c'])
  await peer.call('disconnect', null)
  await lost
  expect(topics()).not.toContain('d')
})

it('does not request a subscription identifier from a broker that supports none', async () => {
  const broker = await silentBroker(5, { subscriptionIdentifiersAvailable: false })
  const { status } = await connected(broker.port, {
    subscriptions: [{ filter: 'a/#', qos: 0, identifier: 7 }]
  })
  expect(status()).toMatchObject({ state: 'online', subscriptions: [{ filter: 'a/#', code: 0xa1 }] })
  expect(broker.received('subscribe')).toEqual([])
})
