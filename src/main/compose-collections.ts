import type { CallsOf, EventName, EventPayload } from '../shared/contract'
import { CheckThread } from './automation/checks/check-thread'
import { Checks } from './automation/checks/checks'
import { Collections } from './automation/collections/collections'
import type { Connections } from './connection/connections'
import type { Host } from './host'
import type { Jobs } from './jobs/jobs'
import type { Log } from './log/log'
import type { ProfileStore } from './profiles/profiles'
import type { SpawnWorker } from './worker'

interface Around {
  dataDirectory: string
  version: string
  host: Host
  spawn: SpawnWorker
  jobs: Jobs
  connections: Connections
  profiles: ProfileStore
  /** The secrets of a profile. */
  secretsOf: ProfileStore['secretsOf']
  log: Log
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}

/** Creates and wires the collections of saved messages, which are published by the open connections, and the checks beside them. */
export async function composeCollections(around: Around): Promise<{
  checks: Checks
  calls: () => CallsOf<'main', 'collections' | 'checks'>
  stop: () => Promise<void>
}> {
  const { dataDirectory, host, connections, log, emit } = around
  const collections = new Collections({
    dataDirectory,
    box: host.secrets,
    env: process.env,
    chooseFolder: host.chooseFolder ? () => host.chooseFolder!() : null,
    isOnline: (id) => connections.list().some((status) => status.id === id && status.state === 'online'),
    publish: (connectionId, { properties, ...message }) =>
      connections
        .peer(connectionId)
        .call('messages.publish', { connectionId, ...message, ...(properties && { properties }) }),
    changed: (list) => emit('collections.changed', list),
    opened: (id) => emit('collections.opened', { id }),
    failed: (error) => log.warn(() => 'a collection could not be opened or tidied up', error)
  })
  const { checks, thread } = checksIn(collections, around)
  collections.filesChanged = () => checks.filesChanged()
  await collections.load()
  return {
    checks,
    calls: () => ({ ...collections.calls(), ...checks.calls() }),
    async stop() {
      await thread.stop()
      await collections.stop()
    }
  }
}

function checksIn(
  collections: Collections,
  { version, spawn, jobs, profiles, secretsOf, emit }: Around
): { checks: Checks; thread: CheckThread } {
  const thread = new CheckThread(spawn, version, (name) => {
    const profile = profiles.list().find((each) => each.name === name || each.id === name)
    return profile ? { profile, secrets: secretsOf(profile.id) } : null
  })
  const checks = new Checks({
    ...{ thread, jobs, version },
    collections: {
      places: () => collections.places(),
      environment: () => collections.activeEnvironment,
      secrets: () => collections.secretValues(),
      fileAt: (id, path) => collections.fileAt(id, path)
    }
  })
  checks.on('changed', (list) => emit('checks.changed', list))
  checks.on('progress', (progress) => emit('checks.progress', progress))
  return { checks, thread }
}
