import type { Decoder, PayloadBody } from '../../shared/contract/decode'
import type { MessageView } from '../../shared/contract/messages'
import type { TopicFrame } from '../../shared/contract/topics'
import { AppError } from '../../shared/errors'
import type { Preview } from '../decode/preview'
import type { BirthNames } from '../decode/sparkplug-value'
import { PastReader } from '../history/past'
import { betweenMoments, momentAt, spanOf, topicsOf } from './moments'
import { PastView } from './past-view'
import { Charts } from './charts'
import type { ArchiveFunctions } from './functions'
import { HistoryTraffic } from './traffic'
import { suggest } from '../topics/suggest'
import { compare } from '../decode/compare'
import type { Message } from '../../shared/message'
import { Decoders } from '../decode/decoders'
import { SchemaFiles } from '../decode/schema-files'
import { snippetOf } from '../decode/snippet'
import { historyFault, openIfThere } from '../history/open'
import { HistoryReader } from '../history/reader'
import { inspectRecording } from '../history/recording-file'
import { bytesOfHex } from '../history/needle'
import { HistorySearch } from '../history/search'
import { BirthIndex } from './birth-index'
import { Indexing } from './indexing'
import { runJob, type JobProgress } from '../transfer/job'

interface OpenHistory {
  reader: HistoryReader
  search: HistorySearch
}

interface RunningJob {
  path: string
  controller: AbortController
  ended: Promise<void>
}

