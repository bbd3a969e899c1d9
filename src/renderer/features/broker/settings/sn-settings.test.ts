import { expect, it } from 'vitest'
import { advertiseFault, freeTopicId, gatewayIdFault, topicIdFault, topicNameFault } from './sn-settings'

it('a gateway id and an interval within their bounds have no fault', () => {
  for (const id of [0, 255]) expect(gatewayIdFault(id)).toBeNull()
  for (const id of [-1, 256, 1.5, NaN]) expect(gatewayIdFault(id)).toContain('0 to 255')
  for (const seconds of [10, 65_535]) expect(advertiseFault(seconds)).toBeNull()
  for (const seconds of [9, 65_536, NaN]) expect(advertiseFault(seconds)).toContain('10 to 65,535')
})

it('a predefined topic has an id of its own, and a name to publish to', () => {
  const others = [{ id: 1, topic: 'a' }]
  expect(topicIdFault(2, others)).toBeNull()
  expect(topicIdFault(1, others)).toContain('ID 1')
  for (const id of [0, 65_535]) expect(topicIdFault(id, others)).toContain('65,534')
  expect(topicNameFault('plant/temp')).toBeNull()
  expect(topicNameFault('plant/#')).toContain('#')
  expect(topicNameFault('x'.repeat(1_001))).toContain('1,000')
  expect(freeTopicId([...others, { id: 3, topic: 'c' }])).toBe(2)
})
