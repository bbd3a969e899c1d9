import { expect } from 'vitest'
import { Refusal } from '../codec/refusal'
import { connectPacket, frame, publishPacket, text } from '../core/packets.fixture'
import { connected, connectFrame, expectEnd, it311, it5, itBoth, network, pair, properties } from './fixture'

itBoth('answers a PINGREQ [3.1.1, 5: MQTT-3.12.4-1]', async (version) => {
  const client = await connected(version)
  client.write('C0 00')
  expect((await client.next('pingresp')).bytes.toString('hex')).toBe('d000')
})

it5('sends no DISCONNECT to a client that it has not accepted [5: MQTT-3.14.0-1]', async () => {
  const refusing = network({ hooks: { connect: () => new Refusal('No.', 0x87) } }).open(5)
  refusing.send(connectPacket(5, { clientId: 'a' }))
  expect(await refusing.closed()).toMatchObject([{ cmd: 'connack' }])
  const net = network()
  const malformed = net.open(5)
  malformed.write(connectFrame(5, '03', text('a')))
  expect(await malformed.closed()).toMatchObject([{ cmd: 'connack' }])
  const silent = net.open(5)
  net.close()
  expect(await silent.closed()).toEqual([])
})

it5(
  'tells why it disconnects, with a code of DISCONNECT, and nothing more [5: MQTT-3.14.2-1, MQTT-3.14.2-2]',
  async () => {
    const net = network()
    const kicked = await net.connect(5)
    const malformed = await net.connect(5)
    const last = await net.connect(5)
    net.broker.kick(kicked.clientId)
    malformed.write('36 00')
    const told = [await kicked.closed(), await malformed.closed()]
    net.close()
    told.push(await last.closed())
    expect(told).toMatchObject([[{ reasonCode: 0x98 }], [{ reasonCode: 0x81 }], [{ reasonCode: 0x8b }]])
    for (const [packet] of told) expect(packet).not.toHaveProperty('properties.sessionExpiryInterval')
  }
)

it5(
  'leaves out the reason where the DISCONNECT would be too large [5: MQTT-3.14.2-3, MQTT-3.14.2-4, MQTT-3.1.2-24]',
  async () => {
    for (const maximumPacketSize of [20, 200]) {
      const client = await network().connect(5, { properties: { maximumPacketSize } })
      client.write('36 00')
      const [packet] = await client.closed()
      expect(packet).toMatchObject({ cmd: 'disconnect', reasonCode: 0x81 })
      expect(packet!.bytes.length).toBeLessThanOrEqual(maximumPacketSize)
      expect(packet!.bytes.length > 4).toBe(maximumPacketSize === 200)
    }
  }
)

itBoth(
  'neither sends nor reads anything after a DISCONNECT, and closes [3.1.1: MQTT-3.14.4-3; 5: MQTT-3.14.4-1, MQTT-3.14.4-2]',
  async (version) => {
    const { publisher, subscriber } = await pair(version)
    publisher.send({ cmd: 'disconnect' }, publishPacket('t', 'late', { qos: 1, messageId: 1 }))
    expect(await publisher.closed()).toEqual([])
    expect(await subscriber.sync()).toEqual([])
    subscriber.write('36 00', 'C0 00')
    expect(await subscriber.closed()).toHaveLength(version === 5 ? 1 : 0)
  }
)

it5(
  'closes a connection for what is malformed or against the protocol [5: MQTT-4.13.1-1, MQTT-4.13.2-1]',
  async () => {
    for (const [packet, code] of [
      [frame('30', text('t'), '05 01'), 0x81],
      [frame('30', text('t'), properties(5, '01 01 01 01')), 0x82],
      [frame('82', '0001', properties(5), text('t'), '30'), 0x82],
      ['00 00', 0x82],
      [frame('30', text('')), 0x81],
      [frame('30', text(''), properties(5)), 0x82]
    ] as const) {
      const client = await connected(5)
      client.write(packet)
      await expectEnd(client, code)
    }
  }
)

it311('closes a connection for a violation of the protocol [3.1.1: MQTT-4.8.0-1]', async () => {
  for (const packet of ['20 02 0000', '90 03 0001 00', 'F0 00', 'C0 01 00', '30 FF FF FF FF 7F']) {
    const client = await connected(4)
    client.write(packet)
    expect(await client.closed()).toEqual([])
  }
})

it311('closes only the connection whose packet it fails on [3.1.1: MQTT-4.8.0-2]', async () => {
  const hooks = {
    publish(_asker: unknown, { topic }: { topic: string }): number {
      if (topic === 'fault') throw new Error('Out of order.')
      return 0
    }
  }
  const { publisher, subscriber } = await pair(4, { hooks })
  publisher.send(publishPacket('fault'))
  expect(await publisher.closed()).toEqual([])
  await subscriber.publish('t')
  expect(await subscriber.messages()).toHaveLength(1)
})
