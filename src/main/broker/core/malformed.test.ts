import { duplexPair, type Duplex } from 'node:stream'
import { generate, type IConnectPacket } from 'mqtt-packet'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { randomFrom } from '../../../shared/random'
import { Broker } from './broker'

const WITHIN = { timeout: 20_000, interval: 5 }

const CONNECT_5 = bytes('10 0E 0004 4D515454 05 02 000A 00 0001 70')
const CONNECT_4 = bytes('10 0D 0004 4D515454 04 02 000A 0001 70')

let broker: Broker

beforeEach(() => {
  broker = new Broker()
})

afterEach(() => broker.close())

describe('a malformed packet closes the connection and says why', () => {
  it.each([
    [
      'Session Expiry Interval twice',
      '10 18 0004 4D515454 05 02 000A 0A 11 00000001 11 00000001 0001 70',
      0x82
    ],
    ['a reserved flag', '10 0E 0004 4D515454 05 03 000A 00 0001 70', 0x81],
    ['a property that belongs elsewhere', '10 10 0004 4D515454 05 02 000A 02 01 01 0001 70', 0x81],
    ['properties longer than the packet', '10 0E 0004 4D515454 05 02 000A 7F 0001 70', 0x81],
    ['a client id that is no UTF-8', '10 0E 0004 4D515454 05 02 000A 00 0001 FF', 0x81],
    ['a will without a topic', '10 13 0004 4D515454 05 06 000A 00 0001 70 00 0000 0000', 0x81],
    ['a byte too many', '10 0F 0004 4D515454 05 02 000A 00 0001 70 00', 0x81],
    ['Maximum Packet Size 0', '10 13 0004 4D515454 05 02 000A 05 27 00000000 0001 70', 0x82]
  ])('CONNECT with %s', async (_name, hex, code) => {
    const client = open()
    client.write(bytes(hex))
    await vi.waitFor(() => expect(client.closed).toBe(true), WITHIN)
    expect([client.received[0], client.received[3]]).toEqual([0x20, code])
  })

  it.each([
    ['PUBLISH whose Response Topic is cut off', '32 12 0005 746F706963 04D2 01 08 7061796C6F6164', 0x81],
    ['PUBLISH with Message Expiry Interval twice', '30 0F 0001 74 0A 02 00000001 02 00000002 78', 0x82],
    ['PUBLISH with a packet identifier of 0', '32 06 0001 74 0000 00', 0x82],
    ['PUBLISH that ends in its packet identifier', '32 04 0001 74 01', 0x81],
    ['PUBLISH with DUP at QoS 0', '38 05 0001 74 00 78', 0x81],
    ['PUBLISH at QoS 3', '36 07 0001 74 0001 00 78', 0x81],
    ['PUBLISH with a null character in its topic', '30 05 0002 7400 00', 0x81],
    ['PUBLISH with a Subscription Identifier', '30 06 0001 74 02 0B 01', 0x81],
    ['PUBLISH with an unknown property', '30 06 0001 74 02 7F 01', 0x81],
    ['SUBSCRIBE with two Subscription Identifiers', '82 0B 0001 04 0B 01 0B 02 0001 74 00', 0x82],
    ['SUBSCRIBE without a filter', '82 03 0001 00', 0x82],
    ['SUBSCRIBE whose filter is cut off', '82 06 0001 00 0005 74', 0x81],
    ['UNSUBSCRIBE with a packet identifier of 0', 'A2 06 0000 00 0001 74', 0x82],
    ['UNSUBSCRIBE whose filter is cut off', 'A2 06 0001 00 0005 74', 0x81],
    ['PUBACK without a packet identifier', '40 01 00', 0x81],
    ['PUBREL with a reason string that is cut off', '62 06 0001 00 02 1F 00', 0x81],
    ['PINGREQ with a body', 'C0 01 00', 0x81],
    ['DISCONNECT with Session Expiry Interval twice', 'E0 0C 00 0A 11 00000001 11 00000001', 0x82],
    ['a SUBACK from a client', '90 04 0001 00 00', 0x82],
    ['a second CONNECT', CONNECT_5.toString('hex'), 0x82],
    ['a length of five bytes', '30 FF FF FF FF 01', 0x81]
  ])('%s', async (_name, hex, code) => {
    const client = await connected(CONNECT_5)
    client.write(bytes(hex))
    await vi.waitFor(() => expect(client.closed).toBe(true), WITHIN)
    expect([client.received[0], client.received[2]]).toEqual([0xe0, code])
  })

  it('closes an MQTT 3.1.1 client without a reason, because the protocol has none', async () => {
    const client = await connected(CONNECT_4)
    client.write(bytes('32 05 0001 74 0000'))
    await vi.waitFor(() => expect(client.closed).toBe(true), WITHIN)
    expect(client.received).toEqual([])
  })

  it('processes the packets before it in the same segment', async () => {
    const watcher = await connected(bytes('10 0D 0004 4D515454 04 02 000A 0001 77'))
    watcher.write(bytes('82 06 0001 0001 74 00'))
    await vi.waitFor(() => expect(watcher.received.splice(0)).toEqual([0x90, 3, 0, 1, 0]), WITHIN)
    const client = await connected(CONNECT_5)
    client.write(bytes('30 05 0001 74 00 78', '32 06 0001 74 0000 00'))
    await vi.waitFor(() => expect(client.closed).toBe(true), WITHIN)
    await vi.waitFor(() => expect(watcher.received).toEqual([0x30, 4, 0, 1, 0x74, 0x78]), WITHIN)
  })
})

