import { expect, it } from 'vitest'
import type { Collection, Variable } from '../../../shared/contract/collections'
import { faultOf, removedSecrets, setsOf } from './variables-draft'

const variable = (name: string, kind: Variable['kind'] = 'text'): Variable => ({
  name,
  kind,
  value: '',
  known: true
})
const plant: Collection = {
  ...{ id: 'p', name: 'Plant', directory: '/p', isDefault: false, items: [], captured: [], faults: [] },
  variables: [variable('room'), variable('token', 'secret'), variable('key', 'secret')],
  environments: [{ name: 'Lab', variables: [variable('token', 'secret')] }]
}

it('names what prevents variables from being saved', () => {
  const fault = (change: (sets: ReturnType<typeof setsOf>) => unknown): string | undefined => {
    const sets = setsOf(plant)
    change(sets)
    return faultOf(sets)?.fault
  }
  expect(fault(() => undefined)).toBeUndefined()
  expect(fault(([all]) => (all!.variables[0]!.name = ' '))).toBe('NAME')
  expect(fault(([all]) => (all!.variables[0]!.name = '$a'))).toBe('BRACES')
  expect(fault(([all]) => (all!.variables[0]!.name = 'token '))).toBe('REPEATED')
  expect(fault(([, lab]) => (lab!.environment = ' '))).toBe('ENVIRONMENT_NAME')
  expect(fault((sets) => sets.push({ ...sets[1]!, environment: 'Lab ' }))).toBe('ENVIRONMENT_REPEATED')
})

it('finds the secrets that are no longer needed', () => {
  const sets = setsOf(plant)
  expect(removedSecrets(plant, sets)).toEqual([])
  sets[0]!.variables[1]!.kind = 'text'
  sets[0]!.variables.pop()
  sets[1]!.environment = 'Bench'
  expect(removedSecrets(plant, sets)).toEqual([
    { environment: null, name: 'token' },
    { environment: null, name: 'key' },
    { environment: 'Lab', name: 'token' }
  ])
})
