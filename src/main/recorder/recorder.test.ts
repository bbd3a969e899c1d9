import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openForReading } from '../history/schema'
import type { Arrival, RecordedMessage } from './message'
import { MessageStream } from './message-stream'
import { Recorder, type Gate } from './recorder'
import { StoreSwitch } from './store-switch'

let directory: string
let recording: StoreSwitch
let stream: MessageStream
let told: RecordedMessage[]
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

/** A gate that records its calls, and how many messages are on disk when it opens. */
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

const toldOf = (wanted: string): string[] =>
  told.filter(({ topic }) => topic === wanted).map(({ payload }) => payload.toString())

/** Waits until the work that the recorder deferred to the end of this event loop turn is done. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'treetop-recorder-'))
  faults = []
  told = []
  recording = new StoreSwitch(join(directory, 'h.db'))
  recording.on('changed', (fault) => faults.push(fault?.kind ?? null))
  stream = new MessageStream()
  stream.subscribe({ name: 'test', message: (message) => told.push(message) })
  recorder = new Recorder(recording, stream)
  recording.open()
})

afterEach(() => {
  recorder.flush()
  recording.end()
  rmSync(directory, { recursive: true, force: true })
})

it('holds back the acknowledgements of a burst until all of it is on disk', async () => {
  const gate = new NotingGate()
  for (let i = 0; i < 10; i++) recorder.atLeastOnce(arrival(String(i)), gate)
  expect(gate.notes).toEqual(['cork'])
  expect(onDisk()).toEqual([])
  await turn()
  expect(gate.notes).toEqual(['cork', 'uncork with 10 on disk'])
  expect(toldOf('a/b')).toHaveLength(10)
})

it('delivers messages to subscribers only once they are on disk, with id and time', async () => {
  const seen: number[] = []
  stream.subscribe({ name: 'reader', message: () => seen.push(onDisk().length) })
  recorder.atLeastOnce(arrival('1'), new NotingGate())
  recorder.atMostOnce(arrival('2', { qos: 0 }))
  expect(told).toEqual([])
  await turn()
  expect(seen).toEqual([2, 2])
  expect(told.map(({ id, topicMessages }) => [id, topicMessages])).toEqual([
    [1, 1],
    [2, 2]
  ])
  expect(told[0]!.receivedAt).toBeGreaterThan(1.7e15)
})

it('keeps recording and acknowledging when a subscriber throws', async () => {
  const reported: unknown[] = []
  const later: string[] = []
  stream.on('fault', ({ subscriber, error, times }) =>
    reported.push([subscriber, (error as Error).message, times])
  )
  stream.subscribe({
    name: 'broken',
    message() {
      throw new TypeError('no')
    }
  })
  stream.subscribe({ name: 'later', message: ({ payload }) => later.push(payload.toString()) })
  recorder.sessionKept = true
  const gate = new NotingGate()
  for (let i = 0; i < 20; i++) recorder.atLeastOnce(arrival(String(i)), gate)
  await turn()
  expect(gate.notes).toEqual(['cork', 'uncork with 20 on disk'])
  expect([recorder.unrecorded, faults, told.length, later.length]).toEqual([0, [null], 20, 20])
  expect(reported).toEqual([
    ['broken', 'no', 1],
    ['broken', 'no', 10]
  ])
})

it('does not deliver or count rolled-back messages that the broker will send again', async () => {
  recorder.sessionKept = true
  recorder.atLeastOnce(arrival('kept'), new NotingGate())
  await turn()
  const entry = recording.store.topics.get('a/b')!
  recorder.atLeastOnce(arrival('rolled back'), new NotingGate())
  recorder.atLeastOnce(arrival('this, too'), new NotingGate())
  recorder.fail(new Error('disk I/O error'))
  await turn()
  expect(toldOf('a/b')).toEqual(['kept'])
  expect([entry.messages, entry.lastId]).toEqual([1, 1])
  expect(recording.store.last(entry)?.start.toString()).toBe('kept')
})

it('records a QoS 2 message once, however often it arrives before its PUBREL', async () => {
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

it('writes QoS 0 messages to disk after a while, without a gate', async () => {
  recorder.atMostOnce(arrival('soon', { qos: 0 }))
  expect(onDisk()).toEqual([])
  await vi.waitFor(() => expect(onDisk()).toEqual(['soon']), { interval: 20 })
})

it('acknowledges nothing when a write fails, keeps showing messages, and records again when it can', async () => {
  recorder.atLeastOnce(arrival('before'), new NotingGate())
  await turn()
  // Lock the file, as another process would.
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
  // Acknowledged, counted and delivered.
  expect(next.notes).toEqual([])
  expect(recorder.unrecorded).toBe(3)
  const last = (topic: string): string | undefined =>
    recording.store.last(recording.store.entry(topic))?.start.toString()
  expect([last('a/b'), last('zero')]).toEqual(['live 2', 'lost'])
  expect(toldOf('zero')).toEqual(['lost'])
  expect(toldOf('a/b')).toEqual(['before', 'live 1', 'live 2'])
  expect(onDisk()).toEqual(['before'])
  holder.exec('ROLLBACK')
  holder.close()
  await vi.waitFor(() => expect(faults.at(-1)).toBeNull())
  // Each topic's newest message was still in memory.
  expect(onDisk().sort()).toEqual(['before', 'live 2', 'lost'])
  expect(recorder.unrecorded).toBe(1)
  recorder.atLeastOnce(arrival('after'), gate)
  await turn()
  expect(onDisk()).toHaveLength(4)
  expect(toldOf('a/b').at(-1)).toBe('after')
})

it('records sent messages without notifying subscribers', () => {
  recorder.outgoing({ topic: 'out', payload: Buffer.from('mine'), qos: 1, retain: false, properties: null })
  recorder.flush()
  expect(onDisk()).toEqual(['mine'])
  expect(told).toEqual([])
  expect(recorder.sent).toBe(1)
})

it('marks topics that have a retained message', () => {
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

it('treats an empty message without the retain flag as clearing only if the broker does not forward the flag', () => {
  const retainedAt = (): number => recording.store.topics.get('a/b')!.retainedAt
  recorder.retainAsPublished = true
  recorder.atMostOnce(arrival('on', { retain: true }))
  recorder.atMostOnce(arrival(''))
  expect(retainedAt()).toBeGreaterThan(1.7e9)
  recorder.retainAsPublished = false
  recorder.atMostOnce(arrival(''))
  expect(retainedAt()).toBe(0)
})

it('sets and clears the mark of a known topic on request, and creates no topic for it', () => {
  recorder.atMostOnce(arrival('on'))
  recorder.noteRetained('a/b', 1_800_000_000)
  recorder.noteRetained('never/seen', 1_800_000_000)
  expect(recording.store.topics.get('a/b')?.retainedAt).toBe(1_800_000_000)
  expect(recording.store.topics.has('never/seen')).toBe(false)
  recorder.noteRetained('a/b', 0)
  expect(recording.store.topics.get('a/b')?.retainedAt).toBe(0)
})

it('acknowledges no rolled-back message when the history fails elsewhere', async () => {
  const gate = new NotingGate()
  recorder.atLeastOnce(arrival('not on disk'), gate)
  // As when retention, clearing or reading a last value fails.
  recorder.fail(new Error('disk I/O error'))
  await turn()
  expect(gate.notes).toEqual(['cork', 'destroy'])
  expect(onDisk()).toEqual([])
})

it('counts sent messages, and those that no session resends, as unrecorded when a commit fails', async () => {
  recorder.atLeastOnce(arrival('gone'), new NotingGate())
  recorder.exactlyOnce(arrival('gone, too', { qos: 2, topic: 'c' }), 5, new NotingGate())
  recorder.outgoing({ topic: 'out', payload: Buffer.from('mine'), qos: 0, retain: false, properties: null })
  recorder.fail(new Error('disk I/O error'))
  expect(recorder.unrecorded).toBe(3)
  expect(recording.store.last(recording.store.entry('a/b'))?.start.toString()).toBe('gone')
  await vi.waitFor(() => expect(faults.at(-1)).toBeNull())
  // Each topic's newest message was still in memory.
  expect(onDisk()).toEqual(['gone', 'gone, too'])
  expect(recorder.unrecorded).toBe(1)
})

it('records messages once that were committed between two slices of clearing, although the next slice failed', async () => {
  recorder.atMostOnce(arrival('old', { qos: 0 }))
  recorder.flush()
  recording.end()
  // A process that ended while it cleared the history left this.
  const other = new Database(join(directory, 'h.db'))
  const clearing = JSON.stringify([{ topic: null, subtree: true, ceiling: 1 }])
  other.prepare("INSERT INTO meta VALUES ('clearing', ?)").run(clearing)
  other.exec("CREATE TRIGGER full BEFORE DELETE ON message BEGIN SELECT RAISE(ABORT, 'disk full'); END")
  recording = new StoreSwitch(join(directory, 'h.db'))
  recording.on('changed', (fault) => {
    faults.push(fault?.kind ?? null)
    if (fault) other.exec('DROP TRIGGER full')
  })
  recorder = new Recorder(recording, stream)
  recording.open()
  recorder.atMostOnce(arrival('new', { qos: 0 }))
  await vi.waitFor(() => expect(faults).toEqual([null, null, 'other', null]))
  other.close()
  await vi.waitFor(() => expect(onDisk()).toEqual(['new']))
  expect(toldOf('a/b').filter((payload) => payload === 'new')).toHaveLength(1)
  expect(recorder.unrecorded).toBe(0)
})

it('records a QoS 2 message once when it arrives again after a failed commit', async () => {
  recorder.sessionKept = true
  recorder.exactlyOnce(arrival('once', { qos: 2 }), 7, new NotingGate())
  recorder.fail(new Error('disk I/O error'))
  await vi.waitFor(() => expect(faults.at(-1)).toBeNull())
  expect(onDisk()).toEqual([])
  const gate = new NotingGate()
  recorder.exactlyOnce(arrival('once', { qos: 2, dup: true }), 7, gate)
  await turn()
  recorder.released(7, gate)
  await turn()
  expect(onDisk()).toEqual(['once'])
})

it('applies PUBRELs received while nothing was recorded, because the id may be reused', async () => {
  const gate = new NotingGate()
  recorder.sessionKept = true
  recorder.exactlyOnce(arrival('first', { qos: 2 }), 7, gate)
  await turn()
  recorder.fail(new Error('disk I/O error'))
  recorder.released(7, gate)
  recorder.exactlyOnce(arrival('live', { qos: 2, topic: 'c' }), 8, gate)
  await vi.waitFor(() => expect(faults.at(-1)).toBeNull())
  recorder.exactlyOnce(arrival('second', { qos: 2 }), 7, gate)
  recorder.exactlyOnce(arrival('live', { qos: 2, topic: 'c', dup: true }), 8, gate)
  await turn()
  expect(onDisk()).toEqual(['first', 'live', 'second'])
})
