import Database from 'better-sqlite3'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { temporaryFolder } from './fixture'
import { HistoryWriter } from './writer'

const HOUR = 3_600_000
const YEARS = 70 * 365 * 24 * HOUR
const UNLIMITED = { bytes: null, from: null }

/** Offset of the system clock, and time that passes, in ms. */
let off: number
let passed: number
let path: string
let writer: HistoryWriter

beforeEach(() => {
  off = 0
  passed = 0
  const wall = Date.now()
  const monotonic = performance.now()
  vi.spyOn(Date, 'now').mockImplementation(() => wall + passed + off)
  vi.spyOn(performance, 'now').mockImplementation(() => monotonic + passed)
  path = join(temporaryFolder(), 'h.db')
  writer = HistoryWriter.open(path)
})

afterEach(() => {
  writer.close()
  vi.restoreAllMocks()
})

/** Records a message a few ms after the last, and returns its time in ms. */
function record(): number {
  passed += 2
  const message = {
    direction: 'in',
    qos: 0,
    retain: false,
    dup: false,
    payload: Buffer.of(1),
    properties: null
  } as const
  return writer.append(writer.entry('t'), message) / 1_000
}

/** The recorder's work every second. */
function everySecond(): void {
  while (writer.retain(UNLIMITED, () => undefined));
  writer.commit()
}

function times(): number[] {
  const reading = new Database(path, { readonly: true })
  const all = reading.prepare<[], number>('SELECT received_at / 1000 FROM message ORDER BY id').pluck().all()
  reading.close()
  return all
}

function wait(ms: number): void {
  everySecond()
  passed += ms
  everySecond()
}

it('one message with a clock far ahead does not stamp the later ones', () => {
  const before = record()
  off = YEARS
  record()
  off = 0
  expect(record() - before).toBeGreaterThan(YEARS / 2)
  wait(61_000)
  const after = record()
  everySecond()
  expect(after - before).toBeLessThan(HOUR)
  expect(after).toBeGreaterThanOrEqual(before + 61_000)
  expect(times()).toEqual(times().toSorted((a, b) => a - b))
  expect(times().at(-1)! - before).toBeLessThan(HOUR)
})

it('thousands of messages are corrected in steps, also after the file is reopened', () => {
  const before = record()
  off = YEARS
  for (let i = 0; i < 5_000; i++) record()
  writer.close()
  off = 0
  writer = HistoryWriter.open(path)
  everySecond()
  passed += 61_000
  let steps = 1
  for (; writer.retain(UNLIMITED, () => undefined); steps++) {
    expect(times()).toEqual(times().toSorted((a, b) => a - b))
  }
  expect(steps).toBe(3)
  record()
  everySecond()
  expect(times()).toHaveLength(5_002)
  expect(times().at(-1)! - before).toBeLessThan(HOUR)
})

it('a clock that was corrected within a minute changes nothing', () => {
  record()
  off = -2 * HOUR
  wait(30_000)
  off = 0
  wait(31_000)
  off = -2 * HOUR
  const recorded = record()
  wait(59_000)
  expect(times().at(-1)).toBe(Math.floor(recorded))
})

it('a clock that is behind all messages is considered wrong', () => {
  const first = record()
  off = -YEARS
  record()
  wait(61_000)
  record()
  everySecond()
  expect(times().map((time) => time >= Math.floor(first))).toEqual([true, true, true])
})

it('a file without messages, and one up to an hour ahead, are left alone', () => {
  wait(61_000)
  record()
  off = HOUR / 2
  const ahead = record()
  off = 0
  wait(61_000)
  expect(record()).toBe(ahead)
})
