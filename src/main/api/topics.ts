import { topicFilterFault, type TopicFilterSpec } from '../../shared/contract/topics'
import { AppError } from '../../shared/errors'
import type { Handlers } from '../../shared/rpc/contract'
import type { ConnectionService } from '../connection/service'
import type { Archive } from '../archive/service'
import type { Histories } from './histories'
import type { ViewRegistry } from './view-registry'

/** The end of a recording: all of its messages count. */
const AT_ITS_END = Number.MAX_SAFE_INTEGER

export function topicHandlers({
  connections,
  archive,
  views,
  histories
}: {
  connections: ConnectionService
  archive: Archive
  views: ViewRegistry
  histories: Histories
}): Pick<Handlers, Extract<keyof Handlers, `topics.${string}`>> {
  /** A view of a past moment, or of a recording, is the archive's; one of now is its connection's. */
  const unwatch = (connectionId: string, past: boolean, viewId: string): void => {
    if (past) archive.peer().notify('unwatch', viewId)
    else if (connections.isOpen(connectionId)) connections.peer(connectionId).notify('unwatch', viewId)
  }
  return {
    async 'topics.watch'({ connectionId, expanded, moment, ...options }, session) {
      checkFilter(options.filter)
      const past = moment !== null || histories.isRecording(connectionId)
      const viewId = views.add(session, connectionId, past, (left) => unwatch(connectionId, past, left))
      if (past) {
        const path = histories.pathOf(connectionId)
        await archive.peer().call('watch', { path, viewId, moment: moment ?? AT_ITS_END, options, expanded })
      } else await connections.peer(connectionId).call('watch', { viewId, options, expanded })
      return { viewId }
    },
    'topics.update'(
      { viewId, options, expand = [], collapse = [], openTo = null, openBelow = null, moment = null },
      session
    ) {
      const { connectionId, past } = views.get(viewId, session)
      if (options.filter) checkFilter(options.filter)
      const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
      const change = { viewId, options: given, branches: { expand, collapse, openTo, openBelow } }
      return past
        ? archive.peer().call('update', { ...change, moment })
        : connections.peer(connectionId).call('update', change)
    },
    'topics.unwatch'({ viewId }, session) {
      const { connectionId, past } = views.get(viewId, session)
      unwatch(connectionId, past, viewId)
      views.remove(viewId)
    },
    async 'topics.reveal'(input, session) {
      const { connectionId, past } = views.get(input.viewId, session)
      const index = await (past
        ? archive.peer().call('reveal', input)
        : connections.peer(connectionId).call('reveal', input))
      return index === null ? null : { index }
    },
    'topics.find'(input, session) {
      const { connectionId, past } = views.get(input.viewId, session)
      return past ? archive.peer().call('find', input) : connections.peer(connectionId).call('find', input)
    },
    'topics.at'(input, session) {
      const { connectionId, past } = views.get(input.viewId, session)
      return past ? archive.peer().call('at', input) : connections.peer(connectionId).call('at', input)
    },
    'topics.suggest': async ({ connectionId, text, limit }) => ({
      topics: histories.isRecording(connectionId)
        ? await archive.peer().call('suggest', { path: histories.pathOf(connectionId), text, limit })
        : await connections.peer(connectionId).call('suggest', { text, limit })
    }),
    async 'topics.get'({ connectionId, topic, ...decoder }) {
      const path = histories.pathOf(connectionId)
      const last = histories.isRecording(connectionId)
        ? { id: await archive.peer().call('newest', { path, topic }) }
        : await connections.peer(connectionId).call('last', { topic })
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
