import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { goesOn, type Job } from '../../shared/contract/jobs'
import type { ExportRequest } from '../../shared/contract/transfer'
import { historyOf, temporaryFolder } from '../history/fixture'
import { inspectRecording } from '../history/recording-file'
import { runJob, type ExportJob, type JobProgress } from './job'
import { saveThreads } from './save.fixture'
import { Saver } from './saver'
import { Jobs } from '../jobs/jobs'
import { Transfer } from './transfer'

vi.mock('./save-worker?modulePath', () => ({ default: 'worker' }))

const REQUEST: ExportRequest = {
  history: { kind: 'connection', id: 'p' },
  filter: null,
  from: null,
  to: null,
  format: 'csv'
}

/** Runs exports without the archive's thread. */
class Runner {
  private readonly listeners = new Set<(progress: JobProgress) => void>()
  private readonly controllers = new Map<string, AbortController>()

  /** Called when an export has begun. */
  began = (_jobId: string): void => undefined

  export(job: ExportJob): void {
    const controller = new AbortController()
    this.controllers.set(job.jobId, controller)
    void runJob(job, controller.signal, (progress) => {
      for (const listener of this.listeners) listener(progress)
    })
    this.began(job.jobId)
  }

  cancel(jobId: string): void {
    this.controllers.get(jobId)?.abort()
  }