/** Read-only work on history files. Files stay open from their first use until they are released. */
export function createArchive(
  tell: (progress: JobProgress) => void,
  show: (frame: TopicFrame) => void = () => undefined
): ArchiveFunctions {
  const readers = new Map<string, OpenHistory>()
  const indexing = new Indexing()
  const births = new BirthIndex()
  const jobs = new Map<string, RunningJob>()
  const traffic = new HistoryTraffic()
  const pasts = new Map<string, { path: string; view: PastView }>()
  let betweens = 0
  let suggests = 0
  let schemas = new SchemaFiles([])
  let decoders = new Map<string, Decoders>()
  const decodersOf = (path: string): Decoders => decoders.get(path) ?? new Decoders(schemas, [])

  const read = <T>(path: string, none: T, work: (history: OpenHistory) => T): T => {
    const reader = readers.get(path) ?? openIfThere(path, openHistory)
    if (!reader) return none
    readers.set(path, reader)
    try {
      return work(reader)
    } catch (error) {
      throw historyFault(error)
    }
  }
  const namesOf = (path: string, topic: string, id: number): BirthNames | null =>
    read(path, null, ({ reader }) => births.namesFor(reader, path, topic, id))
  const charts = new Charts(namesOf)
  const viewOf = (path: string, { payload, ...head }: Message, decoder: Decoder): MessageView => ({
    head,
    ...decodersOf(path).decode(head.topic, payload, decoder, () => namesOf(path, head.topic, head.id))
  })
  const past = (viewId: string): PastView => {
    const found = pasts.get(viewId)
    if (!found) throw new AppError('NOT_FOUND', { what: 'view', id: viewId })
    return found.view
  }
  const unwatch = (viewId: string): void => {
    pasts.get(viewId)?.view.close()
    pasts.delete(viewId)
  }
  const cancelJobs = async (concerned: (job: RunningJob) => boolean): Promise<void> => {
    const found = [...jobs.values()].filter(concerned)
    for (const { controller } of found) controller.abort()
    await Promise.all(found.map(({ ended }) => ended))
  }
  const close = (path: string): void => {
    readers.get(path)?.reader.close()
    readers.get(path)?.search.close()
    readers.delete(path)
    births.forget(path)
    indexing.leave(path)
    traffic.forget(path)
    charts.forget(path)
    for (const [viewId, view] of pasts) if (view.path === path) unwatch(viewId)
  }

  return {
    page({ path, ...query }) {
      const { rows, more } = read(path, { rows: [], more: false }, ({ reader }) => reader.page(query))
      const decoding = decodersOf(path)
      return {
        rows: rows.map(({ start, ...head }) => ({
          ...head,
          ...decoding.preview(head.topic, start, head.size)
        })),
        more
      }
    },
    search({ path, query, before, limit }) {
      const indexed = indexing.of(path)
      const none = { found: [], next: null, share: 1 }
      const { found, next, share } = read(path, none, ({ search }) =>
        search.step(query, indexed?.index ?? null, before, limit)
      )
      const sought = query.hex ? bytesOfHex(query.text) : query.text
      const decoding = decodersOf(path)
      const rows = found.map(({ payload, ...head }) => ({
        ...head,
        ...snippetOf(payload, sought, () => decoding.preview(head.topic, payload, payload.length))
      }))
      return { rows, next, share, unindexed: indexed?.unindexed ?? 0 }
    },
    follow: ({ path }) => indexing.follow(path),
    get({ path, id, decoder }) {
      const message = read(path, null, ({ reader }) => reader.get(id))
      return message && viewOf(path, message, decoder)
    },
    view: ({ path, message, decoder }) => viewOf(path, message, decoder),
    setDecoding(decoding) {
      schemas = new SchemaFiles(decoding.schemas)
      decoders = new Map(
        Object.entries(decoding.bindings).map(([path, bindings]) => [path, new Decoders(schemas, bindings)])
      )
      charts.reset()
      return schemas.describe()
    },
    compare: ({ path, before, after }) =>
      read(path, null, ({ reader }) => {
        const last = reader.get(after)
        const first = last && reader.get(before ?? reader.previous(last))
        if (!first) return null
        const { payload: left, ...beforeHead } = first
        const { payload: right, ...afterHead } = last
        const readable = (payload: Uint8Array): PayloadBody =>
          viewOf(path, payload === left ? first : last, { format: 'auto' }).body
        return { before: beforeHead, after: afterHead, ...compare(left, right, readable) }
      }),
    count: ({ path, scope }) => read(path, 0, ({ reader }) => reader.count(scope)),
    newest: ({ path, topic }) =>
      read(path, 0, ({ reader }) => reader.previous({ id: Number.MAX_SAFE_INTEGER, topic, direction: 'in' })),
    async suggest({ path, text, limit }) {
      const turn = ++suggests
      const entries = read(path, [], () => topicsOf(path))
      return (await suggest(entries, text, limit, () => turn !== suggests)) ?? []
    },
    inspect: ({ path }) => inspectRecording(path),
    span: ({ path, from, to, buckets }) => read(path, null, () => spanOf(path, from, to, buckets)),
    momentAt: ({ path, at }) => read(path, null, () => momentAt(path, at)),
    step: ({ path, id, way, topic }) =>
      read(path, null, ({ reader }) => {
        const scope = { topic, subtree: false }
        const beside = way === 'back' ? { before: id } : { after: id }
        const [row] = reader.page({ scope, limit: 1, ...beside }).rows
        return row ? { id: row.id, at: row.receivedAt } : null
      }),
    async between({ path, from, to, limit }) {
      const turn = ++betweens
      try {
        return await betweenMoments(path, from, to, limit, () => turn !== betweens)
      } catch (error) {
        throw historyFault(error)
      }
    },
    readSeries: (query) => faulty(() => charts.read(query, decodersOf(query.path))),
    fields: ({ path, topic }) => faulty(() => charts.fields(path, topic, decodersOf(path))),
    csv: (query) => faulty(() => charts.csv(query, decodersOf(query.path))),
    cleared: ({ path }) => charts.reset(path),
    traffic: ({ path, query, fresh }) => faulty(() => traffic.step(path, query, fresh)),
    watch({ path, viewId, moment, options, expanded }) {
      const line = (topic: string, start: Uint8Array, size: number): Preview =>
        decodersOf(path).preview(topic, start, size)
      const open = (): PastView =>
        new PastView(viewId, PastReader.open(path), moment, options, expanded, line, show)
      try {
        pasts.set(viewId, { path, view: open() })
      } catch (error) {
        throw historyFault(error)
      }
    },
    update({ viewId, options, branches, moment }) {
      past(viewId).update(options, branches)
      if (moment !== null) past(viewId).moveTo(moment)
    },
    unwatch,
    reveal: ({ viewId, path }) => past(viewId).view.reveal(path),
    find: ({ viewId, text, from }) => past(viewId).view.find(text, from),
    at: ({ viewId, index }) => past(viewId).view.at(index),
    export(job) {
      const controller = new AbortController()
      const ended = runJob(job, controller.signal, tell).finally(() => jobs.delete(job.jobId))
      jobs.set(job.jobId, { path: job.path, controller, ended })
    },
    cancel: ({ jobId }) => jobs.get(jobId)?.controller.abort(),
    async release({ path }) {
      await cancelJobs((job) => job.path === path)
      close(path)
    },
    async stop() {
      await cancelJobs(() => true)
      for (const path of [...readers.keys()]) close(path)
      traffic.close()
      charts.close()
      indexing.stop()
    }
  }
}

/** What work gives; SQLite's errors become HISTORY_UNAVAILABLE. */
function faulty<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw historyFault(error)
  }
}

function openHistory(path: string): OpenHistory {
  const reader = HistoryReader.open(path)
  try {
    return { reader, search: HistorySearch.open(path) }
  } catch (error) {
    reader.close()
    throw error
  }
}
