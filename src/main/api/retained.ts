import { AppError } from '../../shared/errors'
import type { Handlers } from '../../shared/rpc/contract'
import { filterFault } from '../../shared/topic'
import type { ConnectionService } from '../connection/service'

export function retainedHandlers({
  connections
}: {
  connections: ConnectionService
}): Pick<Handlers, Extract<keyof Handlers, `retained.${string}`>> {
  return {
    'retained.get': ({ connectionId }) => connections.peer(connectionId).call('retained', null),
    'retained.lookUp'({ connectionId, filter }) {
      const fault = filterFault(filter)
      const issue = fault ? `FILTER_${fault}` : filter.startsWith('$share/') ? 'FILTER_SHARED' : null
      if (issue) throw new AppError('INVALID_INPUT', { issues: [{ path: 'filter', fault: issue }] })
      return connections.peer(connectionId).call('lookUpRetained', filter)
    },
    'retained.rows': ({ connectionId, ...wanted }) =>
      connections.peer(connectionId).call('retainedRows', wanted),
    'retained.plan': ({ connectionId, ...wanted }) =>
      connections.peer(connectionId).call('planRetained', wanted),
    'retained.clear': ({ connectionId, plan }) => connections.peer(connectionId).call('clearRetained', plan),
    'retained.undo': ({ connectionId, overwrite }) =>
      connections.peer(connectionId).call('undoRetained', overwrite),
    'retained.cancel': ({ connectionId }) => connections.peer(connectionId).call('cancelRetained', null),
    'retained.dismiss': ({ connectionId }) => connections.peer(connectionId).call('dismissRetained', null)
  }
}