  onProgress(listener: (progress: JobProgress) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}

function transferWith(chooseFile?: (name: string) => Promise<string | null>) {
  const { path } = historyOf([{ topic: 'a', payload: 'x' }])
  const exportsDirectory = join(temporaryFolder(), 'exports')
  const jobs = new Jobs()
  const runner = new Runner()
  const saver = new Saver(saveThreads().spawn)
  const transfer = new Transfer(jobs, runner, saver, {
    version: '1.2.3',
    exportsDirectory,
    settledPath: () => Promise.resolve(path),
    profileName: () => 'Plant',
    ...(chooseFile && { chooseFile })
  })
  const ended = (id: string): Promise<Job> =>
    vi.waitFor(() => {
      const job = jobs.list().find((each) => each.id === id)!
      expect(goesOn(job)).toBe(false)
      return job
    })
  const run = (request = REQUEST): Promise<Job> => ended(transfer.export(request).id)
  return { transfer, jobs, runner, exportsDirectory, ended, run }
}

describe('Transfer', () => {
  it('saves to the file that was chosen', async () => {
    const chosen = join(temporaryFolder(), 'mine.csv')
    let suggested = ''
    const { transfer, run } = transferWith((name) => {
      suggested = name
      return Promise.resolve(chosen)
    })
    const progress = await run({ ...REQUEST, filter: 'a/#' })
    expect(suggested).toMatch(/^Plant-a-\d{4}-\d{2}-\d{2}\.csv$/)
    expect(progress).toMatchObject({
      kind: 'export',
      state: 'done',
      messages: 1,
      progress: 1,
      result: { path: chosen, url: null },
      error: null
    })
    expect(existsSync(chosen)).toBe(true)
    expect(transfer.download(progress.id)).toBeNull()
  })

  it('is cancelled, without an error, when no file was chosen', async () => {
    const { run } = transferWith(() => Promise.resolve(null))
    expect(await run()).toMatchObject({ state: 'cancelled', error: null })
  })

  it('answers at once however long the person takes to choose, and starts then', async () => {
    let choose = (_path: string): void => undefined
    const { transfer, ended } = transferWith(() => new Promise((resolve) => (choose = resolve)))
    const { id, state } = transfer.export(REQUEST)
    expect(state).toBe('choosing')
    const chosen = join(temporaryFolder(), 'late.csv')
    await Promise.resolve()
    choose(chosen)
    expect(await ended(id)).toMatchObject({ state: 'done', result: { path: chosen } })
  })

  it('ignores a choice made after it was cancelled', async () => {
    let choose = (_path: string): void => undefined
    const { transfer, jobs, ended } = transferWith(() => new Promise((resolve) => (choose = resolve)))
    const { id } = transfer.export(REQUEST)
    await Promise.resolve()
    jobs.cancel(id)
    expect((await ended(id)).state).toBe('cancelled')
    const chosen = join(temporaryFolder(), 'late.csv')
    choose(chosen)
    await new Promise((resolve) => setImmediate(resolve))
    expect(existsSync(chosen)).toBe(false)
    expect(jobs.list()).toHaveLength(1)
  })

  it('offers a download once the export is complete', async () => {
    const { transfer, ended } = transferWith()
    const { id: jobId } = transfer.export(REQUEST)
    expect(transfer.download(jobId)).toBeNull()
    expect(await ended(jobId)).toMatchObject({
      state: 'done',
      result: { path: null, url: `download/${jobId}` }
    })
    const found = transfer.download(jobId)!
    expect(found.name).toMatch(/^Plant-all-.*\.csv$/)
    expect(existsSync(found.path)).toBe(true)
  })

  it('keeps the newest three downloads, and none of an earlier run', async () => {
    const { transfer, exportsDirectory, run } = transferWith()
    mkdirSync(exportsDirectory)
    writeFileSync(join(exportsDirectory, 'old'), '')
    await transfer.start()
    expect(existsSync(exportsDirectory)).toBe(false)
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.push((await run()).id)
    expect(readdirSync(exportsDirectory).toSorted()).toEqual(ids.slice(2).toSorted())
    expect(ids.map((jobId) => transfer.download(jobId) !== null)).toEqual([false, false, true, true, true])
  })

  it('cancels, and leaves nothing', async () => {
    const { transfer, jobs, runner, exportsDirectory, ended } = transferWith()
    runner.began = (id) => jobs.cancel(id)
    const { id: jobId } = transfer.export(REQUEST)
    expect(await ended(jobId)).toMatchObject({ state: 'cancelled', result: null })
    expect(readdirSync(exportsDirectory)).toEqual([])
    // Not even a file of that name is offered: the job is forgotten.
    writeFileSync(join(exportsDirectory, jobId), '')
    expect(transfer.download(jobId)).toBeNull()
  })

  it('reports why an export failed', async () => {
    const { run } = transferWith(() => Promise.resolve(join(temporaryFolder(), 'none', 'out.csv')))
    expect(await run()).toMatchObject({
      state: 'failed',
      error: { details: { message: expect.stringContaining('ENOENT') as string } }
    })
  })

  it('saves a recording to the file that was chosen, with the profile’s name', async () => {
    const chosen = join(temporaryFolder(), 'mine.treetop')
    let suggested = ''
    const { run } = transferWith((name) => {
      suggested = name
      return Promise.resolve(chosen)
    })
    const progress = await run({ ...REQUEST, format: 'treetop' })
    expect(suggested).toMatch(/^Plant-\d{4}-\d{2}-\d{2}-\d{4}\.treetop$/)
    expect(progress).toMatchObject({
      kind: 'saveRecording',
      state: 'done',
      messages: 1,
      result: { path: chosen, url: null }
    })
    expect(inspectRecording(chosen)).toMatchObject({ profile: 'Plant', version: '1.2.3', messages: 1 })
  })

  it('offers a recording for download, as other exports', async () => {
    const { transfer, run } = transferWith()
    const { result, id } = await run({ ...REQUEST, format: 'treetop' })
    expect(result).toMatchObject({ url: `download/${id}` })
    expect(inspectRecording(transfer.download(id)!.path).messages).toBe(1)
  })

  it('refuses to save part of a history as a recording', () => {
    const { transfer } = transferWith()
    for (const part of [{ filter: 'a/#' }, { from: 1 }, { to: 1 }])
      expect(() => transfer.export({ ...REQUEST, ...part, format: 'treetop' })).toThrow('INVALID_INPUT')
  })

  it('refuses an invalid filter', () => {
    const { transfer } = transferWith()
    expect(() => transfer.export({ ...REQUEST, filter: 'a/#/b' })).toThrow('FILTER_HASH_NOT_LAST')
  })
})
