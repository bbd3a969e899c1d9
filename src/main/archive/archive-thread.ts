import type { TopicFrame } from '../../shared/contract/topics'
import { schemaCheck } from '../decode/schema-check'
import { inspectRecording } from '../history/recording-file'
import type { JobProgress } from '../transfer/job'
import type { ArchiveFunctions } from './archive-functions'
import { Charts } from './charts'
import { ExportJobs } from './export-jobs'
import { HistoryDecoding } from './history-decoding'
import { Indexing } from './indexing'
import { messageCalls } from './message-calls'
import { momentCalls } from './moments'
import { OpenHistories } from './open-histories'
import { PastViews } from './past-views'
import { ReplaySources } from './replay-sources'
import { HistoryTraffic } from './traffic'
import { watchCalls } from './watch-calls'

/** Read-only work on history files. Files stay open from their first use until they are released. */
export function createArchive(
  tell: (progress: JobProgress) => void,
  show: (frame: TopicFrame) => void = () => undefined
): ArchiveFunctions {
  const histories = new OpenHistories()
  const decoding = new HistoryDecoding(histories)
  const indexing = new Indexing()
  const charts = new Charts(decoding)
  const traffic = new HistoryTraffic()
  const pasts = new PastViews(histories, decoding, show)
  const exports = new ExportJobs(tell)
  const replays = new ReplaySources()

  const close = (path: string): void => {
    histories.close(path)
    decoding.forget(path)
    indexing.leave(path)
    traffic.forget(path)
    charts.forget(path)
    pasts.forget(path)
  }

  return {
    ...messageCalls(histories, decoding, indexing),
    ...momentCalls(histories),
    ...charts.calls(),
    ...traffic.calls(),
    ...pasts.calls(),
    ...watchCalls(decoding),
    setDecoding(input) {
      charts.reset()
      return decoding.set(input)
    },
    encode: ({ text, encoding }) => decoding.encode(text, encoding),
    check: ({ path, topic, payload }) => schemaCheck(decoding.decodersOf(path), topic, payload),
    newest: ({ path, topic, decoder }) =>
      histories.read(path, null, ({ reader }) => {
        const last = { id: Number.MAX_SAFE_INTEGER, topic, direction: 'in' as const }
        const message = reader.get(reader.previous(last))
        return message && decoding.view(path, message, decoder)
      }),
    view({ path, decoder, ...which }) {
      const message =
        'message' in which ? which.message : histories.read(path, null, ({ reader }) => reader.get(which.id))
      return message && decoding.view(path, message, decoder)
    },
    inspect: ({ path }) => inspectRecording(path),
    cleared: ({ path }) => charts.reset(path),
    follow: ({ path }) => indexing.follow(path),
    export: (job) => exports.start(job),
    cancel: ({ jobId }) => exports.cancel(jobId),
    beginReplay: (input) => replays.begin(input),
    replayPage: ({ id }) => replays.page(id),
    endReplay: ({ id }) => replays.end(id),
    async release({ path }) {
      // The exports have readers of their own. Whoever opens the file again meanwhile keeps it.
      close(path)
      replays.endAll(path)
      await exports.cancelAll(path)
    },
    async stop() {
      replays.endAll(null)
      await exports.cancelAll(null)
      for (const path of histories.paths) close(path)
      traffic.close()
      charts.close()
      indexing.stop()
    }
  }
}
