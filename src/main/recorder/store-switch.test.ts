import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
  mkdirSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RecordingFault } from '../../shared/contract/connections'
import { openForReading } from '../history/schema'
import type { Arrival } from './message'
import { MessageStream } from './message-stream'
import { Recorder, type Gate } from './recorder'
import { StoreSwitch } from './store-switch'

const SOON = { timeout: 15_000, interval: 20 }

let directory: string
let path: string
let recorder: Recorder
let recording: StoreSwitch
let faults: (RecordingFault['kind'] | null)[]
let setAside: string | null
let replaced: number

const arrival = (payload: string | Buffer, qos: 0 | 1 | 2 = 1, topic = 'a/b'): Arrival => ({
  topic,
  payload: Buffer.from(payload as string),
  qos,
  retain: false,
  dup: false,
  properties: null
})

/** A gate that records its calls. */
class NotingGate implements Gate {
  readonly notes: string[] = []
  cork = (): void => void this.notes.push('cork')
  uncork = (): void => void this.notes.push('uncork')
  destroy = (): void => void this.notes.push('destroy')
}

function start(): void {
  faults = []
  setAside = null
  replaced = 0
  recording = new StoreSwitch(path)
  recording.on('changed', (fault, aside) => {
    faults.push(fault?.kind ?? null)
    setAside = aside
  })
  recording.on('replaced', () => replaced++)
  recorder = new Recorder(recording, new MessageStream())
  // The broker resends unacknowledged messages.
  recorder.sessionKept = true
  recording.open()
}

