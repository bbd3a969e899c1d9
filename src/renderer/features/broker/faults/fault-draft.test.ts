import { describe, expect, it } from 'vitest'
import { FaultSpec } from '../../../../shared/contract/faults'
import { defaultFault, defaultShared, draftOf, isRandom, readDrafts, type FaultDraft } from './fault-draft'
import { kindOptions } from './fault-words'
import { draftsOf, presetGroups } from './presets'

const one = { ...defaultShared, who: 'one' as const, clientId: 'press-7', listener: 1883 }

function faultsOf(draft: Partial<FaultDraft>, shared = {}): Record<string, string> {
  return Object.fromEntries(
    readDrafts([{ ...defaultFault, ...draft }], { ...defaultShared, ...shared }).faults
  )
}

describe('a draft', () => {
  it('of each kind becomes a fault, and a fault a draft that gives it again', () => {
    for (const { value: kind } of kindOptions())
      for (const shared of [defaultShared, one])
        for (const by of ['each', 'count', 'chance'] as const) {
          const draft = {
            ...defaultFault,
            kind,
            by,
            every: 7,
            percent: 12.5,
            limit: 'times' as const,
            times: 3
          }
          const { specs, faults } = readDrafts([draft], shared)
          expect([...faults], kind).toEqual([])
          const again = draftOf(FaultSpec.parse(specs[0]))
          expect(readDrafts([again.draft], again.shared).specs).toEqual(specs)
        }
  })

  it('has what is typed for one client only while one client is chosen', () => {
    const { specs } = readDrafts([defaultFault], { ...one, who: 'all' })
    expect(specs[0]!.scope).toMatchObject({ clientId: null, listener: 1883 })
  })

  it('has the faults of its fields under their names in the form', () => {
    expect(faultsOf({ kind: 'latency', delay: 1, jitter: 2 })).toEqual({ '0.jitter': 'JITTER_RANGE' })
    expect(faultsOf({ kind: 'withhold', withheld: [] })).toEqual({ '0.withheld': 'REQUIRED' })
    expect(faultsOf({ kind: 'slowReading', speed: 0 })).toEqual({ '0.speed': 'SPEED_RANGE' })
    expect(faultsOf({ kind: 'suback', subackCode: 1 })).toEqual({ '0.subackCode': 'CODE_UNKNOWN' })
    expect(faultsOf({ kind: 'connack', returnCode: 9, reasonCode: 1 })).toEqual({
      '0.returnCode': 'CODE_UNKNOWN',
      '0.reasonCode': 'CODE_UNKNOWN'
    })
    expect(faultsOf({ kind: 'connack', returnCode: -1, reasonCode: -1 })).toEqual({
      '0.reasonCode': 'REQUIRED'
    })
    expect(faultsOf({ by: 'count', every: 0, limit: 'times', times: NaN })).toEqual({
      '0.every': 'COUNT_RANGE',
      '0.times': 'COUNT_RANGE'
    })
    expect(faultsOf({ by: 'chance', percent: 101 }, { seed: -1, seconds: 0 })).toEqual({
      '0.percent': 'CHANCE_RANGE',
      seed: 'SEED_RANGE',
      seconds: 'SECONDS_RANGE'
    })
    expect(faultsOf({}, { who: 'one', filter: '$share/a/b' })).toEqual({
      clientId: 'REQUIRED',
      filter: 'FILTER_SHARED'
    })
  })

  it('needs a seed only where chance decides', () => {
    expect(isRandom({ ...defaultFault, jitter: 0 })).toBe(false)
    expect(isRandom({ ...defaultFault, jitter: 1 })).toBe(true)
    expect(isRandom({ ...defaultFault, kind: 'loss', jitter: 1 })).toBe(false)
    expect(isRandom({ ...defaultFault, kind: 'loss', by: 'chance' })).toBe(true)
    expect(isRandom({ ...defaultFault, kind: 'slowReading', by: 'chance' })).toBe(false)
  })
})

it('every preset can be started as it is', () => {
  for (const preset of presetGroups.flatMap(({ presets }) => presets)) {
    const { specs, faults } = readDrafts(draftsOf(preset), { ...defaultShared, ...preset.shared })
    expect([...faults], preset.id).toEqual([])
    expect(specs).toHaveLength(preset.faults.length)
  }
})
