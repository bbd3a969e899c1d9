import { generate, parser, type IPublishPacket } from 'mqtt-packet'
import { expect, it } from 'vitest'
import { packetReader, publishPacket } from './packets'
import { payloadAt, topicAt } from './topics'

it.each([0, 1] as const)('writes a PUBLISH at QoS %i that a parser can read', (qos) => {
  const topics = { count: 10, length: 200, siblings: 5 }
  const { bytes, idOffset } = publishPacket(topicAt(topics, 7), payloadAt(100, 7), qos)
  if (qos === 1) bytes.writeUInt16BE(513, idOffset)
  const read: IPublishPacket[] = []
  const reader = parser({ protocolVersion: 5 })
  reader.on('packet', (packet) => read.push(packet as IPublishPacket))
  reader.parse(bytes)
  expect(read).toHaveLength(1)
  expect(read[0]).toMatchObject({ cmd: 'publish', qos, topic: `plant/area0/line1/sensor7`.padEnd(200, '-') })
  expect(read[0]!.payload.length).toBe(100)
  expect(() => void JSON.parse(read[0]!.payload.toString())).not.toThrow()
  if (qos === 1) expect(read[0]!.messageId).toBe(513)
})

it('splits a stream into packets, wherever its chunks end', () => {
  const packets = [
    publishPacket('a', 'x'.repeat(300), 0).bytes,
    generate({ cmd: 'puback', messageId: 9, reasonCode: 16 }, { protocolVersion: 5 }),
    generate({ cmd: 'pingreq' })
  ]
  const stream = Buffer.concat(packets)
  for (let size = 1; size < 12; size++) {
    const found: Buffer[] = []
    const read = packetReader((packet) => found.push(Buffer.from(packet)))
    for (let place = 0; place < stream.length; place += size) read(stream.subarray(place, place + size))
    expect(found).toEqual(packets)
  }
})
