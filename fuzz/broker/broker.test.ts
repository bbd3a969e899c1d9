import { expect, it } from 'vitest'
import { runBrokerRound } from './round'

/** `npm run fuzz -- broker` plays a hundred times as many. */
const SEQUENCES = 10_000

it(`${SEQUENCES} sequences of packets break nothing in the broker`, async () => {
  const { crash } = await runBrokerRound(SEQUENCES, 1)
  expect(crash).toBeNull()
}, 600_000)
