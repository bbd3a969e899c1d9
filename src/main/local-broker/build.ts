import { join } from 'node:path'
import type { CallsOf } from '../../shared/contract'
import { BrokerService } from '../broker/broker-service'
import { pipePath } from '../broker/pipe-path'
import type { Connections } from '../connection/connections'
import { DemoDevices } from '../demo/devices'
import type { Jobs } from '../jobs/jobs'
import type { ProfileStore } from '../profiles/profiles'
import type { SettingsStore } from '../profiles/settings'
import type { SpawnWorker } from '../worker'
import { AccessStore } from './access-store'
import { BrokerCertificates } from './certificates'
import { LocalBroker } from './local-broker'
import { Outgrow } from './outgrow/outgrow'
import type { Bridges } from './outgrow/server'

interface Options {
  dataDirectory: string
  version: string
  spawn: SpawnWorker
  jobs: Jobs
  connections: Connections
  profiles: ProfileStore
  settings: SettingsStore
  /** The broker's id among those that bridges join. */
  brokerId: string
  /** The bridges, for a server that takes over. */
  bridges: Bridges
  /** Desktop: asks for an empty folder; resolves to null when the user cancels. */
  chooseFolder: (() => Promise<string | null>) | undefined
}

/** Builds the local broker with what belongs to it. It is not started. */
export async function buildLocalBroker({
  dataDirectory,
  version,
  spawn,
  jobs,
  connections,
  profiles,
  settings,
  brokerId,
  bridges,
  chooseFolder
}: Options): Promise<{
  service: BrokerService
  broker: LocalBroker
  access: AccessStore
  calls: CallsOf<'main', 'access' | 'broker' | 'demo' | 'outgrow'>
  /** Resolves when all changes are in their files. */
  written(): Promise<void>
}> {
  const access = new AccessStore(dataDirectory)
  await access.load()
  const service = new BrokerService(spawn, version)
  const broker = new LocalBroker(
    service,
    new DemoDevices(),
    connections,
    profiles,
    settings,
    {
      broker: join(dataDirectory, 'broker.db'),
      events: join(dataDirectory, 'broker-events.db'),
      pipe: pipePath(dataDirectory),
      id: brokerId
    },
    new BrokerCertificates(join(dataDirectory, 'certificates')),
    access
  )
  const outgrow = new Outgrow(jobs, {
    broker: service,
    input: () => broker.forServer(),
    bridges,
    ...(chooseFolder && { chooseFolder })
  })
  return {
    service,
    broker,
    access,
    calls: { ...broker.calls(), ...outgrow.calls() },
    written: () => access.written()
  }
}
