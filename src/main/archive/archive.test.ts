import { EventEmitter } from 'node:events'
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Decoder } from '../../shared/contract/decode'
import type { Scope } from '../../shared/contract/messages'
import { createPeer } from '../../shared/rpc/peer'
import { portChannel } from '../../shared/rpc/port'
import { sparkplugPayload } from '../decode/sparkplug.fixture'
import { historyOf, temporaryFolder } from '../history/fixture'
import { indexPath } from '../history/path'
import type { ExportJob, JobProgress } from '../transfer/job'
import type { SpawnWorker } from '../worker'
import { Archive } from './archive'
import type { ArchiveListener } from './archive-functions'
import { createArchive } from './archive-thread'

vi.mock('./worker?modulePath', () => ({ default: 'worker' }))

const EVERYTHING = { topic: null, subtree: true }
const REQUEST: ExportJob['request'] = { filter: null, from: null, to: null, format: 'jsonl' }

/** Archives over real ports without threads, with a function to crash the latest. */
function threads() {
  const exits: ((error: Error | null) => void)[] = []
  const spawn: SpawnWorker = (_path, local) => {
    const { port1, port2 } = new MessageChannel()
    const life = new EventEmitter()
    const peer = createPeer<ArchiveListener>(
      portChannel(port2),
      createArchive((progress) => peer.notify('progress', progress))
    )
    const exit = (error: Error | null): void => {
      // Messages posted but not yet read are lost with the thread.
      port2.removeAllListeners('message')
      port1.close()
      life.emit('exit', error)
    }
    exits.push(exit)
    return {
      peer: createPeer(portChannel(port1), local),
      onExit: (listener) => void life.once('exit', listener),
      terminate: () => Promise.resolve(exit(null))
    }
  }
  return { spawn, threadsStarted: () => exits.length, crash: () => exits.at(-1)!(new Error('out of memory')) }
}

function started() {
  const { spawn, ...control } = threads()
  const crashed = vi.fn()
  const archive = new Archive(spawn, undefined, crashed)
  archive.start()
  onTestFinished(() => archive.stop())
  const ended = (jobId: string): Promise<JobProgress> =>
    new Promise((resolve) => {
      const off = archive.onProgress((progress) => {
        if (progress.jobId !== jobId || progress.state === 'running') return
        off()
        resolve(progress)
      })
    })
  return { archive, ended, crashed, ...control }
}

const of = (path: string) => ({ history: { kind: 'connection' as const, id: 'c' }, path })
const page = (archive: Archive, path: string, limit: number) =>
  archive.peer().call('messages.page', { ...of(path), scope: EVERYTHING, limit })
const get = (archive: Archive, path: string, id: number, decoder: Decoder) =>
  archive.peer().call('messages.get', { ...of(path), id, decoder })
const count = async (archive: Archive, path: string, scope: Scope) =>
  (await archive.peer().call('messages.count', { ...of(path), scope })).messages

