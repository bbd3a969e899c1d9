import { join } from 'node:path'
import type { EventName, EventPayload } from '../shared/contract'
import type { BridgeStore } from './bridge/bridge-store'
import { Bridges } from './bridge/bridges'
import { BrokerService } from './broker/broker-service'
import { pipePath } from './broker/pipe-path'
import type { Connections } from './connection/connections'
import { DemoDevices } from './demo/devices'
import type { Jobs } from './jobs/jobs'
import { BrokerCertificates } from './local-broker/certificates'
import { LocalBroker } from './local-broker/local-broker'
import type { Changes } from './log/changes'
import type { Log } from './log/log'
import type { ProfileStore } from './profiles/profiles'
import type { SettingsStore } from './profiles/settings'
import type { SpawnWorker } from './worker'

/** What the local broker's services need of the others. */
export interface BrokerSurroundings {
  dataDirectory: string
  version: string
  spawn: SpawnWorker
  connections: Connections
  profiles: ProfileStore
  settings: SettingsStore
  bridgeStore: BridgeStore
  jobs: Jobs
  changes: Changes
  log: Log
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}

/** Creates and wires the local broker, its connection and its bridges. */
export function composeBroker(around: BrokerSurroundings): {
  brokerService: BrokerService
  broker: LocalBroker
  bridges: Bridges
} {
  const { dataDirectory, version, spawn, connections, profiles, settings, bridgeStore, jobs, emit } = around
  const pipe = pipePath(dataDirectory)
  const brokerService = new BrokerService(spawn, version)
  const broker = new LocalBroker(
    brokerService,
    new DemoDevices(),
    connections,
    profiles,
    settings,
    { broker: join(dataDirectory, 'broker.db'), pipe, id: bridgeStore.brokerId },
    new BrokerCertificates(join(dataDirectory, 'certificates'))
  )
  broker.onChange((status) => {
    around.changes.brokerIs(status)
    emit('broker.changed', status)
  })
  broker.onCrash((crash) => {
    around.log.warn(
      () => `the broker ended and ${crash.restarted ? 'was started again' : 'could not be started again'}`
    )
    emit('broker.crashed', crash)
  })

  const bridges = new Bridges(spawn, bridgeStore, profiles, {
    pipe,
    isRunning: () => brokerService.status().state === 'running',
    tell: (peers) => brokerService.peer().notify('setBridges', peers)
  })
  bridges.on('listed', (list) => emit('bridge.listed', list))
  bridges.on('changed', (status) => emit('bridge.changed', status))
  bridges.on('subtree', (status) => emit('subtree.changed', status))
  bridges.on('job', (job, cancel) => jobs.adopt(job, 'bridges', cancel))
  bridges.on('ended', () => jobs.abandon('bridges'))
  brokerService.onChange(() => bridges.brokerChanged())
  brokerService.onCrash(() => bridges.brokerRestarted())
  profiles.onChange((changed) => void bridges.profilesChanged(changed))
  return { brokerService, broker, bridges }
}
