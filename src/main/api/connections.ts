import type { Handlers } from '../../shared/rpc/contract'
import type { ConnectionService } from '../connection/service'
import type { ProfileStore } from '../profiles/profiles'

export function connectionHandlers({
  profiles,
  connections
}: {
  profiles: ProfileStore
  connections: ConnectionService
}): Pick<Handlers, Extract<keyof Handlers, `connections.${string}`>> {
  return {
    'connections.list': () => connections.list(),
    'connections.open': ({ id }) => connections.connect(profiles.get(id), profiles.secretsOf(id)),
    'connections.disconnect': ({ id }) => connections.disconnect(id),
    'connections.close': ({ id }) => connections.close(id),
    'connections.subscribe': ({ id, subscription }) => connections.peer(id).call('subscribe', subscription),
    'connections.unsubscribe': ({ id, filter }) => connections.peer(id).call('unsubscribe', filter)
  }
}
