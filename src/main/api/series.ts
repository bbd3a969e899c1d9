import type { SeriesTime } from '../../shared/contract/series'
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
    async 'series.read'({ connectionId, time, ...query }) {
      const path = await histories.settled(connectionId)
      const asked: SeriesTime =
        'from' in time ? time : { ...time, to: time.to ?? histories.endOf(connectionId) }
      return archive.peer().call('readSeries', { path, ...query, time: asked })
    },
    'series.fields': async ({ connectionId, topic }) =>
      archive.peer().call('fields', { path: await histories.settled(connectionId), topic }),
    'series.csv': async ({ connectionId, ...query }) =>
      archive.peer().call('csv', { path: await histories.settled(connectionId), ...query })
  }
}