/** Waits until the work that the recorder deferred to the end of this event loop turn is done. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

async function record(payload: string | Buffer, topic = 'a/b'): Promise<string[]> {
  const gate = new NotingGate()
  recorder.atLeastOnce(arrival(payload, 1, topic), gate)
  await turn()
  return gate.notes
}

function payloads(file = path): string[] {
  const database = openForReading(file)
  const found = database.prepare('SELECT CAST(payload AS TEXT) FROM message ORDER BY id').pluck().all()
  database.close()
  return found as string[]
}

const last = (topic = 'a/b'): string | undefined =>
  recording.store.last(recording.store.entry(topic))?.start.toString()

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'treetop-recording-'))
  path = join(directory, 'h.db')
})

afterEach(() => {
  recording.end()
  rmSync(directory, { recursive: true, force: true })
})

it('sets aside a history that is not a database, keeps all of it, and records in a new one', async () => {
  writeFileSync(path, 'this is no database '.repeat(1_000))
  start()
  expect(faults).toEqual(['damaged'])
  expect(await record('live')).toEqual([])
  expect([recorder.unrecorded, last()]).toEqual([1, 'live'])
  await vi.waitFor(() => expect(faults.at(-1)).toBeNull(), SOON)
  expect(statSync(setAside!).size).toBe(20_000)
  expect(replaced).toBe(1)
  expect(await record('recorded')).toEqual(['cork', 'uncork'])
  expect(payloads()).toEqual(['live', 'recorded'])
  expect(recorder.unrecorded).toBe(0)
})

it('makes other readers close a damaged history before it is renamed', async () => {
  writeFileSync(path, 'this is no database '.repeat(1_000))
  const asked = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  recording = new StoreSwitch(path, () => {
    asked.resolve()
    return released.promise
  })
  const aside = (): string[] => readdirSync(directory).filter((name) => name.includes('damaged'))
  recording.open()
  await asked.promise
  await new Promise((resolve) => setImmediate(resolve))
  expect(aside()).toEqual([])
  released.resolve()
  await vi.waitFor(() => expect(recording.writer).not.toBeNull(), SOON)
  expect(aside()).toHaveLength(1)
})

it('detects overwritten pages, acknowledges nothing, and starts a new history', async () => {
  start()
  for (let i = 0; i < 2_000; i++) recorder.atMostOnce(arrival(`${i} ${'x'.repeat(200)}`, 0, `t/${i}`))
  recorder.flush()
  recording.end()
  const size = statSync(path).size
  const file = openSync(path, 'r+')
  // Every page except the first, whose header identifies the file type.
  for (let page = 4_096; page < size; page += 4_096)
    writeSync(file, Buffer.alloc(4_096, 0xee), 0, 4_096, page)
  closeSync(file)
  start()
  await vi.waitFor(() => expect(recording.writer ?? faults.at(-1)).not.toBeUndefined(), SOON)
  // Whether the damage is detected on opening or at the first commit, no message is lost.
  const gate = await record('after the damage')
  expect(gate.includes('uncork')).toBe(false)
  await vi.waitFor(() => expect(recording.writer).not.toBeNull(), SOON)
  expect(setAside).not.toBeNull()
  expect(statSync(setAside!).size).toBe(size)
  await record('recorded')
  expect(payloads()).toContain('recorded')
})

it('sets aside a truncated history', async () => {
  start()
  for (let i = 0; i < 2_000; i++) recorder.atMostOnce(arrival('x'.repeat(500), 0, `t/${i}`))
  recorder.flush()
  recording.end()
  truncateSync(path, 3 * 4_096 + 100)
  start()
  await record('one')
  await vi.waitFor(() => expect(setAside).not.toBeNull(), SOON)
  await vi.waitFor(() => expect(recording.writer).not.toBeNull(), SOON)
  await record('two')
  expect(payloads()).toContain('two')
})

it('does not touch a history of a newer version, and keeps showing messages', async () => {
  start()
  await record('old')
  recording.end()
  const database = new Database(path)
  database.pragma('user_version = 99')
  database.close()
  start()
  expect(faults).toEqual(['newer'])
  await record('live')
  expect([last(), recorder.unrecorded]).toEqual(['live', 1])
  expect(readdirSync(directory).filter((name) => name.includes('damaged'))).toEqual([])
})

const mounted = process.platform === 'linux' && process.getuid?.() === 0 && canMount()

describe.skipIf(!mounted)('on a mounted tmpfs of 2 MB (needs root)', () => {
  let mount: string

  beforeEach(() => {
    mount = join(directory, 'small')
    mkdirSync(mount)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', mount])
    path = join(mount, 'h.db')
  })

  afterEach(() => {
    recording.end()
    execFileSync('umount', ['-l', mount])
  })

  it('keeps showing messages when the disk is full, and records again when there is room', async () => {
    const filler = join(mount, 'filler')
    writeFileSync(filler, Buffer.alloc(1_200_000))
    start()
    const acknowledged: string[] = []
    for (let i = 0; recording.writer !== null; i++) {
      expect(i).toBeLessThan(500)
      const notes = await record(`${i} ${'x'.repeat(10_000)}`)
      if (notes.includes('uncork')) acknowledged.push(String(i))
      else expect(notes).toEqual(['cork', 'destroy'])
    }
    expect(faults.at(-1)).toBe('full')
    expect(acknowledged.length).toBeGreaterThan(5)
    expect(await record('only live')).toEqual([])
    expect([last(), recorder.unrecorded]).toEqual(['only live', 1])
    rmSync(filler)
    await vi.waitFor(() => expect(faults.at(-1)).toBeNull(), SOON)
    await record('room again')
    const kept = payloads().map((payload) => payload.split(' x')[0])
    expect(kept).toEqual(expect.arrayContaining([...acknowledged, 'only live', 'room again']))
    expect(recorder.unrecorded).toBe(0)
  })

  it('shows messages while its disk is read-only, and records again once it is writable', async () => {
    start()
    await record('before')
    recording.end()
    execFileSync('mount', ['-o', 'remount,ro', mount])
    start()
    expect(faults).toEqual(['unwritable'])
    await record('live')
    expect([last(), recorder.unrecorded]).toEqual(['live', 1])
    execFileSync('mount', ['-o', 'remount,rw', mount])
    await vi.waitFor(() => expect(faults.at(-1)).toBeNull(), SOON)
    expect(payloads()).toEqual(['before', 'live'])
  })
})

/** Runs `work` as an unprivileged user, because root can write to every file. */
function asNobody(work: () => void): void {
  const root = process.geteuid?.() === 0
  if (root) process.seteuid?.(65_534)
  try {
    work()
  } finally {
    if (root) process.seteuid?.(0)
  }
}

it('shows messages while its file is not writable, and records again once it is', async () => {
  start()
  await record('before')
  recording.end()
  chmodSync(path, 0o444)
  chmodSync(directory, 0o555)
  asNobody(start)
  expect(faults).toEqual(['unwritable'])
  expect(await record('live')).toEqual([])
  expect([last(), recorder.unrecorded]).toEqual(['live', 1])
  chmodSync(directory, 0o755)
  chmodSync(path, 0o644)
  await vi.waitFor(() => expect(faults.at(-1)).toBeNull(), SOON)
  expect(payloads()).toEqual(['before', 'live'])
  expect(recorder.unrecorded).toBe(0)
})

function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'treetop-mount-'))
  const done = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place]).status === 0
  if (done) spawnSync('umount', [place])
  rmSync(place, { recursive: true, force: true })
  return done
}
