import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it, vi } from 'vitest'
import type { TopicFrame } from '../../shared/contract/topics'
import { noneOpen } from '../../shared/contract/topics'
import { copyHistory } from '../history/copy'
import {
  historyOf,
  listsHandles,
  openHandles,
  temporaryFolder,
  type FixtureMessage
} from '../history/fixture'
import { createArchive } from './archive-thread'

const ORIGIN = { profile: 'Plant', version: '1.2.3', savedAt: 1 }
const MESSAGES: FixtureMessage[] = [
  { topic: 'plant/a', payload: '{"v":1}' },
  { topic: 'plant/b', payload: 'needle' },
  { topic: 'plant/a', payload: '{"v":2}' },
  { topic: 'plant/a', payload: 'sent', direction: 'out' }
]
const OPTIONS = {
  sort: { by: 'name', descending: false },
  filter: { text: '', mode: 'text', matchCase: false, scope: 'names' },
  hidden: [],
  pinned: [],
  flat: false,
  window: { first: 0, count: 500, sequence: 1 },
  selected: null
} as const
const AUTO = { format: 'auto' } as const
const recording = (path: string) => ({ history: { kind: 'recording' as const, id: 'r' }, path })

async function recordingOf(messages: FixtureMessage[]): Promise<string> {
  const path = join(temporaryFolder(), 'copy.treetop')
  const history = historyOf(messages)
  history.index()
  await copyHistory(history.path, path, ORIGIN, () => undefined)
  return path
}

/** An archive, and the frames that it sends. */
function opened() {
  const frames: TopicFrame[] = []
  const archive = createArchive(
    () => undefined,
    (frame) => frames.push(frame)
  )
  /** Watches a recording at its end until its messages are counted. */
  const watch = async (path: string): Promise<TopicFrame> => {
    archive['topics.watch']({
      ...recording(path),
      viewId: 'view',
      moment: null,
      ...OPTIONS,
      hidden: [],
      pinned: [],
      expanded: { ...noneOpen, depth: 5 }
    })
    await vi.waitFor(() => expect(frames.at(-1)).toMatchObject({ counting: false }))
    return frames.findLast(({ rows }) => rows !== null)!
  }
  return { archive, watch }
}

it('a recording is read like a history, at its end, and no file is written beside it', async () => {
  const path = await recordingOf(MESSAGES)
  const { archive, watch } = opened()
  expect(archive.inspect({ path })).toMatchObject({ ...ORIGIN, messages: 4, ends: { last: { id: 4 } } })
  const { rows, topics } = await watch(path)
  expect(topics).toBe(2)
  expect(rows).toMatchObject([
    { path: 'plant', messages: 4 },
    { path: 'plant/a', messages: 3, last: { preview: '{"v":2}' } },
    { path: 'plant/b', messages: 1, last: { preview: 'needle' } }
  ])
  expect(archive.newest({ path, topic: 'plant/a', decoder: AUTO })).toMatchObject({ head: { id: 3 } })
  expect(archive.newest({ path, topic: 'plant', decoder: AUTO })).toBeNull()
  expect(await archive['topics.suggest']({ ...recording(path), page: 1, text: 'b', limit: 5 })).toEqual({
    topics: ['plant/b']
  })
  const query = {
    text: 'NEED',
    hex: false,
    filter: null,
    from: null,
    to: null,
    qos: null,
    retain: null,
    direction: null
  }
  const found = archive['messages.search']({ ...recording(path), query, limit: 10 })
  expect(found).toMatchObject({ rows: [{ id: 2, topic: 'plant/b' }], next: null, unindexed: 0 })
  expect(readdirSync(dirname(path))).toEqual(['copy.treetop'])
  await archive.release({ path })
  await archive.stop(null)
})

it('a partly damaged recording shows its intact parts and reports errors for the rest', async () => {
  // More than a segment: messages beyond the last segment are read when the file is opened.
  const many = Array.from({ length: 6_000 }, (_, i) => ({
    topic: i > 1_300 && i < 1_700 ? `old/${i}` : 'busy',
    payload: `${i}`.padEnd(2_000)
  }))
  const path = await recordingOf(many)
  const bytes = readFileSync(path)
  const place = Math.floor(bytes.length / 4 / 4_096) * 4_096
  bytes.fill(0xff, place, place + 20 * 4_096)
  writeFileSync(path, bytes)
  const { archive, watch } = opened()
  expect(archive.inspect({ path })).toMatchObject({ profile: 'Plant' })
  const faulty: string[] = []
  for (let id = 1; id <= 6_000; id += 10) {
    try {
      void archive['messages.get']({ ...recording(path), id, decoder: AUTO })
    } catch (error) {
      faulty.push((error as { code: string }).code)
    }
  }
  expect(new Set(faulty)).toEqual(new Set(['HISTORY_UNAVAILABLE']))
  expect(faulty.length).toBeLessThan(20)
  const { rows } = await watch(path)
  expect(rows!.length).toBeGreaterThan(300)
  expect(rows!.filter(({ last, topics }) => topics === 1 && last === null).length).toBeGreaterThan(5)
  await archive.stop(null)
})

it.runIf(listsHandles)('a recording that is too damaged for a tree is closed again', async () => {
  const path = await recordingOf(MESSAGES)
  const database = new Database(path)
  database.exec('DROP TABLE topic')
  database.close()
  const { watch } = opened()
  await expect(watch(path)).rejects.toMatchObject({ code: 'HISTORY_UNAVAILABLE' })
  expect(openHandles(path)).toBe(0)
})
