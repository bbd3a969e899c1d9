import { expect, it } from 'vitest'
import { Refusal } from '../codec/refusal'
import { network } from '../conformance/fixture'

it.each([
  [0x84, 1],
  [0x85, 2],
  [0x88, 3],
  [0x86, 4],
  [0x87, 5]
])('tells a client of MQTT 3.1.1 reason code %i as return code %i', async (reasonCode, returnCode) => {
  const client = network({ hooks: { connect: () => new Refusal('No.', reasonCode) } }).open(4)
  expect(await client.connect()).toMatchObject({ returnCode })
  expect(await client.closed()).toEqual([])
})
