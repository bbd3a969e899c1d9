import { expect, it } from 'vitest'
import { readConfig, type HaConfig } from './ha-config'

const device = (fields: object): HaConfig =>
  readConfig(JSON.stringify({ dev: { ids: ['d'] }, ...fields }), 'device', 'd') as HaConfig

it('a device’s state topic and availability apply to its components, which may have their own', () => {
  const { entities } = device({
    '~': 'pump',
    stat_t: '~/state',
    avty_t: '~/online',
    cmps: {
      flow: { p: 'sensor', unit_of_meas: 'l/s' },
      power: { p: 'sensor', stat_t: '~/power', avty_t: 'pump/power/online' }
    }
  })
  expect(entities).toMatchObject([
    { key: 'flow', stateTopic: 'pump/state', availability: [{ topic: 'pump/online' }], unit: 'l/s' },
    { key: 'power', stateTopic: 'pump/power', availability: [{ topic: 'pump/power/online' }] }
  ])
})

it('a hostile configuration does not multiply its fields by its components', () => {
  const many = Array.from({ length: 3_000 }, (_, index) => index)
  const fields = Object.fromEntries(many.map((index) => [`x${index}_topic`, 't']))
  const cmps = Object.fromEntries(many.map((index) => [index, { p: 'sensor', name: 'n' }]))
  const { entities } = device({ ...fields, avty: many.map((index) => ({ t: `a${index}` })), cmps })
  expect(entities).toHaveLength(1_000)
  expect(Math.max(...entities.map(({ stateTopics }) => stateTopics.length))).toBe(0)
  expect(Math.max(...entities.map(({ availability }) => availability.length))).toBe(32)
})
