import { topicFilterFault, type TopicFilterSpec } from '../../shared/contract/topics'
import { AppError } from '../../shared/errors'
import type { Handlers } from '../../shared/rpc/contract'
import type { ConnectionService } from '../connection/service'
import type { Archive } from '../archive/service'
import type { ViewRegistry } from './view-registry'

export function topicHandlers({
  connections,
  archive,
  views,
  historyPath
}: {
  connections: ConnectionService
  archive: Archive
  views: ViewRegistry
  historyPath: (profileId: string) => string
}): Pick<Handlers, Extract<keyof Handlers, `topics.${string}`>> {
  const unwatch = (connectionId: string, viewId: string): void => {
    if (connections.isOpen(connectionId)) connections.peer(connectionId).notify('unwatch', viewId)
  }
  return {
    async 'topics.watch'({ connectionId, expanded, ...options }, session) {
      checkFilter(options.filter)
      const peer = connections.peer(connectionId)
      const viewId = views.add(session, connectionId, (left) => unwatch(connectionId, left))
      await peer.call('watch', { viewId, options, expanded })
      return { viewId }
    },
    'topics.update'(
      { viewId, options, expand = [], collapse = [], openTo = null, openBelow = null },
      session
    ) {
      const peer = connections.peer(views.connectionOf(viewId, session))
      if (options.filter) checkFilter(options.filter)
      const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
      return peer.call('update', {
        viewId,
        options: given,
        branches: { expand, collapse, openTo, openBelow }
      })
    },
    'topics.unwatch'({ viewId }, session) {
      unwatch(views.connectionOf(viewId, session), viewId)
      views.remove(viewId)
    },
    async 'topics.reveal'({ viewId, path }, session) {
      const index = await connections
        .peer(views.connectionOf(viewId, session))
        .call('reveal', { viewId, path })
      return index === null ? null : { index }
    },
    'topics.find': (input, session) =>
      connections.peer(views.connectionOf(input.viewId, session)).call('find', input),
    'topics.at': (input, session) =>
      connections.peer(views.connectionOf(input.viewId, session)).call('at', input),
    'topics.suggest': async ({ connectionId, text, limit }) => ({
      topics: await connections.peer(connectionId).call('suggest', { text, limit })
    }),
    async 'topics.get'({ connectionId, topic, ...decoder }) {
      const last = await connections.peer(connectionId).call('last', { topic })
      const path = historyPath(connectionId)
      return 'message' in last
        ? archive.view(path, last.message, decoder)
        : archive.get(path, last.id, decoder)
    }
  }
}

/** Throws INVALID_INPUT. */
function checkFilter(filter: TopicFilterSpec): void {
  const fault = topicFilterFault(filter)
  if (fault) throw new AppError('INVALID_INPUT', { issues: [{ path: 'filter', fault }] })
}
