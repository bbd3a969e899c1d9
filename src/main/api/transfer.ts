import type { Handlers } from '../../shared/rpc/contract'
import type { Transfer } from '../transfer/service'
import type { Histories } from './histories'

export function transferHandlers({
  transfer,
  histories
}: {
  transfer: Transfer
  histories: Histories
}): Pick<Handlers, Extract<keyof Handlers, `transfer.${string}`>> {
  return {
    async 'transfer.export'(request) {
      await histories.settled(request.profileId)
      return transfer.export(request)
    },
    'transfer.cancel': ({ jobId }) => transfer.cancel(jobId)
  }
}