it('accepts everything that the specification allows', async () => {
  const will: NonNullable<IConnectPacket['will']> = {
    topic: 'w',
    payload: Buffer.from('gone'),
    qos: 2,
    retain: true,
    properties: {
      willDelayInterval: 1,
      payloadFormatIndicator: true,
      messageExpiryInterval: 0,
      contentType: '',
      responseTopic: 'r',
      correlationData: Buffer.of(0),
      userProperties: { a: ['1', '2'], '': '' }
    }
  }
  const client = await connected(
    generate({
      cmd: 'connect',
      clientId: '中',
      protocolId: 'MQTT',
      protocolVersion: 5,
      clean: true,
      keepalive: 0,
      username: 'ada',
      password: Buffer.of(0, 255),
      will,
      properties: {
        sessionExpiryInterval: 0,
        receiveMaximum: 1,
        maximumPacketSize: 100_000,
        topicAliasMaximum: 0,
        requestResponseInformation: false,
        requestProblemInformation: true,
        userProperties: { a: 'b' }
      }
    })
  )
  client.write(bytes('82 11 0001 0A 0B 80 01 26 0001 61 0001 62 0001 74 0D'))
  await vi.waitFor(() => expect(client.received.splice(0).slice(0, 4)).toEqual([0x90, 4, 0, 1]), WITHIN)
  client.write(bytes('40 02 0007', '40 03 0007 10', '40 04 0007 10 00', 'C0 00'))
  await vi.waitFor(() => expect(client.received).toEqual([0xd0, 0]), WITHIN)
  expect(client.closed).toBe(false)
})

it.each([4, 5])('survives 2,000 randomly corrupted packets (MQTT version %i)', async (version) => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = randomFrom(seed)
  const start = version === 5 ? CONNECT_5 : CONNECT_4
  for (let i = 0; i < 2_000; i++) {
    const packet = changed(SAMPLES[random(SAMPLES.length)]!, random)
    const client = open()
    client.write(random(10) === 0 ? packet : Buffer.concat([start, packet]))
    if (i % 100 === 99) await new Promise(setImmediate)
    client.end()
  }
  const survivor = await connected(start)
  survivor.write(bytes('C0 00'))
  await vi.waitFor(() => expect(survivor.received, `seed ${seed}`).toEqual([0xd0, 0]), WITHIN)
})

const SAMPLES = [
  '10 19 0004 4D515454 05 02 000A 0B 11 00000001 21 0001 22 0001 0001 70',
  '32 12 0005 746F706963 04D2 04 08 0001 72 7061796C',
  '34 0F 0001 74 0002 08 02 00000001 26 0000 0000',
  '82 0B 0001 02 0B 01 0001 74 02',
  'A2 06 0001 00 0001 74',
  '40 04 0001 00 00',
  '50 04 0001 00 00',
  '62 04 0001 00 00',
  '70 04 0001 00 00',
  'E0 07 00 05 11 00000001',
  'F0 02 00 00'
].map((hex) => bytes(hex))

/** Changes, cuts off or repeats some bytes; the length in the header usually stays correct. */
function changed(sample: Buffer, random: (bound: number) => number): Buffer {
  let body = Buffer.from(sample.subarray(2))
  for (let i = random(4); i > 0; i--)
    if (body.length > 0) body[random(body.length)] = [0, 1, 0xff, random(256)][random(4)]!
  const at = random(body.length)
  if (random(10) < 3) body = body.subarray(0, at)
  else if (random(10) < 4) body = Buffer.concat([body.subarray(0, at), body.subarray(random(at + 1))])
  const length = random(10) > 0 ? body.length : random(128)
  return Buffer.concat([Buffer.of(sample[0]!, Math.min(length, 127)), body])
}

interface RawClient {
  received: number[]
  closed: boolean
  write(packet: Buffer): void
  end(): void
}

function open(): RawClient {
  const [near, far]: Duplex[] = duplexPair()
  const client: RawClient = {
    received: [],
    closed: false,
    write: (packet) => void near.write(packet),
    end: () => near.end()
  }
  near.on('data', (chunk: Buffer) => client.received.push(...chunk))
  near.on('error', () => undefined)
  near.on('end', () => {
    client.closed = true
  })
  broker.accept(far)
  return client
}

/** Returns a client whose CONNECT was accepted, with the CONNACK removed from `received`. */
async function connected(connect: Buffer): Promise<RawClient> {
  const client = open()
  client.write(connect)
  await vi.waitFor(() => expect(client.received[0]).toBe(0x20), WITHIN)
  client.received.splice(0)
  return client
}

function bytes(...hex: string[]): Buffer {
  return Buffer.from(hex.join('').replaceAll(' ', ''), 'hex')
}
