import { payloadReaders } from '../automation/watch/payload-readers'
import { tryRule } from '../automation/watch/trial'
import type { ArchiveCalls } from './archive-functions'
import type { HistoryDecoding } from './history-decoding'

/** Tries watch rules with the messages of histories, one at a time: a newer request ends an older one. */
export function watchCalls(decoding: HistoryDecoding): ArchiveCalls<'watch'> {
  let trials = 0
  return {
    'watch.try': ({ path, draft, seconds }) => {
      const turn = ++trials
      const to = Date.now() * 1_000
      const readers = payloadReaders(decoding.decodersOf(path), (topic, id) =>
        decoding.namesOf(path, topic, id)
      )
      return tryRule({ path, draft, from: to - seconds * 1e6, to }, readers, () => turn !== trials)
    }
  }
}
