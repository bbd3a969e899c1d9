import type { Archive } from '../archive/service'
import type { ConnectionService } from '../connection/service'
import type { Handlers } from '../../shared/rpc/contract'

export function trafficHandlers({
  connections,
  archive,
  historyPath
}: {
  connections: ConnectionService
  archive: Archive
  historyPath: (profileId: string) => string
}): Pick<Handlers, Extract<keyof Handlers, `traffic.${string}`>> {
  return {
    'traffic.recent': ({ connectionId, ...asked }) => connections.peer(connectionId).call('traffic', asked),
    async 'traffic.all'({ connectionId, query, fresh }) {
      if (fresh && connections.isOpen(connectionId)) await connections.peer(connectionId).call('settle', null)
      return archive.peer().call('traffic', { path: historyPath(connectionId), query, fresh })
    }
  }
}
