import { afterEach, expect, it, vi } from 'vitest'
import { readConfig } from './ha-config'
import { HaRegistry } from './ha-registry'

afterEach(() => vi.restoreAllMocks())

const config = (ids: string[], more = {}) =>
  readConfig(JSON.stringify({ stat_t: 's', dev: { ids, ...more } }), 'sensor', 'o')

it('a device is found under any identifier of its configurations', () => {
  const registry = new HaRegistry()
  registry.set('a', 1, config(['x'], { mf: 'Acme' }))
  registry.set('b', 2, config(['y', 'x'], { mdl: 'M' }))
  registry.set('c', 3, config(['y'], { name: 'Boiler' }))
  expect(registry.devices()).toMatchObject([
    { key: 'i x', info: { name: 'Boiler', manufacturer: 'Acme', model: 'M' } }
  ])
})

it('configurations of one device with many identifiers are not copied for each other', () => {
  const registry = new HaRegistry()
  for (let i = 0; i < 20; i++)
    registry.set(`t${i}`, i + 1, config(['same', ...Array.from({ length: 200 }, (_, id) => `${i} ${id}`)]))
  const added = vi.spyOn(Set.prototype, 'add')
  const devices = registry.devices()
  const insertions = added.mock.calls.length
  expect(devices.map(({ entities }) => entities.length)).toEqual([20])
  expect(insertions).toBeLessThanOrEqual(20 * 201)
})
