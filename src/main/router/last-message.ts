import type { CallsOf } from '../../shared/contract'
import type { Archive } from '../archive/archive'
import type { Connections } from '../connection/connections'
import type { Histories } from './histories'

/**
 * Reads a topic's last message, in the archive, which decodes payloads. If the history cannot be written, the connection has the message
 * in memory and sends it along.
 */
export function lastMessageCalls(
  connections: Connections,
  archive: Archive,
  histories: Histories
): Pick<CallsOf<'main'>, 'topics.get'> {
  return {
    async 'topics.get'({ history, topic, decoder }) {
      const path = histories.pathOf(history)
      if (history.kind === 'recording') return archive.peer().call('newest', { path, topic, decoder })
      const last = await connections.peer(history.id).call('last', { topic })
      return archive.peer().call('view', { path, decoder, ...last })
    }
  }
}
