import type { CallsOf, EventName, EventPayload } from '../shared/contract'
import { Collections } from './automation/collections/collections'
import { Schedules } from './automation/schedule/schedules'
import type { ComposerNews } from './connection/connection-functions'
import type { Connections } from './connection/connections'
import type { Host } from './host'
import type { Log } from './log/log'

/** What is composed of saved messages: the collections, and what runs from them. */
interface Composer {
  calls: CallsOf<'main', 'collections' | 'schedules'>
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
  log: Log
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}): Promise<Composer> {
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
  await collections.load()
  return {
    calls: { ...collections.calls(), ...schedules.calls() },
    news: {
      schedule: (status) => schedules.told(status),
      scheduledMessage: ({ id }) => schedules.next(id)
    },
    abandon: (id) => schedules.abandon(id),
    stop: () => collections.stop()
  }
}
