import type { Handlers } from '../../shared/rpc/contract'
import type { ConnectionService } from '../connection/service'

export function deviceHandlers({
  connections
}: {
  connections: ConnectionService
}): Pick<Handlers, Extract<keyof Handlers, `sparkplug.${string}`>> {
  return {
    'sparkplug.list': ({ connectionId, ...wanted }) =>
      connections.peer(connectionId).call('sparkplug', wanted),
    'sparkplug.get': ({ connectionId, ...wanted }) =>
      connections.peer(connectionId).call('sparkplugDetail', wanted),
    'sparkplug.rebirth': ({ connectionId, ...node }) => connections.peer(connectionId).call('rebirth', node)
  }
}
