import { expect, vi } from 'vitest'
import type { Connect } from '../codec/packet'
import { Refusal } from '../codec/refusal'
import { connectPacket, frame, publishPacket, text } from '../core/packets.fixture'
import { connected, connectFrame, expectEnd, it311, it5, itBoth, network, properties } from './fixture'

const BAD_UTF8 = text(Buffer.of(0x61, 0xff))

itBoth('closes a connection whose first packet is no CONNECT [3.1.1, 5: MQTT-3.1.0-1]', async (version) => {
  const client = network().open(version)
  client.write('C0 00')
  expect(await client.closed()).toEqual([])
})

itBoth('closes a connection after a second CONNECT [3.1.1, 5: MQTT-3.1.0-2]', async (version) => {
  const client = await connected(version)
  client.send(connectPacket(version, { clientId: 'again' }))
  await expectEnd(client, 0x82)
})

itBoth('refuses another protocol name [3.1.1, 5: MQTT-3.1.2-1]', async (version) => {
  const client = network().open(version)
  client.write(frame('10', text('MQTS'), `0${version}`, '02 0000', properties(version), text('a')))
  expect(await client.closed()).toEqual([])
})

itBoth(
  'answers a CONNECT of an unknown version with 0x84 as in MQTT 5, and closes [3.1.1, 5: MQTT-3.1.2-2]',
  async () => {
    for (const level of ['00', '03', '06', '7F', '85']) {
      const client = network().open(5)
      client.write(frame('10', text('MQTT'), level, '02 0000', text('a')))
      expect(await client.closed()).toMatchObject([
        { cmd: 'connack', reasonCode: 0x84, sessionPresent: false }
      ])
    }
  }
)

itBoth('refuses a CONNECT with its reserved flag set [3.1.1, 5: MQTT-3.1.2-3]', async (version) => {
  const client = network().open(version)
  client.write(connectFrame(version, '03', text('a')))
  await expectEnd(client, 0x81)
})

itBoth(
  'refuses Will QoS or Will Retain without a will [3.1.1: MQTT-3.1.2-11, MQTT-3.1.2-13, MQTT-3.1.2-15; 5: MQTT-3.1.2-11, MQTT-3.1.2-13]',
  async (version) => {
    for (const flags of ['0A', '12', '22']) {
      const client = network().open(version)
      client.write(connectFrame(version, flags, text('a')))
      await expectEnd(client, 0x81)
    }
  }
)

itBoth('refuses a will at QoS 3 [3.1.1: MQTT-3.1.2-14; 5: MQTT-3.1.2-12]', async (version) => {
  const client = network().open(version)
  client.write(connectFrame(version, '1E', text('a'), properties(version), text('will'), text('gone')))
  await expectEnd(client, 0x81)
})

itBoth('refuses a CONNECT whose will is missing [3.1.1, 5: MQTT-3.1.2-9]', async (version) => {
  const client = network().open(version)
  client.write(connectFrame(version, '06', text('a')))
  await expectEnd(client, 0x81)
})

itBoth(
  'refuses a will, a user name or a password that no flag announces [3.1.1: MQTT-3.1.2-11, MQTT-3.1.2-18, MQTT-3.1.2-20; 5: MQTT-3.1.2-16, MQTT-3.1.2-18]',
  async (version) => {
    for (const [flags, fields] of [
      ['02', 1],
      ['82', 2]
    ] as const) {
      const client = network().open(version)
      client.write(connectFrame(version, flags, text('a'), ...Array<string>(fields).fill(text('x'))))
      await expectEnd(client, 0x81)
    }
  }
)

itBoth(
  'refuses a CONNECT without the user name or password that its flags announce [3.1.1: MQTT-3.1.2-19, MQTT-3.1.2-21; 5: MQTT-3.1.2-17, MQTT-3.1.2-19]',
  async (version) => {
    for (const [flags, fields] of [
      ['82', 0],
      ['C2', 1]
    ] as const) {
      const client = network().open(version)
      client.write(connectFrame(version, flags, text('a'), ...Array<string>(fields).fill(text('x'))))
      await expectEnd(client, 0x81)
    }
  }
)

it311('refuses a password without a user name [3.1.1: MQTT-3.1.2-22]', async () => {
  const client = network().open(4)
  client.write(connectFrame(4, '42', text('a'), text('secret')))
  expect(await client.closed()).toEqual([])
})

itBoth(
  'reads the fields of a CONNECT in their order [3.1.1, 5: MQTT-3.1.3-1, MQTT-3.1.3-3]',
  async (version) => {
    let seen: Connect | null = null
    const net = network({ hooks: { connect: (_asker, connect) => ((seen = connect), null) } })
    const client = net.open(version)
    const will = [properties(version), text('will'), text('gone')]
    client.write(connectFrame(version, 'EE', text('id'), ...will, text('ada'), text('secret')))
    await client.next('connack')
    expect(seen).toMatchObject({
      clientId: 'id',
      username: 'ada',
      password: Buffer.from('secret'),
      will: { message: { topic: 'will', payload: Buffer.from('gone'), qos: 1, retain: true } }
    })
  }
)

itBoth('refuses a CONNECT without a client identifier field [3.1.1, 5: MQTT-3.1.3-3]', async (version) => {
  const client = network().open(version)
  client.write(connectFrame(version, '02'))
  await expectEnd(client, 0x81)
})

