import { expect, it } from 'vitest'
import type { MessageHead } from '../../shared/message'
import { propertiesOf } from './properties'

function head(properties: MessageHead['properties']): MessageHead {
  return {
    id: 1,
    topic: 't',
    receivedAt: 1_790_000_000_000_000,
    direction: 'in',
    qos: 0,
    retain: false,
    dup: false,
    size: 0,
    properties
  }
}

it('every property is shown, and a repeated user property with each of its values', () => {
  const shown = propertiesOf(
    head({
      payloadFormatIndicator: true,
      messageExpiryInterval: 60,
      topicAlias: 7,
      responseTopic: 'answer',
      correlationData: btoa('id 1'),
      userProperties: { tag: ['a', 'b'], unit: '°C' },
      subscriptionIdentifier: [1, 268_435_455],
      contentType: 'application/json'
    }),
    1_790_000_000_000
  )
  expect(shown.map(({ name, key, value }) => [name, key, value])).toMatchObject([
    ['Content type', null, 'application/json'],
    ['Payload format indicator', null, '1: UTF-8 text'],
    ['Message expiry interval', null, expect.stringMatching(/^60 s · expires /)],
    ['Response topic', null, 'answer'],
    ['Correlation data', null, '69 64 20 31'],
    ['Subscription identifier', null, '1'],
    ['Subscription identifier', null, '268435455'],
    ['Topic alias', null, '7'],
    ['User property', 'tag', 'a'],
    ['User property', 'tag', 'b'],
    ['User property', 'unit', '°C']
  ])
  expect(shown.find(({ name }) => name === 'Correlation data')?.note).toBe('“id 1”')
})

it('an expired message says so, and bytes that are not text are shown only as hex', () => {
  const [expiry, correlation] = propertiesOf(
    head({ messageExpiryInterval: 60, correlationData: btoa('\u0000\u00ff') }),
    1_790_000_061_000
  )
  expect(expiry?.value).toContain('expired')
  expect(correlation).toMatchObject({ value: '00 ff', note: null })
})
