import { describe, expect, it } from 'vitest'
import { decode } from './decode'
import { enclosed, encode } from './encode'
import { bytesOf, examples } from './examples.fixture'
import { SN, type SnPacket } from './packet'

describe.each(examples)('%s', (_name, packet, hex) => {
  it('is written as the specification says', () => {
    expect(encode(packet)).toEqual(bytesOf(hex))
  })

  it('is read', () => {
    expect(decode(bytesOf(hex))).toEqual({ envelope: null, packet })
  })

  it('is read behind a forwarder (5.5)', () => {
    const envelope = { radius: 2, node: Buffer.of(0xca, 0xfe) }
    const bytes = enclosed(envelope, bytesOf(hex))
    expect(bytes.subarray(0, 5)).toEqual(bytesOf('05 fe 02 cafe'))
    expect(decode(bytes)).toEqual({ envelope, packet })
  })

  it('is refused when it is cut off or too long (5.2.1)', () => {
    const bytes = bytesOf(hex)
    for (let end = 0; end < bytes.length; end++)
      expect(decode(bytes.subarray(0, end)), `${end} bytes`).toHaveProperty('fault')
    expect(decode(Buffer.concat([bytes, Buffer.of(0)]))).toHaveProperty('fault')
  })
})

it('has an example of every message type', () => {
  const types = new Set(examples.map(([, { type }]) => type as number))
  expect([...types, SN.FORWARDED].sort()).toEqual([...new Set<number>(Object.values(SN))].sort())
})

it.each([248, 249, 65_524])(
  'uses a length of three bytes from 256 bytes on (payload of %i bytes)',
  (size) => {
    const packet: SnPacket = {
      type: SN.PUBLISH,
      dup: false,
      qos: 0,
      retain: false,
      topic: { kind: 'normal', id: 1 },
      messageId: 0,
      payload: Buffer.alloc(size, 120)
    }
    const bytes = encode(packet)
    expect(bytes).toHaveLength(size + (size > 248 ? 9 : 7))
    expect(bytes[0]).toBe(size > 248 ? 1 : 255)
    expect(decode(bytes)).toEqual({ envelope: null, packet })
  }
)

it('takes a short message whose length has three bytes (5.2.1)', () => {
  expect(decode(bytesOf('01 0004 17'))).toEqual({ envelope: null, packet: { type: SN.PINGRESP } })
})

it('throws when a message does not fit into MQTT-SN', () => {
  expect(() => encode({ type: SN.WILLMSG, payload: Buffer.alloc(65_532) })).toThrow(RangeError)
})

it.each([
  ['a reserved type', '02 03', /0x03 is reserved/],
  ['a reserved TopicIdType', '07 0c 03 0001 0000', /0b11 is reserved/],
  ['QoS -1 in SUBSCRIBE', '07 12 60 0001 6162', /QoS -1/],
  ['QoS -1 in WILLTOPIC', '04 07 60 61', /QoS -1/],
  ['QoS 1 without a message id', '07 0c 20 0001 0000', /without a message id/],
  ['SUBSCRIBE without a message id', '07 12 00 0000 6162', /without a message id/],
  ['a topic with a wildcard', '07 0a 0000 0001 23', /wildcard/],
  ['a short topic with a wildcard', '07 0c 02 612b 0000', /wildcard/],
  ['a topic that is no UTF-8', '07 0a 0000 0001 ff', /UTF-8/],
  ['a client id with a null character', '07 04 04 0100 3c 00', /null character/],
  ['WILLTOPIC with flags and no topic', '03 07 00', /topic is empty/],
  ['an encapsulation in an encapsulation', '03 fe 00 03 fe 00 02 17', /0xfe is reserved|says that it has/],
  ['an encapsulation that is cut off', '09 fe 00 02 17', /cut off/],
  ['nothing', '', /header/]
])('refuses %s', (_what, hex, reason) => {
  expect(decode(bytesOf(hex))).toMatchObject({ fault: expect.stringMatching(reason) as string })
})

it('knows a CONNECT of MQTT-SN 2.0, with and without Will Flags, from a SEARCHGW', () => {
  expect(decode(bytesOf('0c 01 01 0001 02 003c 0000 6162'))).toMatchObject({ isVersion2: true })
  expect(decode(bytesOf('0d 01 03 00 0001 02 003c 0000 6162'))).toMatchObject({ isVersion2: true })
  expect(decode(bytesOf('0c 01 01 0001 03 003c 0000 6162'))).toMatchObject({ isVersion2: false })
})