itBoth(
  'refuses text in a CONNECT that is not UTF-8 [3.1.1: MQTT-3.1.3-4, MQTT-3.1.3-10, MQTT-3.1.3-11; 5: MQTT-3.1.3-4, MQTT-3.1.3-11, MQTT-3.1.3-12]',
  async (version) => {
    for (const [flags, ...payload] of [
      ['02', BAD_UTF8],
      ['06', text('a'), properties(version), BAD_UTF8, text('gone')],
      ['82', text('a'), BAD_UTF8]
    ] as const) {
      const client = network().open(version)
      client.write(connectFrame(version, flags, ...payload))
      await expectEnd(client, 0x81)
    }
  }
)

itBoth(
  'accepts client identifiers of 1 to 23 letters and digits [3.1.1, 5: MQTT-3.1.3-5]',
  async (version) => {
    for (const clientId of ['a', '0123456789abcdefghijklm', 'nopqrstuvwxyzABCDEFGHIJ', 'KLMNOPQRSTUVWXYZ']) {
      const client = await network().connect(version, { clientId })
      expect(client.connack).toMatchObject({ cmd: 'connack', sessionPresent: false })
    }
  }
)

it5(
  'gives each client without an identifier a new one, and tells it [5: MQTT-3.1.3-6, MQTT-3.1.3-7, MQTT-3.2.2-16]',
  async () => {
    const net = network()
    const told = []
    for (let i = 0; i < 2; i++)
      told.push((await net.connect(5, { clientId: '' })).connack!.properties!.assignedClientIdentifier)
    expect(new Set(told)).toEqual(new Set([...net.broker.clients()].map(({ session }) => session.clientId)))
    expect(new Set(told).size).toBe(2)
  }
)

it311('gives each client without an identifier one of its own [3.1.1: MQTT-3.1.3-6]', async () => {
  const net = network()
  const [first, second] = [await net.connect(4, { clientId: '' }), await net.connect(4, { clientId: '' })]
  expect(await first.sync()).toEqual([])
  expect(await second.sync()).toEqual([])
})

it311(
  'refuses to keep a session without a client identifier [3.1.1: MQTT-3.1.3-8, MQTT-3.1.3-9]',
  async () => {
    const client = network().open(4)
    client.write(connectFrame(4, '00', text('')))
    expect(await client.closed()).toMatchObject([{ cmd: 'connack', returnCode: 2 }])
  }
)

itBoth(
  'closes a connection whose client identifier is rejected [3.1.1: MQTT-3.1.3-9; 5: MQTT-3.1.3-8]',
  async (version) => {
    const client = network({ hooks: { connect: () => new Refusal('No.', 0x85) } }).open(version)
    expect(await client.connect()).toMatchObject(version === 5 ? { reasonCode: 0x85 } : { returnCode: 2 })
    expect(await client.closed()).toEqual([])
  }
)

itBoth(
  'closes a connection whose CONNECT is malformed; before MQTT 5, without an answer [3.1.1: MQTT-3.1.4-1, MQTT-3.2.2-6; 5: MQTT-3.1.4-1]',
  async (version) => {
    const client = network().open(version)
    client.write(connectFrame(version, '02', text('a'), '00'))
    await expectEnd(client, 0x81)
  }
)

itBoth(
  'processes nothing after a CONNECT that it refused [3.1.1: MQTT-3.1.4-5, MQTT-3.2.2-4, MQTT-3.2.2-5; 5: MQTT-3.1.4-2, MQTT-3.1.4-6, MQTT-3.2.2-6, MQTT-3.2.2-7, MQTT-3.2.2-8, MQTT-4.13.2-1]',
  async (version) => {
    const connect = (_asker: unknown, { username }: Connect) => (username ? new Refusal('No.', 0x87) : null)
    const net = network({ hooks: { connect } })
    const subscriber = await net.connect(version)
    await subscriber.subscribe('#')
    const client = net.open(version)
    client.send(connectPacket(version, { clientId: 'a', username: 'ada' }), publishPacket('t'))
    const code = version === 5 ? { reasonCode: 0x87 } : { returnCode: 5 }
    expect(await client.closed()).toMatchObject([{ cmd: 'connack', sessionPresent: false, ...code }])
    expect(await subscriber.sync()).toEqual([])
  }
)

itBoth(
  'disconnects a client whose identifier another one uses [3.1.1: MQTT-3.1.4-2; 5: MQTT-3.1.4-3]',
  async (version) => {
    const net = network()
    const first = await net.connect(version, { clientId: 'a' })
    const second = await net.connect(version, { clientId: 'a' })
    await expectEnd(first, 0x8e)
    expect(await second.sync()).toEqual([])
  }
)

itBoth(
  'disconnects a client that was silent for one and a half times its keep alive [3.1.1: MQTT-3.1.2-24; 5: MQTT-3.1.2-22, MQTT-3.2.2-22]',
  async (version) => {
    const net = network()
    const client = await net.connect(version, { keepalive: 10 })
    expect(client.connack!.properties?.serverKeepAlive).toBeUndefined()
    net.clock.advance(14_000)
    expect(await client.sync()).toEqual([])
    net.clock.advance(15_000)
    expect(client.isClosed).toBe(false)
    net.clock.advance(1_000)
    await expectEnd(client, 0x8d)
  }
)

itBoth(
  'disconnects a client that sends bytes but no whole packet for too long [3.1.1: MQTT-3.1.2-24; 5: MQTT-3.1.2-22]',
  async (version) => {
    const net = network()
    const client = await net.connect(version, { keepalive: 10 })
    const { traffic } = net.broker
    for (const byte of ['30', '7F', '00']) {
      const before = traffic.bytesReceived
      client.write(byte)
      await vi.waitFor(() => expect(traffic.bytesReceived).toBe(before + 1))
      net.clock.advance(6_000)
    }
    await expectEnd(client, 0x8d)
  }
)
