import type { CallsOf, EventName, EventPayload } from '../shared/contract'
import { CheckThread } from './automation/checks/check-thread'
import { Checks } from './automation/checks/checks'
import { Collections } from './automation/collections/collections'
import { Schedules } from './automation/schedule/schedules'
import type { ComposerNews } from './connection/connection-functions'
import type { Connections } from './connection/connections'
import type { Host } from './host'
import type { Jobs } from './jobs/jobs'
import type { Log } from './log/log'
import type { ProfileStore } from './profiles/profiles'
import type { SpawnWorker } from './worker'

/** What is composed of saved messages: the collections, what runs from them, and the checks beside them. */
interface Composer {
  calls: CallsOf<'main', 'collections' | 'schedules' | 'checks'>
  /** Answers the workers of connections. */
  news: ComposerNews
  /** The worker of a connection has ended. */
  abandon(connectionId: string): void
  /** Resolves when all changes are in their files. */
  stop(): Promise<void>
}

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
export async function composeCollections(around: Around): Promise<Composer> {
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
  const schedules = new Schedules({
    messages: collections.messages,
    connection: (id) => ({
      peer: connections.peer(id),
      name: connections.list().find((status) => status.id === id)?.name ?? ''
    })
  })
  schedules.on('changed', (list) => emit('schedules.changed', list))
  const { checks, thread } = checksIn(collections, around)
  collections.filesChanged = () => checks.filesChanged()
  await collections.load()
  return {
    calls: { ...collections.calls(), ...schedules.calls(), ...checks.calls() },
    news: {
      schedule: (status) => schedules.told(status),
      scheduledMessage: ({ id }) => schedules.next(id)
    },
    abandon: (id) => schedules.abandon(id),
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
