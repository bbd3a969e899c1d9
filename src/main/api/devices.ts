import type { Handlers } from '../../shared/rpc/contract'
import type { ConnectionService } from '../connection/service'

export function deviceHandlers({
  connections
}: {
  connections: ConnectionService
}): Pick<Handlers, Extract<keyof Handlers, `sparkplug.${string}` | `homeAssistant.${string}`>> {
  return {
    'sparkplug.list': ({ connectionId, ...wanted }) =>
      connections.peer(connectionId).call('sparkplug', wanted),
    'sparkplug.get': ({ connectionId, ...wanted }) =>
      connections.peer(connectionId).call('sparkplugDetail', wanted),
    'homeAssistant.list': ({ connectionId, ...wanted }) =>
      connections.peer(connectionId).call('homeAssistant', wanted),
    'homeAssistant.get': ({ connectionId, ...wanted }) =>
      connections.peer(connectionId).call('homeAssistantDevice', wanted),
    'sparkplug.rebirth': ({ connectionId, ...node }) => connections.peer(connectionId).call('rebirth', node)
  }
}
