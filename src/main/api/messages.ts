import type { EventName, EventPayload } from '../../shared/contract'
import { AppError } from '../../shared/errors'
import { filterFault } from '../../shared/topic'
import type { Handlers } from '../../shared/rpc/contract'
import type { ConnectionService } from '../connection/service'
import type { Archive } from '../archive/service'
import type { Histories } from './histories'

export function messageHandlers({
  connections,
  archive,
  histories,
  emit
}: {
  connections: ConnectionService
  archive: Archive
  histories: Histories
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}): Pick<Handlers, Extract<keyof Handlers, `messages.${string}`>> {
  return {
    'messages.publish': ({ connectionId, ...message }) =>
      connections.peer(connectionId).call('publish', message),
    async 'messages.page'({ connectionId, scope, limit, before, after }) {
      const range = { ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
      return archive.page(await histories.settled(connectionId), { scope, limit, ...range })
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
      const path = await histories.settled(connectionId)
      return archive.search(path, { query, limit, ...(before !== undefined && { before }) })
    },
    async 'messages.get'({ connectionId, id, ...decoder }) {
      return archive.get(await histories.settled(connectionId), id, decoder)
    },
    async 'messages.compare'({ connectionId, before, after }) {
      return archive.compare(await histories.settled(connectionId), before, after)
    },
    async 'messages.count'({ connectionId, scope }) {
      return { messages: await archive.count(await histories.settled(connectionId), scope) }
    },
    async 'messages.clear'({ connectionId, scope }) {
      const messages = await connections.peer(connectionId).call('clear', scope)
      archive.peer().notify('cleared', { path: histories.pathOf(connectionId) })
      emit('messages.cleared', { connectionId, scope })
      return { messages }
    }
  }
}
