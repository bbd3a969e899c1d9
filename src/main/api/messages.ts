import type { EventName, EventPayload } from '../../shared/contract'
import { AppError } from '../../shared/errors'
import { filterFault } from '../../shared/topic'
import type { Handlers } from '../../shared/rpc/contract'
import type { ConnectionService } from '../connection/service'
import type { Archive } from '../archive/service'

export function messageHandlers({
  connections,
  archive,
  historyPath,
  emit
}: {
  connections: ConnectionService
  archive: Archive
  historyPath: (profileId: string) => string
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}): Pick<Handlers, Extract<keyof Handlers, `messages.${string}`>> {
  /** The path of a history whose last messages are on disk, where its reader sees them. */
  const settled = async (connectionId: string): Promise<string> => {
    if (connections.isOpen(connectionId)) await connections.peer(connectionId).call('settle', null)
    return historyPath(connectionId)
  }
  return {
    'messages.publish': ({ connectionId, ...message }) =>
      connections.peer(connectionId).call('publish', message),
    async 'messages.page'({ connectionId, scope, limit, before, after }) {
      const range = { ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
      return archive.page(await settled(connectionId), { scope, limit, ...range })
    },
    async 'messages.search'({ connectionId, query, before, limit }) {
      const fault = query.filter === null ? null : filterFault(query.filter)
      const issues = [
        ...(fault ? [{ path: 'filter', fault: `FILTER_${fault}` }] : []),
        ...(query.hex && !/^(\s*[0-9a-f]{2})*\s*$/i.test(query.text)
          ? [{ path: 'text', fault: 'HEX_MALFORMED' }]
          : [])
      ]
      if (issues.length > 0) throw new AppError('INVALID_INPUT', { issues })
      const path = await settled(connectionId)
      return archive.search(path, { query, limit, ...(before !== undefined && { before }) })
    },
    async 'messages.get'({ connectionId, id, ...decoder }) {
      return archive.get(await settled(connectionId), id, decoder)
    },
    async 'messages.compare'({ connectionId, before, after }) {
      return archive.compare(await settled(connectionId), before, after)
    },
    async 'messages.count'({ connectionId, scope }) {
      return { messages: await archive.count(await settled(connectionId), scope) }
    },
    async 'messages.clear'({ connectionId, scope }) {
      const messages = await connections.peer(connectionId).call('clear', scope)
      archive.peer().notify('cleared', { path: historyPath(connectionId) })
      emit('messages.cleared', { connectionId, scope })
      return { messages }
    }
  }
}
