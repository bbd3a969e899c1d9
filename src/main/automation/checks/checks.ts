import { EventEmitter } from 'node:events'
import type { CallsOf, EventPayload } from '../../../shared/contract'
import type { CheckList, CheckSelection } from '../../../shared/contract/checks'
import type { Job } from '../../../shared/contract/jobs'
import type { CheckEnd, WatchedCheck } from '../../../shared/contract/watch'
import { AppError, encodeError } from '../../../shared/errors'
import { InTurn } from '../../../shared/in-turn'
import { baseOf } from '../collections/item-path'
import { readText } from '../collections/read-text'
import { MAX_FILE_BYTES } from '../collections/yaml-file'
import type { Jobs, RunningJob } from '../../jobs/jobs'
import type { SecretValue } from '../collections/variables'
import type { CheckRequest, CollectionPlace } from './check-functions'
import type { CheckThread } from './check-thread'
import { isCheckFile } from './find-files'
import { junitReport } from './report-junit'
import { jsonReport } from './report-json'
import { RunBook } from './run-book'
import { said, withTexts } from './said'

/** Characters of each text from outside in a failure in the log of a rule. */
const MAX_TEXT = 200

/** What checks need of the open collections. */
export interface CollectionsAround {
  places(): CollectionPlace[]
  environment(): string | null
  /** The values of the keyring that belong to the open collections. */
  secrets(): SecretValue[]
  /** The path of a file on the disk. Throws NOT_FOUND. */
  fileAt(collection: string, path: string): Promise<string>
}

interface Parts {
  thread: CheckThread
  jobs: Jobs
  version: string
  collections: CollectionsAround
}

interface CheckEvents {
  changed: [CheckList]
  progress: [EventPayload<'checks.progress'>]
}

/** The checks of the open collections, and their last run. */
export class Checks extends EventEmitter<CheckEvents> {
  private list: CheckList | null = null
  private readonly reads = new InTurn()
  private stale = false
  /** The running run, or the last one. */
  private book: RunBook | null = null

  constructor(private readonly parts: Parts) {
    super()
  }

  calls(): Omit<CallsOf<'main', 'checks'>, 'checks.preview' | 'checks.create'> {
    return {
      'checks.list': () => this.read(),
      'checks.source': ({ collection, path }) => this.source(collection, path),
      'checks.run': ({ selection }) => this.start(selection),
      'checks.state': () => this.book?.run() ?? null,
      'checks.failure': ({ id, file, outcome }) =>
        this.book?.id === id ? this.book.failure(file, outcome) : null,
      'checks.report': ({ id, format }) => this.report(id, format)
    }
  }

  /** Call this when files of a collection have changed, or which are open. */
  filesChanged(): void {
    // Nobody has looked at them so far.
    if (!this.list || this.stale) return
    this.stale = true
    void this.read()
      .then((list) => this.emit('changed', list))
      .catch(() => undefined)
  }

  private read(): Promise<CheckList> {
    return this.reads.run(async () => {
      this.stale = false
      this.list = await this.parts.thread.list(this.parts.collections.places())
      return this.list
    })
  }

  /** Throws NOT_FOUND and FILE_UNREADABLE. */
  private async source(collection: string, path: string): Promise<string> {
    if (!isCheckFile(baseOf(path))) throw new AppError('NOT_FOUND', { what: 'file', id: path })
    const read = await readText(await this.parts.collections.fileAt(collection, path), MAX_FILE_BYTES)
    if (!('text' in read))
      throw new AppError('FILE_UNREADABLE', { path, reason: 'reason' in read ? read.reason : read.code })
    if (read.text === null) throw new AppError('NOT_FOUND', { what: 'file', id: path })
    return read.text
  }

  /** Runs a check for a watch rule; resolves when it has ended. Nothing waits for another run to end. Never rejects. */
  async runForRule({ collection, path, only }: WatchedCheck): Promise<CheckEnd> {
    try {
      if (this.book?.isRunning) throw new AppError('CHECKS_RUNNING', {})
      const { files } = await this.read()
      const file = files.find((each) => each.collection === collection && each.path === path)
      const isThere = only === null || file?.checks.some(({ name }) => name === only)
      if (!file || (!isThere && file.problems.length === 0))
        throw new AppError('NOT_FOUND', { what: 'check', id: only ?? path })
      await this.start([{ collection, path, only: only === null || !isThere ? null : [only] }])
      return await this.ended(this.book!)
    } catch (error) {
      const { code, details } = encodeError(error)
      return { kind: 'notRun', error: { code, details: { ...details } } }
    }
  }

  private async ended(book: RunBook): Promise<CheckEnd> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (book.isRunning) return
        this.off('progress', look)
        resolve()
      }
      this.on('progress', look)
      look()
    })
    const { passed, skipped } = book.counts
    const sentence =
      book.firstFault()?.sentence ?? (skipped > 0 || passed === 0 ? said('failure_cancelled') : null)
    return sentence === null
      ? { kind: 'passed' }
      : { kind: 'failed', sentence: withTexts(sentence, (text) => text.slice(0, MAX_TEXT)) }
  }

  private async start(selection: CheckSelection): Promise<Job> {
    if (this.book?.isRunning) throw new AppError('CHECKS_RUNNING', {})
    const request = await this.request(selection)
    // Another page may have been faster.
    if (this.book?.isRunning) throw new AppError('CHECKS_RUNNING', {})
    const heads = selection.map(({ collection, path }) =>
      this.list?.files.find((each) => each.collection === collection && each.path === path)
    )
    const begun = Promise.withResolvers<RunBook>()
    const job = this.parts.jobs.start(
      'checks',
      async (running) => this.run(await begun.promise, running, request),
      // It may have been cancelled before it began.
      { ended: () => book.isRunning && this.emit('progress', book.end(null)) }
    )
    const book = new RunBook(job.id, selection, heads)
    this.book = book
    begun.resolve(book)
    this.emit('progress', book.take([]))
    return job
  }

  private async run(book: RunBook, job: RunningJob, request: Omit<CheckRequest, 'id'>): Promise<null> {
    const cancelled = (): void => void this.emit('progress', book.cancel())
    job.signal.addEventListener('abort', cancelled)
    const fault = await this.parts.thread.run({ ...request, id: job.id }, job.signal, (news) => {
      this.emit('progress', book.take(news))
      job.report({ progress: book.share })
    })
    this.emit('progress', book.end(fault))
    job.signal.throwIfAborted()
    return null
  }

  private async request(selection: CheckSelection): Promise<Omit<CheckRequest, 'id'>> {
    const { collections, version } = this.parts
    const files = await Promise.all(
      selection.map(async ({ collection, path, only }) => ({
        path: await collections.fileAt(collection, path),
        ...{ shown: path, only }
      }))
    )
    return { files, version, environment: collections.environment(), secrets: collections.secrets() }
  }

  private report(id: string, format: 'junit' | 'json'): { name: string; text: string } {
    if (this.book?.id !== id) throw new AppError('NOT_FOUND', { what: 'run', id })
    const report = this.book.report()
    return format === 'junit'
      ? { name: 'treetop-report.xml', text: junitReport(report) }
      : { name: 'treetop-report.json', text: jsonReport(report) }
  }
}
