import type { EventName, EventPayload } from '../shared/contract'
import { Collections } from './automation/collections/collections'
import type { Archive } from './archive/archive'
import type { Connections } from './connection/connections'
import type { Host } from './host'
import type { Log } from './log/log'

/** Creates and wires the collections of saved messages, which are published by the open connections. */
export async function composeCollections(around: {
  dataDirectory: string
  host: Host
  connections: Connections
  archive: Archive
  log: Log
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}): Promise<Collections> {
  const { dataDirectory, host, connections, archive, log, emit } = around
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
    changed: (list) => emit('collections.changed', list),
    opened: (id) => emit('collections.opened', { id }),
    failed: (error) => log.warn(() => 'a collection could not be opened or tidied up', error)
  })
  await collections.load()
  return collections
}
