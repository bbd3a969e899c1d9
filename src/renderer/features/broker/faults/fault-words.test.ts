import { expect, it } from 'vitest'
import { FaultSpec } from '../../../../shared/contract/faults'
import { clock, factsText, scopeText, struckText } from './fault-words'

function spec(fields: Record<string, unknown>): FaultSpec {
  return FaultSpec.parse({ seconds: 60, ...fields })
}

it('says what a fault does, how often and to whom', () => {
  const late = spec({
    kind: 'latency',
    delay: 300,
    jitter: 50,
    direction: 'in',
    rate: { by: 'chance', chance: 0.125 },
    times: 1_000
  })
  expect(factsText(late)).toBe('300 ± 50 ms · From the client · 12.5% of packets · at most 1,000×')
  expect(factsText(spec({ kind: 'disconnect', rate: { by: 'count', every: 20 } }))).toBe('one packet in 20')
  expect(factsText(spec({ kind: 'slowReading', bytesPerSecond: 1_500 }))).toBe('1.5 kB/s')
  expect(factsText(spec({ kind: 'away' }))).toBe('')
  expect(scopeText(late)).toBe('everyone')
  const scope = { clientId: 'press-7', listener: 1883, filter: 'plant/#' }
  expect(scopeText(spec({ kind: 'loss', scope }))).toBe('client press-7 · port 1883 · topics plant/#')
  expect(struckText('loss', 1)).toBe('1 packet lost')
  expect(struckText('loss', 1_200)).toBe('1,200 packets lost')
})

it('rounds the time that is left up to seconds', () => {
  expect(clock(59_001)).toBe('1:00')
  expect(clock(61_000)).toBe('1:01')
  expect(clock(3_661_000)).toBe('1:01:01')
  expect(clock(-5)).toBe('0:00')
})
