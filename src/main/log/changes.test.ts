import { beforeEach, expect, it } from 'vitest'
import { defaultBrokerLimits } from '../../shared/contract/broker'
import { neverConnected, type ConnectionStatus } from '../../shared/contract/connections'
import { Changes } from './changes'
import { createLog } from './log'

let lines: string[]
let changes: Changes

beforeEach(() => {
  lines = []
  changes = new Changes(createLog((level, line) => lines.push(`${level} ${line}`)))
})

const status: ConnectionStatus = {
  ...neverConnected('plant', 1),
  name: 'Plant',
  address: 'broker.example:8883',
  state: 'connecting'
}
const refused = { kind: 'network', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' } as const

it('logs each state once, with the profile’s id and the fault', () => {
  changes.connection(status)
  changes.connection({
    ...status,
    subscriptions: [{ filter: '#', requested: 0, code: 0, reasonString: null }]
  })
  for (const attempts of [1, 2, 3]) {
    changes.connection({ ...status, state: 'reconnecting', attempts, fault: refused })
  }
  changes.connection({ ...status, state: 'online' })
  changes.closed('plant')
  expect(lines.map((line) => line.replace(/ \{.*/, ''))).toEqual([
    'info connection plant connecting',
    'warn connection plant reconnecting',
    'info connection plant online',
    'info connection plant closed'
  ])
  expect(lines[1]).toContain('"code":"ECONNREFUSED"')
  expect(lines.join()).not.toContain('Plant')
})

it('logs when recording fails and when it resumes', () => {
  const recordingFault = { kind: 'full', reason: 'ENOSPC' } as const
  changes.connection({ ...status, state: 'online', recordingFault })
  changes.connection({ ...status, state: 'online', recordingFault })
  changes.connection({ ...status, state: 'online' })
  expect(lines.slice(1)).toEqual([
    'error connection plant is not recorded {"kind":"full","reason":"ENOSPC","setAside":null}',
    'info connection plant is recorded again {"setAside":null}'
  ])
})

it('logs when the broker starts and stops, but not its load', () => {
  const running = {
    state: 'running',
    host: '127.0.0.1',
    port: 1883,
    listeners: new Array<never>(),
    faults: 0,
    storeFault: null,
    forgets: false,
    limits: defaultBrokerLimits,
    since: 0,
    rateIn: 0,
    rateOut: 0,
    demo: false
  } as const
  changes.brokerIs({ ...running, clients: 0 })
  changes.brokerIs({ ...running, clients: 7 })
  changes.brokerIs({ state: 'stopped', fault: null })
  expect(lines).toEqual(['info broker running on 127.0.0.1:1883', 'info broker stopped'])
})
