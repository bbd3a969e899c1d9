import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Indexer } from '../src/main/history/indexer'
import { historyPath } from '../src/main/history/path'
import { SCHEMA_VERSION } from '../src/main/history/schema'
import { HistoryWriter } from '../src/main/history/writer'
import { PROFILE_ID } from './profiles'
import { payloadAt, topicAt, type Topics } from './topics'

/** Messages per write. */
const AT_ONCE = 10_000
/** Every tenth topic is silent after the first tenth of the messages, so its newest message is far from the end of the file. */
const SILENT = 10

const made = new Set<string>()

/**
 * A data directory with a history made by the app's own writer and indexer, once per run. With more messages than topics, some topics
 * have a thousand times as many as others, in no order; with equal numbers, each topic has one.
 */
export function dataDirectoryWith(topics: Topics, messages: number): string {
  const shape = [SCHEMA_VERSION, messages, topics.count, topics.length, topics.siblings].join('-')
  const directory = join(tmpdir(), `treetop-bench-history-${shape}`)
  made.add(directory)
  if (existsSync(directory)) return directory
  const started = Date.now()
  const unfinished = `${directory}.part`
  rmSync(unfinished, { recursive: true, force: true })
  const path = historyPath(unfinished, PROFILE_ID)
  mkdirSync(join(path, '..'), { recursive: true })
  write(path, topics, messages)
  index(path)
  renameSync(unfinished, directory)
  const seconds = Math.round((Date.now() - started) / 1_000)
  process.stdout.write(
    `  (a history of ${messages.toLocaleString('en-US')} messages was made in ${seconds} s)\n`
  )
  return directory
}

/** Removes the histories of this run. */
export function removeHistories(): void {
  for (const directory of made) rmSync(directory, { recursive: true, force: true })
}

function write(path: string, topics: Topics, messages: number): void {
  const writer = HistoryWriter.open(path)
  const random = numbers()
  for (let index = 0; index < messages; index++) {
    const topic = messages === topics.count ? index : chosen(topics.count, index / messages, random)
    writer.append(writer.entry(topicAt(topics, topic)), {
      direction: 'in',
      qos: 0,
      retain: false,
      dup: false,
      payload: Buffer.from(payloadAt(100, index)),
      properties: null
    })
    if (index % AT_ONCE === AT_ONCE - 1) writer.commit()
  }
  writer.close()
}

/** Indexes the history up front: otherwise Treetop would be busy with it for minutes. */
function index(path: string): void {
  const indexer = Indexer.open(path)
  for (let more = true; more;) more = indexer.advance(AT_ONCE)
  indexer.close()
}

/** The topic of a message; low indexes are more frequent than high ones. `share` is the fraction of messages before this one. */
function chosen(count: number, share: number, random: () => number): number {
  for (;;) {
    const topic = Math.floor(count * random() ** 3)
    if (share < 1 / SILENT || topic % SILENT !== SILENT - 1) return topic
  }
}

/** Reproducible pseudo-random numbers from 0 to 1 (linear congruential generator of Numerical Recipes). */
function numbers(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
