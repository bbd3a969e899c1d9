import type { Handlers } from '../../shared/rpc/contract'
import type { Archive } from '../archive/service'
import type { ConnectionService } from '../connection/service'

export function seriesHandlers({
  connections,
  archive,
  historyPath
}: {
  connections: ConnectionService
  archive: Archive
  historyPath: (profileId: string) => string
}): Pick<Handlers, Extract<keyof Handlers, `series.${string}`>> {
  /** The path of a history whose last messages are on disk. */
  const settled = async (connectionId: string): Promise<string> => {
    if (connections.isOpen(connectionId)) await connections.peer(connectionId).call('settle', null)
    return historyPath(connectionId)
  }
  return {
    'series.read': async ({ connectionId, ...query }) =>
      archive.peer().call('readSeries', { path: await settled(connectionId), ...query }),
    'series.fields': async ({ connectionId, topic }) =>
      archive.peer().call('fields', { path: await settled(connectionId), topic }),
    'series.csv': async ({ connectionId, ...query }) =>
      archive.peer().call('csv', { path: await settled(connectionId), ...query })
  }
}
