import { expect, test } from 'vitest'
import { readSparkplugPayload } from '../decode/sparkplug.fixture'
import { rebirthPayload } from './rebirth'

test('a rebirth is requested by name, with a time and without a sequence number', () => {
  expect(readSparkplugPayload(rebirthPayload(1_700_000_000_123))).toEqual({
    timestamp: 1_700_000_000_123,
    metrics: [
      { name: 'Node Control/Rebirth', timestamp: 1_700_000_000_123, datatype: 11, boolean_value: true }
    ]
  })
})
