import type { Handlers } from '../../shared/rpc/contract'
import type { Archive } from '../archive/service'
import type { Histories } from './histories'

export function seriesHandlers({
  archive,
  histories
}: {
  archive: Archive
  histories: Histories
}): Pick<Handlers, Extract<keyof Handlers, `series.${string}`>> {
  return {
    'series.read': async ({ connectionId, ...query }) =>
      archive.peer().call('readSeries', { path: await histories.settled(connectionId), ...query }),
    'series.fields': async ({ connectionId, topic }) =>
      archive.peer().call('fields', { path: await histories.settled(connectionId), topic }),
    'series.csv': async ({ connectionId, ...query }) =>
      archive.peer().call('csv', { path: await histories.settled(connectionId), ...query })
  }
}
