import type { Handlers } from '../../shared/rpc/contract'
import type { ConnectionService } from '../connection/service'
import type { Transfer } from '../transfer/service'

export function transferHandlers({
  transfer,
  connections
}: {
  transfer: Transfer
  connections: ConnectionService
}): Pick<Handlers, Extract<keyof Handlers, `transfer.${string}`>> {
  return {
    async 'transfer.export'(request) {
      const { profileId } = request
      if (connections.isOpen(profileId)) await connections.peer(profileId).call('settle', null)
      return transfer.export(request)
    },
    'transfer.cancel': ({ jobId }) => transfer.cancel(jobId)
  }
}
