import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { mountsDisks, smallDisk } from '../history/disk.fixture'
import { historyOf, temporaryFolder } from '../history/fixture'
import { inspectRecording } from '../history/recording-file'
import type { JobProgress } from './job'
import { saveThreads } from './save.fixture'
import { Saver } from './saver'

vi.mock('./save-worker?modulePath', () => ({ default: 'worker' }))

const origin = { profile: 'Plant', version: '1.2.3', savedAt: 1 }

function setup(threads = saveThreads(), output = join(temporaryFolder(), 'copy.treetop')) {
  const { path } = historyOf([{ topic: 'a', payload: 'x'.repeat(100_000) }])
  const saver = new Saver(threads.spawn)
  const told: JobProgress[] = []
  saver.onProgress((progress) => told.push(progress))
  const save = (): Promise<JobProgress> => saver.save({ jobId: 'job', path, output, origin })
  return { saver, save, told, output, left: () => readdirSync(dirname(output)) }
}

describe('Saver', () => {
  it('saves, and ends its thread', async () => {
    const threads = saveThreads()
    const { save, told, output, left } = setup(threads)
    const end = await save()
    expect(end).toEqual({
      jobId: 'job',
      state: 'done',
      written: 1,
      progress: 1,
      bytes: readFileSync(output).length,
      reason: null
    })
    expect(told.at(-1)).toEqual(end)
    expect(left()).toEqual(['copy.treetop'])
    await vi.waitFor(() => expect(threads.ended()).toBe(1))
  })

  it('reports progress by the size of the written file', async () => {
    const threads = saveThreads(true)
    const { save, told } = setup(threads)
    const saving = save()
    await vi.waitFor(() => expect(told.length).toBeGreaterThan(0))
    expect(told[0]).toMatchObject({ state: 'running', bytes: 0, progress: 0 })
    threads.letGo()
    await saving
  })

  it('is cancelled at once, while its thread still copies, and leaves nothing', async () => {
    const threads = saveThreads(true)
    const { saver, save, left } = setup(threads)
    const saving = save()
    await vi.waitFor(() => expect(left()).toHaveLength(1))
    saver.cancel('job')
    expect(await saving).toMatchObject({ state: 'cancelled' })
    expect(left()).toEqual([])
    expect(threads.ended()).toBe(0)
    threads.letGo()
    await vi.waitFor(() => expect(threads.ended()).toBe(1))
    await vi.waitFor(() => expect(left()).toEqual([]))
  })

  it('is cancelled before it has begun', async () => {
    const { saver, save, left } = setup()
    const saving = save()
    await saver.stop()
    expect(await saving).toMatchObject({ state: 'cancelled' })
    expect(left()).toEqual([])
  })

  it('fails with its thread', async () => {
    const threads = saveThreads(true)
    const { save, left } = setup(threads)
    const saving = save()
    await vi.waitFor(() => expect(left()).toHaveLength(1))
    // Its file is there before its thread.
    await vi.waitFor(() => threads.crash())
    expect(await saving).toMatchObject({ state: 'failed', reason: 'out of memory' })
    expect(left()).toEqual([])
    threads.letGo()
  })

  it('reports why a file cannot be written, and keeps the existing one', async () => {
    const nowhere = setup(saveThreads(), join(temporaryFolder(), 'none', 'copy.treetop'))
    expect(await nowhere.save()).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('ENOENT') as string
    })
    const output = join(temporaryFolder(), 'copy.treetop')
    writeFileSync(output, 'before')
    const threads = saveThreads(true)
    const { save, saver } = setup(threads, output)
    const saving = save()
    await vi.waitFor(() => expect(readdirSync(dirname(output))).toHaveLength(2))
    saver.cancel('job')
    await saving
    threads.letGo()
    expect(readFileSync(output, 'utf8')).toBe('before')
  })

  it('replaces an existing file', async () => {
    const output = join(temporaryFolder(), 'copy.treetop')
    writeFileSync(output, 'before')
    const { save } = setup(saveThreads(), output)
    await save()
    expect(inspectRecording(output).messages).toBe(1)
  })
})

describe.skipIf(!mountsDisks)('Saver on a mounted tmpfs of 100 kB (needs root)', () => {
  it('reports that the disk is full, and leaves nothing', async () => {
    const { place } = smallDisk('100k')
    const { save, left } = setup(saveThreads(), join(place, 'copy.treetop'))
    expect(await save()).toMatchObject({ state: 'failed', reason: 'database or disk is full' })
    expect(left()).toEqual([])
  })
})

describe.skipIf(!mountsDisks)('Saver on a disk that is mounted read-only (needs root)', () => {
  it('reports it, and leaves nothing', async () => {
    const { place, makeReadOnly } = smallDisk('1m')
    makeReadOnly()
    const { save, left } = setup(saveThreads(), join(place, 'copy.treetop'))
    expect(await save()).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('EROFS') as string
    })
    expect(left()).toEqual([])
  })
})
