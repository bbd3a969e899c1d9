import type { CallsOf, EventName, EventPayload } from '../shared/contract'
import type { BridgeStore } from './bridge/bridge-store'
import { Bridges } from './bridge/bridges'
import { bridgesFor } from './bridge/server-bridges'
import type { BrokerService } from './broker/broker-service'
import { pipePath } from './broker/pipe-path'
import type { ConnectionPlace, Connections } from './connection/connections'
import type { Jobs } from './jobs/jobs'
import { describeAccess } from './local-broker/access-calls'
import { buildLocalBroker } from './local-broker/build'
import type { LocalBroker } from './local-broker/local-broker'
import type { Changes } from './log/changes'
import type { Log } from './log/log'
import type { ProfileStore } from './profiles/profiles'
import type { SettingsStore } from './profiles/settings'
import type { SpawnWorker } from './worker'

/** What the local broker's services need of the others. */
interface BrokerSurroundings {
  dataDirectory: string
  version: string
  spawn: SpawnWorker
  connections: Connections
  profiles: ProfileStore
  settings: SettingsStore
  bridgeStore: BridgeStore
  jobs: Jobs
  changes: Changes
  /** Has the variables of a profile stand for what they are now. Throws PROFILE_VARIABLES. */
  resolve: (place: ConnectionPlace) => Promise<ConnectionPlace>
  log: Log
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
  /** Desktop: asks for an empty folder; resolves to null when the user cancels. */
  chooseFolder: (() => Promise<string | null>) | undefined
}

/** Creates and wires the local broker, its connection and its bridges. */
export async function composeBroker(around: BrokerSurroundings): Promise<{
  service: BrokerService
  broker: LocalBroker
  bridges: Bridges
  calls: CallsOf<'main', 'access' | 'bridge' | 'broker' | 'demo' | 'outgrow' | 'subtree'>
  /** Resolves when all changes are in their files. */
  written(): Promise<unknown>
}> {
  const { dataDirectory, spawn, profiles, bridgeStore, jobs, emit } = around
  const { brokerId } = bridgeStore
  const local = await buildLocalBroker({
    ...around,
    brokerId,
    bridges: (server) =>
      bridgesFor(server, { brokerId, bridges: bridgeStore.list(), profiles: profiles.list() })
  })
  const { service, broker } = local
  broker.onChange((status) => {
    around.changes.brokerIs(status)
    emit('broker.changed', status)
  })
  local.access.onChange(() => emit('access.changed', describeAccess(local.access)))
  service.onFaults((faults) => emit('faults.changed', faults))
  broker.onCrash((crash) => {
    around.log.warn(
      () => `the broker ended and ${crash.restarted ? 'was started again' : 'could not be started again'}`
    )
    emit('broker.crashed', crash)
  })

  const bridges = new Bridges(spawn, bridgeStore, profiles, {
    pipe: pipePath(dataDirectory),
    isRunning: () => service.status().state === 'running',
    tell: (peers) => service.peer().notify('setBridges', peers),
    resolve: around.resolve
  })
  bridges.on('listed', (list) => emit('bridge.listed', list))
  bridges.on('changed', (status) => emit('bridge.changed', status))
  bridges.on('subtree', (status) => emit('subtree.changed', status))
  bridges.on('job', (job, cancel) => jobs.adopt(job, 'bridges', cancel))
  bridges.on('ended', () => jobs.abandon('bridges'))
  service.onChange(() => bridges.brokerChanged())
  service.onCrash(() => bridges.brokerRestarted())
  profiles.onChange((changed) => void bridges.profilesChanged(changed))
  return {
    service,
    broker,
    bridges,
    calls: { ...local.calls, ...bridges.calls() },
    written: () => Promise.all([local.written(), bridgeStore.written()])
  }
}
