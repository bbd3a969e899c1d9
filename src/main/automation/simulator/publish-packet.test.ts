import { generate } from 'mqtt-packet'
import { expect, it } from 'vitest'
import { publishPacket } from './publish-packet'

it('is what mqtt-packet makes, for every version, QoS and length', () => {
  for (const version of [3, 4, 5] as const)
    for (const qos of [0, 1, 2] as const)
      for (const size of [0, 100, 127, 200, 16_370, 16_384, 2_097_140, 2_097_160]) {
        const payload = Buffer.alloc(size, 'x')
        const expected = generate(
          {
            ...{ cmd: 'publish', topic: 'plant/°', payload, qos, retain: qos === 1, dup: false },
            ...(qos > 0 && { messageId: 300 })
          },
          { protocolVersion: version }
        )
        expect(publishPacket('plant/°', payload, qos, qos === 1, 300, version).equals(expected)).toBe(true)
      }
})
