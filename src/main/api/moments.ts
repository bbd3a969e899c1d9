import type { Handlers } from '../../shared/rpc/contract'
import type { Archive } from '../archive/service'
import type { ConnectionService } from '../connection/service'

export function momentHandlers({
  connections,
  archive,
  historyPath
}: {
  connections: ConnectionService
  archive: Archive
  historyPath: (profileId: string) => string
}): Pick<Handlers, Extract<keyof Handlers, `moments.${string}`>> {
  /** The path of a history whose last messages are on disk. */
  const settled = async (connectionId: string): Promise<string> => {
    if (connections.isOpen(connectionId)) await connections.peer(connectionId).call('settle', null)
    return historyPath(connectionId)
  }
  return {
    'moments.span': async ({ connectionId, ...span }) =>
      archive.peer().call('span', { path: await settled(connectionId), ...span }),
    'moments.find': async ({ connectionId, at }) =>
      archive.peer().call('momentAt', { path: await settled(connectionId), at }),
    'moments.step': async ({ connectionId, ...from }) =>
      archive.peer().call('step', { path: await settled(connectionId), ...from }),
    'moments.between': async ({ connectionId, ...moments }) =>
      archive.peer().call('between', { path: await settled(connectionId), ...moments })
  }
}
