import { expect, it } from 'vitest'
import { defaultSettings, type Settings } from '../../../shared/contract/app'
import { defaultBrokerLimits, type BrokerListener } from '../../../shared/contract/broker'
import { snSettingsKey } from '../../../shared/contract/mqtt-sn'
import { needsRestart } from './needs-restart'

const tls: BrokerListener = { kind: 'tls', host: '127.0.0.1', port: 8883 }
const ws: BrokerListener = { kind: 'ws', host: '127.0.0.1', port: 9001 }

const settings: Settings = { ...defaultSettings, brokerListeners: [tls, ws] }
const running = {
  state: 'running' as const,
  host: '127.0.0.1',
  port: 1883,
  listeners: [{ kind: 'tcp' as const, host: '127.0.0.1' as const, port: 1883 }, tls, ws],
  forgets: false,
  limits: defaultBrokerLimits,
  since: 1,
  clients: 0,
  rateIn: 0,
  rateOut: 0,
  demo: false,
  faults: 0,
  storeFault: null
}

it('a broker that runs as configured needs no restart, in whichever order its listeners are', () => {
  expect(needsRestart(running, settings)).toBe(false)
  expect(needsRestart(running, { ...settings, brokerListeners: [ws, tls] })).toBe(false)
  // Settings of the rest of the app do not concern it.
  expect(needsRestart(running, { ...settings, theme: 'light', tray: true })).toBe(false)
})

it('a broker needs a restart for other MQTT-SN settings only if it speaks MQTT-SN', () => {
  const changed: Settings = { ...settings, brokerSn: { ...settings.brokerSn, gatewayId: 2 } }
  expect(needsRestart(running, changed)).toBe(false)
  expect(needsRestart({ ...running, sn: snSettingsKey(settings.brokerSn) }, settings)).toBe(false)
  expect(needsRestart({ ...running, sn: snSettingsKey(settings.brokerSn) }, changed)).toBe(true)
})

it.each<[string, Partial<Settings>]>([
  ['the port', { brokerPort: 1884 }],
  ['the address', { brokerHost: '0.0.0.0' }],
  ['a listener less', { brokerListeners: [tls] }],
  ['a listener more', { brokerListeners: [tls, ws, { ...ws, port: 9002 }] }],
  ['the kind of a listener', { brokerListeners: [tls, { ...ws, kind: 'wss' }] }],
  ['the address of a listener', { brokerListeners: [{ ...tls, host: '0.0.0.0' }, ws] }],
  ['what is kept', { brokerForgets: true }],
  ['a limit', { brokerLimits: { ...defaultBrokerLimits, keepAlive: 61 } }]
])('a broker needs a restart when the settings differ in %s', (_what, changes) => {
  expect(needsRestart(running, { ...settings, ...changes })).toBe(true)
})
