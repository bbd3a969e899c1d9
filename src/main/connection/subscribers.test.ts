import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { MessageStream } from '../recorder/message-stream'
import { Recorder } from '../recorder/recorder'
import { StoreSwitch } from '../recorder/store-switch'
import { TopicTree } from '../topics/tree'
import { treeSubscriber } from './subscribers'

let directory: string

/** Opens a recorder with its tree, on the test's history file. */
function opened() {
  const recording = new StoreSwitch(join(directory, 'h.db'))
  const stream = new MessageStream()
  const recorder = new Recorder(recording, stream)
  const tree = new TopicTree()
  stream.subscribe(treeSubscriber(tree))
  const send = (topic: string, payload = 'x'): void =>
    recorder.atMostOnce({
      topic,
      payload: Buffer.from(payload),
      qos: 0,
      retain: false,
      dup: false,
      properties: null
    })
  recording.open()
  return { recording, stream, recorder, tree, send }
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'treetop-subscribers-'))
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

it('counts each message once in the tree, even while topics are being read from the file', async () => {
  const before = opened()
  // More topics than are read at once.
  for (let i = 0; i < 10_050; i++) before.send(`a/${i}`)
  before.send('a/10049')
  before.recorder.flush()
  before.recording.end()

  const { recording, recorder, tree, send } = opened()
  expect(tree.find('a/10049')).toBeUndefined()
  // These are written but not committed when the topic's totals are read.
  send('a/10049')
  send('a/10049')
  send('b')
  send('b')
  await recording.whenLoaded()
  expect(tree.find('a/10049')?.messages).toBe(4)
  expect(tree.find('b')?.messages).toBe(2)
  expect([tree.root.messages, tree.root.topics, tree.root.lastId]).toEqual([10_055, 10_051, 10_055])
  send('b')
  recorder.flush()
  expect([tree.find('b')?.messages, tree.root.messages]).toEqual([3, 10_056])
  recording.end()
})

it('counts messages while nothing is recorded, and those of the file once it is', async () => {
  const { recording, recorder, tree, send } = opened()
  send('a')
  recorder.flush()
  recorder.fail(new Error('disk I/O error'))
  send('a')
  send('c', 'live')
  recorder.flush()
  expect([tree.find('a')?.messages, tree.find('c')?.messages]).toEqual([2, 1])
  // Delivered just before the file takes over, and not again.
  send('c', 'newest')
  await vi.waitFor(() => expect(recording.writer).not.toBeNull())
  await recording.whenLoaded()
  expect([tree.find('a')?.messages, tree.find('c')?.messages]).toEqual([2, 1])
  expect(tree.root.messages).toBe(3)
  recording.end()
})

it('records and reads the file even if the tree throws', async () => {
  const { recording, recorder, stream, tree, send } = opened()
  const faults: string[] = []
  stream.on('fault', ({ subscriber, error }) => faults.push(`${subscriber}: ${(error as Error).message}`))
  const breaks = (): never => {
    throw new Error('broken')
  }
  tree.count = breaks
  tree.load = breaks
  send('a')
  recorder.flush()
  await recording.whenLoaded()
  expect(faults).toEqual(['tree: broken'])
  expect([recording.fault, recorder.unrecorded]).toEqual([null, 0])
  expect(recording.store.topics.get('a')?.messages).toBe(1)
  recording.end()
})
