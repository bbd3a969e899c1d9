import type { Handlers } from '../../shared/rpc/contract'
import type { ConnectionService } from '../connection/service'

export function packetHandlers({
  connections
}: {
  connections: ConnectionService
}): Pick<Handlers, Extract<keyof Handlers, `packets.${string}`>> {
  return {
    'packets.record': ({ connectionId, on }) => connections.peer(connectionId).call('recordPackets', on),
    'packets.window': ({ connectionId, ...wanted }) => connections.peer(connectionId).call('packets', wanted),
    'packets.get': ({ connectionId, number }) => connections.peer(connectionId).call('packet', number),
    'packets.export': ({ connectionId, ...wanted }) =>
      connections.peer(connectionId).call('exportPackets', wanted)
  }
}
