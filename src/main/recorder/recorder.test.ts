import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openForReading } from '../history/schema'
import { Recorder, type Arrival, type Gate } from './recorder'
import { StoreSwitch } from './store-switch'
import { TrafficMeter } from '../topics/traffic-meter'
import { TopicTree } from '../topics/tree'

let directory: string
let recording: StoreSwitch
let tree: TopicTree
let recorder: Recorder
let faults: (string | null)[]

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
  tree = new TopicTree()
  faults = []
  recording = new StoreSwitch(join(directory, 'h.db'), tree, {
    changed: (fault) => faults.push(fault?.kind ?? null),
    replaced: () => undefined,
    recovered: (messages) => recorder.recovered(messages),
    loaded: () => undefined,
    broke: (error) => recorder.fail(error)
  })
  recorder = new Recorder(recording, tree, new TrafficMeter(0), {
    changed: () => undefined,
    arrived: () => undefined,
    mayBeQueued: () => undefined
  })
  recording.open()
})

afterEach(() => {
  recorder.flush()
  recording.end()
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

it('acknowledges nothing when a commit fails, shows what comes, and records again when it can', async () => {
  recorder.atLeastOnce(arrival('before'), new NotingGate())
  await turn()
  // Another process has the file: a real lock.
  const holder = new Database(join(directory, 'h.db'))
  holder.exec('BEGIN IMMEDIATE')
  recorder.sessionKept = true
  const gate = new NotingGate()
  recorder.atLeastOnce(arrival('sent again'), gate)
  recorder.atMostOnce(arrival('lost', { qos: 0, topic: 'zero' }))
  expect(gate.notes).toEqual(['cork', 'destroy'])
  expect(faults).toEqual([null, 'locked'])
  const next = new NotingGate()
  recorder.atLeastOnce(arrival('live 1'), next)
  recorder.atLeastOnce(arrival('live 2'), next)
  await turn()
  // Acknowledged, counted, and in the tree.
  expect(next.notes).toEqual([])
  expect(recorder.unrecorded).toBe(3)
  const last = (topic: string): string | undefined =>
    recording.store.last(recording.store.entry(topic))?.start.toString()
  expect([last('a/b'), last('zero')]).toEqual(['live 2', 'lost'])
  expect(tree.find('zero')?.messages).toBe(1)
  expect(onDisk()).toEqual(['before'])
  holder.exec('ROLLBACK')
  holder.close()
  await vi.waitFor(() => expect(faults.at(-1)).toBeNull(), { timeout: 8_000 })
  // The newest of each topic was still known.
  expect(onDisk().sort()).toEqual(['before', 'live 2', 'lost'])
  expect(recorder.unrecorded).toBe(1)
  recorder.atLeastOnce(arrival('after'), gate)
  await turn()
  expect(onDisk()).toHaveLength(4)
  await recording.whenLoaded()
  expect(tree.find('a/b')?.messages).toBe(3)
})

it('records what was sent, beside the tree', () => {
  recorder.outgoing({ topic: 'out', payload: Buffer.from('mine'), qos: 1, retain: false })
  recorder.flush()
  expect(onDisk()).toEqual(['mine'])
  expect(tree.find('out')).toBeUndefined()
  expect(recorder.sent).toBe(1)
})

it('keeps the mark of what the broker retains', () => {
  const retained = (): boolean => recording.store.topics.get('a/b')!.retainedAt > 0
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

it('takes an empty message without the retain flag for a clearing one only where the flag is not handed on', () => {
  const retainedAt = (): number => recording.store.topics.get('a/b')!.retainedAt
  recorder.retainAsPublished = true
  recorder.atMostOnce(arrival('on', { retain: true }))
  recorder.atMostOnce(arrival(''))
  expect(retainedAt()).toBeGreaterThan(1.7e9)
  recorder.retainAsPublished = false
  recorder.atMostOnce(arrival(''))
  expect(retainedAt()).toBe(0)
})

it('marks what is known of a topic from elsewhere, and makes no topic for it', () => {
  recorder.atMostOnce(arrival('on'))
  recorder.noteRetained('a/b', 1_800_000_000)
  recorder.noteRetained('never/seen', 1_800_000_000)
  expect(recording.store.topics.get('a/b')?.retainedAt).toBe(1_800_000_000)
  expect(recording.store.topics.has('never/seen')).toBe(false)
  recorder.noteRetained('a/b', 0)
  expect(recording.store.topics.get('a/b')?.retainedAt).toBe(0)
})

it('acknowledges nothing of what was rolled back when the history breaks elsewhere', async () => {
  const gate = new NotingGate()
  recorder.atLeastOnce(arrival('not on disk'), gate)
  // As retention, clearing or a look at a last value may find.
  recorder.fail(new Error('disk I/O error'))
  await turn()
  expect(gate.notes).toEqual(['cork', 'destroy'])
  expect(onDisk()).toEqual([])
})

it('counts what no session brings again, and what was sent, when a commit fails', async () => {
  recorder.atLeastOnce(arrival('gone'), new NotingGate())
  recorder.exactlyOnce(arrival('gone, too', { qos: 2, topic: 'c' }), 5, new NotingGate())
  recorder.outgoing({ topic: 'out', payload: Buffer.from('mine'), qos: 0, retain: false })
  recorder.fail(new Error('disk I/O error'))
  expect(recorder.unrecorded).toBe(3)
  expect(recording.store.last(recording.store.entry('a/b'))?.start.toString()).toBe('gone')
  await vi.waitFor(() => expect(faults.at(-1)).toBeNull(), { timeout: 8_000 })
  // The newest of each topic was still known.
  expect(onDisk()).toEqual(['gone', 'gone, too'])
  expect(recorder.unrecorded).toBe(1)
})

it('records a QoS 2 message once when it comes again after a failed commit', async () => {
  recorder.sessionKept = true
  recorder.exactlyOnce(arrival('once', { qos: 2 }), 7, new NotingGate())
  recorder.fail(new Error('disk I/O error'))
  await vi.waitFor(() => expect(faults.at(-1)).toBeNull(), { timeout: 8_000 })
  expect(onDisk()).toEqual([])
  const gate = new NotingGate()
  recorder.exactlyOnce(arrival('once', { qos: 2, dup: true }), 7, gate)
  await turn()
  recorder.released(7, gate)
  await turn()
  expect(onDisk()).toEqual(['once'])
})

it('knows of PUBRELs that came while nothing was recorded: the id may be another message’s now', async () => {
  const gate = new NotingGate()
  recorder.sessionKept = true
  recorder.exactlyOnce(arrival('first', { qos: 2 }), 7, gate)
  await turn()
  recorder.fail(new Error('disk I/O error'))
  recorder.released(7, gate)
  recorder.exactlyOnce(arrival('live', { qos: 2, topic: 'c' }), 8, gate)
  await vi.waitFor(() => expect(faults.at(-1)).toBeNull(), { timeout: 8_000 })
  recorder.exactlyOnce(arrival('second', { qos: 2 }), 7, gate)
  recorder.exactlyOnce(arrival('live', { qos: 2, topic: 'c', dup: true }), 8, gate)
  await turn()
  expect(onDisk()).toEqual(['first', 'live', 'second'])
})
