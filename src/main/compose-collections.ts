import { LOCAL_PROFILE_ID } from '../shared/contract/profiles'
import type { CallsOf, EventName, EventPayload } from '../shared/contract'
import type { Answer, RequestStatus } from '../shared/contract/requests'
import { Collections } from './automation/collections/collections'
import type { Archive } from './archive/archive'
import { Simulators } from './automation/simulator/simulators'
import { Schedules } from './automation/schedule/schedules'
import type { ComposerNews } from './connection/connection-functions'
import type { Connections } from './connection/connections'
import type { Host } from './host'
import type { LocalBroker } from './local-broker/local-broker'
import type { Log } from './log/log'
import type { ProfileStore } from './profiles/profiles'
import type { SpawnWorker } from './worker'

/** What is composed of saved messages: the collections, and what runs from them. */
interface Composer {
  calls: CallsOf<'main', 'collections' | 'schedules' | 'simulators'>
  /** Answers the workers of connections. */
  news: ComposerNews
  /** The worker of a connection has ended. */
  abandon(connectionId: string): void
  /** Resolves when all changes are in their files. */
  stop(): Promise<void>
}

/** Creates and wires the collections of saved messages, which are published by the open connections. */
export async function composeCollections(around: {
  dataDirectory: string
  host: Host
  connections: Connections
  archive: Archive
  spawn: SpawnWorker
  profiles: Pick<ProfileStore, 'get'>
  broker: Pick<LocalBroker, 'start' | 'secretsOf'>
  log: Log
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}): Promise<Composer> {
  const { dataDirectory, host, connections, archive, spawn, profiles, broker, log, emit } = around
  /** Requests of which values are captured, and how many of their answers were looked at. */
  const capturing = new Map<string, { captured: (values: Answer['captured']) => void; answers: number }>()
  const asked = (status: RequestStatus): void => {
    const entry = capturing.get(status.id)
    for (const { captured } of status.answers.slice(entry?.answers ?? Infinity)) entry?.captured(captured)
    if (entry) entry.answers = status.answers.length
    if (status.state !== 'subscribing' && status.state !== 'waiting') capturing.delete(status.id)
    emit('requests.changed', status)
  }
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
    encode: (text, encoding) => archive.peer().call('encode', { text, encoding }),
    ask: async (connectionId, id, { properties, ...message }, expected, captured) => {
      if (expected.capture.length > 0) capturing.set(id, { captured, answers: 0 })
      try {
        await connections.peer(connectionId).call('requests.send', {
          connectionId,
          id,
          expected,
          ...message,
          ...(properties && { properties })
        })
      } catch (error) {
        capturing.delete(id)
        throw error
      }
    },
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
  const simulators = new Simulators({
    spawn,
    surroundings: (collection, path, secrets) => ({
      ...collections.messages.surroundings(collection, path, secrets),
      env: process.env
    }),
    async place(profileId) {
      const { pipe: _own, ...secrets } = broker.secretsOf(profileId)
      if (profileId === LOCAL_PROFILE_ID) await broker.start()
      return { profile: profiles.get(profileId), secrets }
    }
  })
  simulators.on('changed', (list) => emit('simulators.changed', list))
  schedules.on('changed', (list) => emit('schedules.changed', list))
  await collections.load()
  return {
    calls: { ...collections.calls(), ...schedules.calls(), ...simulators.calls() },
    news: {
      schedule: (status) => schedules.told(status),
      request: asked,
      scheduledMessage: ({ id }) => schedules.next(id)
    },
    abandon: (id) => schedules.abandon(id),
    async stop() {
      await simulators.stop()
      await collections.stop()
    }
  }
}
