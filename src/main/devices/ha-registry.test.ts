import { afterEach, expect, it, vi } from 'vitest'
import { readConfig } from './ha-config'
import { HaRegistry } from './ha-registry'
import { MemoryBudget } from './memory-budget'

const registryOf = (bytes = 10_000_000) => new HaRegistry(new MemoryBudget(bytes))

afterEach(() => vi.restoreAllMocks())

const config = (ids: string[], more = {}) =>
  readConfig(JSON.stringify({ stat_t: 's', dev: { ids, ...more } }), 'sensor', 'o')

it('a device is found under any identifier of its configurations', () => {
  const registry = registryOf()
  registry.set('a', 1, config(['x'], { mf: 'Acme' }))
  registry.set('b', 2, config(['y', 'x'], { mdl: 'M' }))
  registry.set('c', 3, config(['y'], { name: 'Boiler' }))
  expect(registry.devices()).toMatchObject([
    { key: 'i x', info: { name: 'Boiler', manufacturer: 'Acme', model: 'M' } }
  ])
})

it('configurations of one device with many identifiers are not copied for each other', () => {
  const registry = registryOf()
  for (let i = 0; i < 20; i++)
    registry.set(`t${i}`, i + 1, config(['same', ...Array.from({ length: 200 }, (_, id) => `${i} ${id}`)]))
  const added = vi.spyOn(Set.prototype, 'add')
  const devices = registry.devices()
  const insertions = added.mock.calls.length
  expect(devices.map(({ entities }) => entities.length)).toEqual([20])
  expect(insertions).toBeLessThanOrEqual(20 * 201)
})

it('configurations beyond the memory budget are counted, not read again, and make room when they go', () => {
  const registry = registryOf(100_000)
  for (let i = 0; i < 1_000; i++) registry.set(`t${i}`, i + 1, i % 2 === 0 ? config([`d${i}`]) : 'NOT_JSON')
  const kept = registry.devices().flatMap(({ entities }) => entities).length
  expect(kept).toBeGreaterThan(10)
  expect([kept + registry.leftOut, registry.idOf('t999')]).toEqual([1_000, 1_000])
  registry.set('t0', 1_001, null)
  registry.set('t999', 1_002, 'NOT_JSON')
  expect(registry.leftOut).toBe(999 - kept)
  registry.keep(new Set(['t999', 't998']))
  expect([registry.devices().length, registry.leftOut]).toEqual([1, 1])
  registry.clear()
  expect([registry.devices().length, registry.leftOut]).toEqual([0, 0])
  registry.set('t1', 1, config(['x'.repeat(40_000)]))
  expect(registry.leftOut).toBe(0)
})

it('a large configuration is charged for all that it holds', () => {
  const registry = registryOf(100_000)
  registry.set('a', 1, config(['x'.repeat(50_000)]))
  registry.set('b', 2, config(['b'], { name: 'Small' }))
  expect(registry.devices().map(({ info }) => info?.name)).toEqual(['Small'])
  expect(registry.leftOut).toBe(1)
})
