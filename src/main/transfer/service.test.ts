import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { ExportProgress, ExportRequest } from '../../shared/contract/transfer'
import { historyOf, temporaryFolder } from '../history/fixture'
import { inspectRecording } from '../history/recording-file'
import { runJob, type ExportJob, type JobProgress } from './job'
import { saveThreads } from './save.fixture'
import { Saver } from './saver'
import { Transfer } from './service'

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

  export(job: ExportJob): void {
    const controller = new AbortController()
    this.controllers.set(job.jobId, controller)
    void runJob(job, controller.signal, (progress) => {
      for (const listener of this.listeners) listener(progress)
    })
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
  const saver = new Saver(saveThreads().spawn)
  const transfer = new Transfer(new Runner(), saver, {
    version: '1.2.3',
    exportsDirectory,
    historyPath: () => path,
    profileName: () => 'Plant',
    ...(chooseFile && { chooseFile })
  })
  const ended = (jobId: string): Promise<ExportProgress> =>
    new Promise((resolve) => {
      transfer.onProgress((progress) => {
        if (progress.jobId === jobId && progress.state !== 'running') resolve(progress)
      })
    })
  const run = async (request = REQUEST): Promise<ExportProgress> => {
    const job = await transfer.export(request)
    return ended(job!.jobId)
  }
  return { transfer, exportsDirectory, ended, run }
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
      state: 'done',
      written: 1,
      progress: 1,
      path: chosen,
      url: null,
      reason: null
    })
    expect(existsSync(chosen)).toBe(true)
    expect(transfer.download(progress.jobId)).toBeNull()
  })

  it('does nothing when no file was chosen', async () => {
    const { transfer } = transferWith(() => Promise.resolve(null))
    expect(await transfer.export(REQUEST)).toBeNull()
  })

  it('offers a download once the export is whole', async () => {
    const { transfer, ended } = transferWith()
    const { jobId } = (await transfer.export(REQUEST))!
    expect(transfer.download(jobId)).toBeNull()
    expect(await ended(jobId)).toMatchObject({ state: 'done', path: null, url: `download/${jobId}` })
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
    const jobs: string[] = []
    for (let i = 0; i < 5; i++) jobs.push((await run()).jobId)
    expect(readdirSync(exportsDirectory).toSorted()).toEqual(jobs.slice(2).toSorted())
    expect(jobs.map((jobId) => transfer.download(jobId) !== null)).toEqual([false, false, true, true, true])
  })

  it('cancels, and leaves nothing', async () => {
    const { transfer, exportsDirectory, ended } = transferWith()
    const { jobId } = (await transfer.export(REQUEST))!
    transfer.cancel(jobId)
    expect(await ended(jobId)).toMatchObject({ state: 'cancelled', url: null })
    expect(readdirSync(exportsDirectory)).toEqual([])
    expect(transfer.download(jobId)).toBeNull()
  })

  it('says why an export failed', async () => {
    const { run } = transferWith(() => Promise.resolve(join(temporaryFolder(), 'none', 'out.csv')))
    expect(await run()).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('ENOENT') as string
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
    expect(progress).toMatchObject({ state: 'done', format: 'treetop', written: 1, path: chosen, url: null })
    expect(inspectRecording(chosen)).toMatchObject({ profile: 'Plant', version: '1.2.3', messages: 1 })
  })

  it('offers a recording for download, as other exports', async () => {
    const { transfer, run } = transferWith()
    const { url, jobId } = await run({ ...REQUEST, format: 'treetop' })
    expect(url).toBe(`download/${jobId}`)
    expect(inspectRecording(transfer.download(jobId)!.path).messages).toBe(1)
  })

  it('refuses a part of a history as a recording', async () => {
    const { transfer } = transferWith()
    for (const part of [{ filter: 'a/#' }, { from: 1 }, { to: 1 }])
      await expect(transfer.export({ ...REQUEST, ...part, format: 'treetop' })).rejects.toMatchObject({
        code: 'INVALID_INPUT'
      })
  })

  it('refuses a filter that is none', async () => {
    const { transfer } = transferWith()
    await expect(transfer.export({ ...REQUEST, filter: 'a/#/b' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { issues: [{ path: 'filter', fault: 'FILTER_HASH_NOT_LAST' }] }
    })
  })
})
