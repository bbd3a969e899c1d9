import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { sparkplugPayload } from '../decode/sparkplug.fixture'
import { MessageStream } from '../recorder/message-stream'
import { Recorder } from '../recorder/recorder'
import { StoreSwitch } from '../recorder/store-switch'
import { SparkplugFollower } from './sparkplug'
import { treeSubscriber } from './subscribers'
import { TopicTree } from '../topics/tree'

const nobody = { filter: '', closed: [], first: 0, count: 100 }

/** Opens a connection's recorder with its follower on a history file; `send` publishes as an edge node. */
function opened(path: string, replayBytes?: number) {
  const tree = new TopicTree()
  const recording = new StoreSwitch(path)
  const stream = new MessageStream()
  const recorder = new Recorder(recording, stream)
  const follower = new SparkplugFollower(path, recording, tree, recorder, replayBytes)
  stream.subscribe(treeSubscriber(tree))
  stream.subscribe({ name: 'Sparkplug', message: (message) => follower.take(message) })
  recording.open()
  const send = (topic: string, content: object | string): void => {
    recorder.atMostOnce({
      topic,
      payload: typeof content === 'string' ? Buffer.from(content) : sparkplugPayload(content),
      qos: 0,
      retain: false,
      dup: false,
      properties: null
    })
    recorder.flush()
  }
  const close = (): void => {
    recorder.flush()
    follower.stop()
    recording.end()
  }
  return { follower, send, close }
}

function history(): string {
  const folder = mkdtempSync(join(tmpdir(), 'treetop-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'h.db')
}

const birth = {
  seq: 0,
  metrics: [
    { name: 'Temp', alias: 1, datatype: 9, float_value: 20 },
    { name: 'Level', alias: 2, datatype: 3, int_value: 1 }
  ]
}
const data = (seq: number, value: number) => ({ seq, metrics: [{ alias: 1, float_value: value }] })
const wanted = { id: { group: 'G', node: 'N', device: null }, filter: '', first: 0, count: 10 }

it('restores nodes and their newest values from the history, and trusts them if the sequence continues', async () => {
  const path = history()
  const before = opened(path)
  await before.follower.start()
  before.send('spBv1.0/G/NBIRTH/N', birth)
  for (let i = 0; i < 50; i++) before.send('plant/other', 'x')
  before.send('spBv1.0/G/NDATA/N', data(1, 21.5))
  before.send('STATE/old', 'ONLINE')
  expect(before.follower.listing.list(nobody, null)).toMatchObject({ nodes: 1, online: 1 })
  before.close()

  const after = opened(path)
  const started = after.follower.start()
  // The next message arrives during the replay.
  after.send('spBv1.0/G/NDATA/N', data(2, 22.5))
  await started
  expect(after.follower.listing.list(nobody, null).rows).toMatchObject([
    { kind: 'group' },
    { kind: 'node', node: 'N', state: 'online' },
    { kind: 'hosts' },
    { kind: 'host', host: 'old', online: true }
  ])
  expect(after.follower.listing.detail(wanted)!.rows).toMatchObject([
    { name: 'Temp', value: '22.5', topic: 'spBv1.0/G/NDATA/N' },
    { name: 'Level', value: '1', topic: 'spBv1.0/G/NBIRTH/N' }
  ])
  after.send('spBv1.0/G/NDATA/N', data(4, 23))
  expect(after.follower.listing.detail(wanted)).toMatchObject({ reason: 'gap', node: { gaps: 1, seq: 4 } })
  after.close()

  const last = opened(path)
  await last.follower.start()
  expect(last.follower.listing.detail(wanted)).toMatchObject({
    state: 'stale',
    reason: 'away',
    node: { gaps: 0 }
  })
  last.send('spBv1.0/G/NDATA/N', data(9, 24))
  expect(last.follower.listing.detail(wanted)).toMatchObject({ reason: 'missed', node: { gaps: 0 } })
  last.close()
})

it('replays births up to a limit of bytes, newest first', async () => {
  const path = history()
  const before = opened(path)
  await before.follower.start()
  for (const node of ['Old', 'New'])
    before.send(`spBv1.0/G/NBIRTH/${node}`, { ...birth, uuid: node === 'Old' ? 'x'.repeat(9_000) : 'x' })
  before.send('spBv1.0/G/NDATA/New', data(1, 21.5))
  before.close()

  const after = opened(path, 8_000)
  await after.follower.start()
  expect(after.follower.listing.list(nobody, null).rows).toMatchObject([
    { kind: 'group' },
    { kind: 'node', node: 'New' }
  ])
  after.close()
})
