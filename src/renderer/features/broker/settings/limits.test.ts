import { describe, expect, it } from 'vitest'
import { BrokerLimits, defaultBrokerLimits } from '../../../../shared/contract/broker'
import { limitFault, limitFields, readLimit, shownLimit } from './limits'

function field(name: keyof BrokerLimits) {
  return limitFields.find((each) => each.name === name)!
}

describe('limits', () => {
  it('are all shown, each once', () => {
    expect(limitFields.map(({ name }) => name).sort()).toEqual([...BrokerLimits.keyof().options].sort())
  })

  it('are read in the unit in which they are shown', () => {
    expect(shownLimit(field('packetSize'), defaultBrokerLimits)).toBe(20)
    expect(readLimit(field('packetSize'), 0.5)).toBe(500_000)
    expect(readLimit(field('connectTimeout'), 2.5)).toBe(2_500)
    for (const each of limitFields)
      expect(readLimit(each, shownLimit(each, defaultBrokerLimits))).toBe(defaultBrokerLimits[each.name])
  })

  it('survive a value that its unit shows as a fraction', () => {
    const limits = { ...defaultBrokerLimits, packetSize: 268_435_455, queueBytes: 1_234_567 }
    for (const name of ['packetSize', 'queueBytes'] as const)
      expect(readLimit(field(name), shownLimit(field(name), limits))).toBe(limits[name])
  })

  it('outside of what the contract allows are refused with the bounds, in the unit that is shown', () => {
    expect(limitFault(field('clients'), 0)).toBe('Enter a whole number from 1 to 100,000.')
    expect(limitFault(field('packetSize'), 0)).toBe('Enter a number from 0.001 to 268.435.')
    expect(limitFault(field('connectTimeout'), 601)).toBe('Enter a number from 1 to 600.')
    expect(limitFault(field('connectTimeout'), 600)).toBeNull()
  })

  it('that count things take no fractions, and no limit takes what is not a number', () => {
    expect(limitFault(field('clients'), 2.5)).toContain('whole number')
    for (const each of limitFields) expect(limitFault(each, NaN)).not.toBeNull()
  })
})
