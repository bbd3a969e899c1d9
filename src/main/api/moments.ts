import type { Handlers } from '../../shared/rpc/contract'
import type { Archive } from '../archive/service'
import type { Histories } from './histories'

export function momentHandlers({
  archive,
  histories
}: {
  archive: Archive
  histories: Histories
}): Pick<Handlers, Extract<keyof Handlers, `moments.${string}`>> {
  return {
    'moments.span': async ({ connectionId, ...span }) =>
      archive.peer().call('span', { path: await histories.settled(connectionId), ...span }),
    'moments.find': async ({ connectionId, at }) =>
      archive.peer().call('momentAt', { path: await histories.settled(connectionId), at }),
    'moments.step': async ({ connectionId, ...from }) =>
      archive.peer().call('step', { path: await histories.settled(connectionId), ...from }),
    'moments.between': async ({ connectionId, ...moments }) =>
      archive.peer().call('between', { path: await histories.settled(connectionId), ...moments })
  }
}
