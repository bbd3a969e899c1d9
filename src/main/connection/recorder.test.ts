import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openForReading } from '../history/schema'
import { HistoryWriter } from '../history/writer'
import { Recorder, type Arrival, type Gate } from './recorder'
import { TopicTree } from './tree'

let directory: string
let writer: HistoryWriter
let tree: TopicTree
let recorder: Recorder
let failures: string[]

const arrival = (payload: string, change: Partial<Arrival> = {}): Arrival => ({
  topic: 'a/b',
  payload: Buffer.from(payload),
  qos: 1,
  retain: false,
  dup: false,
  properties: null,
  ...change
})

/** A gate that notes what is done to it, and what is on disk when it opens. */
class NotingGate implements Gate {
  readonly notes: string[] = []

  cork(): void {
    this.notes.push('cork')
  }

  uncork(): void {
    this.notes.push(`uncork with ${onDisk().length} on disk`)
  }

  destroy(): void {
    this.notes.push('destroy')
  }
}

function onDisk(): string[] {
  const database = openForReading(join(directory, 'h.db'))
  const found = database
    .prepare('SELECT CAST(payload AS TEXT) FROM message ORDER BY id')
    .pluck()
    .all() as string[]
  database.close()
  return found
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'treetop-recorder-'))
  writer = HistoryWriter.open(join(directory, 'h.db'))
  tree = new TopicTree()
  failures = []
  recorder = new Recorder(writer, tree, {
    changed: () => undefined,
    mayBeQueued: () => undefined,
    failed: (reason) => failures.push(reason)
  })
})

afterEach(() => {
  recorder.flush()
  rmSync(directory, { recursive: true, force: true })
})

it('holds acknowledgements of a burst back until all of it is on disk', async () => {
  const gate = new NotingGate()
  for (let i = 0; i < 10; i++) recorder.atLeastOnce(arrival(String(i)), gate)
  expect(gate.notes).toEqual(['cork'])
  expect(onDisk()).toEqual([])
  await turn()
  expect(gate.notes).toEqual(['cork', 'uncork with 10 on disk'])
  expect(tree.find('a/b')?.messages).toBe(10)
})

it('records a QoS 2 message once, however often it comes before its PUBREL', async () => {
  const gate = new NotingGate()
  recorder.exactlyOnce(arrival('once', { qos: 2 }), 7, gate)
  recorder.exactlyOnce(arrival('once', { qos: 2, dup: true }), 7, gate)
  await turn()
  recorder.exactlyOnce(arrival('once', { qos: 2, dup: true }), 7, gate)
  await turn()
  expect(onDisk()).toEqual(['once'])
  recorder.released(7, gate)
  expect(gate.notes.at(-1)).toBe('cork')
  await turn()
  recorder.exactlyOnce(arrival('another', { qos: 2 }), 7, gate)
  await turn()
  expect(onDisk()).toEqual(['once', 'another'])
})

it('forgets pending QoS 2 messages when the broker has no session', async () => {
  const gate = new NotingGate()
  recorder.exactlyOnce(arrival('1', { qos: 2 }), 7, gate)
  recorder.sessionLost()
  recorder.exactlyOnce(arrival('2', { qos: 2 }), 7, gate)
  await turn()
  expect(onDisk()).toEqual(['1', '2'])
})

it('puts QoS 0 messages on disk by itself, without a gate', async () => {
  recorder.atMostOnce(arrival('soon', { qos: 0 }))
  expect(onDisk()).toEqual([])
  await vi.waitFor(() => expect(onDisk()).toEqual(['soon']), { timeout: 5_000, interval: 20 })
})

it('acknowledges nothing when a commit fails, says why, and then lets messages through uncounted for', async () => {
  const gate = new NotingGate()
  recorder.atLeastOnce(arrival('lost'), gate)
  vi.spyOn(writer, 'commit').mockImplementationOnce(() => {
    throw new Error('disk is full')
  })
  await turn()
  expect(gate.notes).toEqual(['cork', 'destroy'])
  expect(failures).toEqual(['disk is full'])
  const next = new NotingGate()
  recorder.atLeastOnce(arrival('not recorded'), next)
  await turn()
  expect(next.notes).toEqual([])
  expect(recorder.unrecorded).toBe(1)
})

it('records what was sent, beside the tree', () => {
  recorder.outgoing({ topic: 'out', payload: Buffer.from('mine'), qos: 1, retain: false })
  recorder.flush()
  expect(onDisk()).toEqual(['mine'])
  expect(tree.find('out')).toBeUndefined()
  expect(recorder.sent).toBe(1)
})

it('keeps the mark of what the broker retains', () => {
  const retained = (): boolean | undefined => writer.topics.get('a/b')?.retained
  recorder.atMostOnce(arrival('on', { retain: true }))
  expect(retained()).toBe(true)
  recorder.atMostOnce(arrival('live'))
  expect(retained()).toBe(true)
  recorder.atMostOnce(arrival('', { retain: true }))
  expect(retained()).toBe(false)
  recorder.atMostOnce(arrival('on', { retain: true }))
  recorder.forgetRetained()
  expect(retained()).toBe(false)
})