describe('Archive', () => {
  it('returns pages with previews, decoded messages, and counts', async () => {
    const { archive } = started()
    const { path } = historyOf([
      { topic: 'a', payload: '{"v":\n1.0}' },
      { topic: 'b', payload: Uint8Array.of(0xff, 0) }
    ])
    const { rows, more } = await page(archive, path, 10)
    expect(more).toBe(false)
    expect(rows).toMatchObject([
      { id: 2, topic: 'b', size: 2, preview: 'ff 00', binary: true, cut: false },
      { id: 1, topic: 'a', size: 10, preview: '{"v": 1.0}', binary: false, cut: false }
    ])
    expect(rows[0]).not.toHaveProperty('start')
    expect(await get(archive, path, 1, { format: 'auto' })).toMatchObject({
      head: { id: 1, topic: 'a' },
      body: { format: 'json', text: '{\n  "v": 1.0\n}' }
    })
    const hex = await get(archive, path, 2, { format: 'hex' })
    expect(hex?.body).toEqual({ format: 'hex', bytes: Uint8Array.of(0xff, 0) })
    expect(await get(archive, path, 3, { format: 'auto' })).toBeNull()
    expect(await count(archive, path, { topic: 'a', subtree: true })).toBe(1)
  })

  it('decodes a payload that is in no history, with the decoders bound for one', async () => {
    const { archive } = started()
    const path = '/none.db'
    await archive.setDecoding({
      schemas: [],
      bindings: { [path]: [{ filter: 'raw/#', decoder: { format: 'hex' } }] }
    })
    const shown = (topic: string) =>
      archive.peer().call('messages.decode', {
        ...of(path),
        topic,
        payload: Buffer.from('{"v":1.0}'),
        decoder: { format: 'auto' }
      })
    expect((await shown('a')).body).toEqual({ format: 'json', text: '{\n  "v": 1.0\n}' })
    expect((await shown('raw/a')).body.format).toBe('hex')
  })

  it('shows old Sparkplug data with the names from earlier births', async () => {
    const { archive } = started()
    const metrics = (name: string) => [{ name, alias: 1, datatype: 3, int_value: 0 }]
    const data = sparkplugPayload({ metrics: [{ alias: 1, int_value: 0xffffffff }] })
    const { path } = historyOf([
      { topic: 'spBv1.0/G/DDATA/N/D', payload: data },
      { topic: 'spBv1.0/G/DBIRTH/N/D', payload: sparkplugPayload({ metrics: metrics('Level') }) },
      { topic: 'spBv1.0/G/DBIRTH/N/E', payload: sparkplugPayload({ metrics: metrics('Other device') }) },
      { topic: 'spBv1.0/G/DDATA/N/D', payload: data },
      { topic: 'spBv1.0/G/DBIRTH/N/D', payload: sparkplugPayload({ metrics: metrics('Height') }) },
      { topic: 'spBv1.0/G/DDATA/N/D', payload: data }
    ])
    const shown = async (id: number): Promise<string> => {
      const { body } = (await get(archive, path, id, { format: 'auto' }))!
      return body.format === 'sparkplug' ? body.text.replace(/\s+/g, ' ') : body.format
    }
    expect(await shown(1)).toContain('{ "alias": 1, "value": 4294967295 }')
    expect(await shown(4)).toContain('{ "name": "Level", "alias": 1, "type": "Int32", "value": -1 }')
    expect(await shown(6)).toContain('"name": "Height"')
  })

  it('treats a missing history as empty, and finds it once it exists', async () => {
    const { archive } = started()
    const path = join(temporaryFolder(), 'later.db')
    expect(await page(archive, path, 10)).toEqual({ rows: [], more: false })
    expect(await get(archive, path, 1, { format: 'auto' })).toBeNull()
    expect(await count(archive, path, EVERYTHING)).toBe(0)
    expect(existsSync(path)).toBe(false)
    historyOf([{ topic: 'a' }], path)
    expect(await count(archive, path, EVERYTHING)).toBe(1)
  })

  it('reports that a history cannot be read', async () => {
    const { archive } = started()
    const path = join(temporaryFolder(), 'broken.db')
    writeFileSync(path, 'no database'.repeat(100))
    await expect(count(archive, path, EVERYTHING)).rejects.toMatchObject({ code: 'HISTORY_UNAVAILABLE' })
  })

  it('releases a file, so that another can replace it', async () => {
    const { archive } = started()
    const first = historyOf([{ topic: 'a' }])
    expect(await count(archive, first.path, EVERYTHING)).toBe(1)
    await archive.release(first.path)
    first.database.close()
    for (const end of ['', '-wal', '-shm']) rmSync(first.path + end, { force: true })
    historyOf([{ topic: 'a' }, { topic: 'a' }], first.path)
    expect(await count(archive, first.path, EVERYTHING)).toBe(2)
  })

  it('returns pages during an export, and reports its progress', async () => {
    const { archive, ended } = started()
    const { path } = historyOf(Array.from({ length: 30_000 }, (_, i) => ({ topic: 'a', payload: `${i}` })))
    const output = join(temporaryFolder(), 'out.jsonl')
    const end = ended('job')
    archive.export({ jobId: 'job', path, request: REQUEST, output })
    await page(archive, path, 100)
    expect(existsSync(output)).toBe(false)
    expect(await end).toMatchObject({ state: 'done', written: 30_000, progress: 1, reason: null })
    expect(existsSync(output)).toBe(true)
  })

  it.each([
    ['is asked to', (archive: Archive) => archive.cancel('job')],
    ['must let go of the file', (archive: Archive, path: string) => archive.release(path)],
    ['stops', (archive: Archive) => archive.stop()]
  ])('cancels an export when it %s', async (_, cancel) => {
    const { archive, ended } = started()
    const { path } = historyOf(Array.from({ length: 30_000 }, () => ({ topic: 'a' })))
    const folder = temporaryFolder()
    const end = ended('job')
    archive.export({ jobId: 'job', path, request: REQUEST, output: join(folder, 'out.jsonl') })
    await cancel(archive, path)
    expect((await end).state).toBe('cancelled')
    expect(readdirSync(folder)).toEqual([])
  })

  it('keeps indexing a history that is followed again while its release waits for an export', async () => {
    const { archive } = started()
    const history = historyOf(Array.from({ length: 30_000 }, () => ({ topic: 'a' })))
    const { path } = history
    archive.follow(path)
    archive.export({ jobId: 'job', path, request: REQUEST, output: join(temporaryFolder(), 'out.jsonl') })
    const released = archive.release(path)
    archive.follow(path)
    await released
    history.add([{ topic: 'a', receivedAt: 40_000 }])
    const indexed = (): unknown => {
      const index = new Database(indexPath(path), { readonly: true })
      try {
        return index.prepare("SELECT value FROM state WHERE key = 'watermark'").pluck().get()
      } finally {
        index.close()
      }
    }
    await vi.waitFor(() => expect(indexed()).toBe(30_001))
  })

  it('fails pending work when the thread crashes, and starts another thread', async () => {
    const { archive, ended, crash, threadsStarted } = started()
    const { path } = historyOf([{ topic: 'a' }])
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'out.jsonl.job.part'), 'half')
    const end = ended('job')
    archive.export({ jobId: 'job', path: 'unused', request: REQUEST, output: join(folder, 'out.jsonl') })
    const pending = page(archive, path, 10)
    crash()
    await expect(pending).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
    expect(await end).toMatchObject({ state: 'failed', reason: 'out of memory' })
    expect(readdirSync(folder)).toEqual([])
    expect(await count(archive, path, EVERYTHING)).toBe(1)
    expect(threadsStarted()).toBe(2)
  })

  it('reports that its views ended with its thread, and not to open them again when it crashes again and again', async () => {
    const { archive, crash, crashed } = started()
    for (let times = 1; times <= 5; times++) {
      archive.peer()
      crash()
      expect(crashed.mock.lastCall).toEqual([times <= 3])
    }
    archive.peer()
    await archive.stop()
    expect(crashed).toHaveBeenCalledTimes(5)
  })

  it('rejects calls once it has stopped', async () => {
    const { archive } = started()
    await archive.stop()
    await expect(count(archive, 'any', EVERYTHING)).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
  })
})
