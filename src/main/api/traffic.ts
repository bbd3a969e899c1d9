import type { Archive } from '../archive/service'
import type { ConnectionService } from '../connection/service'
import type { Handlers } from '../../shared/rpc/contract'
import type { Histories } from './histories'

export function trafficHandlers({
  connections,
  archive,
  histories
}: {
  connections: ConnectionService
  archive: Archive
  histories: Histories
}): Pick<Handlers, Extract<keyof Handlers, `traffic.${string}`>> {
  return {
    'traffic.recent': ({ connectionId, ...asked }) => connections.peer(connectionId).call('traffic', asked),
    async 'traffic.all'({ connectionId, query, fresh }) {
      const path = fresh ? await histories.settled(connectionId) : histories.pathOf(connectionId)
      return archive.peer().call('traffic', { path, query, fresh })
    }
  }
}
