import type Database from 'better-sqlite3'
import type { SearchQuery } from '../../shared/contract/messages'
import type { MessageHead } from '../../shared/message'
import { dueForDeletion } from './clear'
import { idsOfTopics, type Range } from './keys'
import { orClose } from './or-close'
import { HEAD, headOf, type Row } from './reader'
import { openForReading } from './schema'
import { edgeId, firstIdFrom } from './times'
import { SHARD_IDS, type SearchIndex } from './search-index'
import { bytesNeedle, bytesOfHex, textNeedle, type Needle } from './needle'
import { TopicSelection } from './topic-selection'

/** How long one step may take, in ms. */
const STEP = 250
/** Ids scanned at once. */
const WALK = 8_192
/** If the filtered topics have at most this many messages, they are scanned; otherwise the index is used. */
const FEW_MESSAGES = 20_000

/** A matching message with its complete payload. */
export type Found = MessageHead & { payload: Buffer }

/** Matching messages, newest first, and where to continue (null: finished). `share` of the range has been searched. */
export interface Step {
  found: Found[]
  next: number | null
  share: number
}

/** A candidate's id. A negative id means that everything above that id is done. */
type Progress = Generator<number, void>

/**
 * Searches a history, with or without an index: the index only says where to look. Each step reads one snapshot of the file.
 * Methods throw SQLite's own errors.
 */
export class HistorySearch {
  private readonly filtered: TopicSelection
  private readonly named: TopicSelection
  private readonly read

  private constructor(private readonly database: Database.Database) {
    this.filtered = new TopicSelection(database, 'filtered')
    this.named = new TopicSelection(database, 'named')
    this.read = database.prepare<[number], Row & { topicId: number }>(
      `SELECT ${HEAD}, m.topic_id AS topicId, m.payload FROM message m JOIN topic t ON t.id = m.topic_id WHERE m.id = ?`
    )
  }

  /** Throws NewerHistoryError, or SQLite's own errors, also when there is no such file. */
  static open(path: string): HistorySearch {
    return orClose(openForReading(path), (database) => new HistorySearch(database))
  }

  /** One step of a search, for messages before an id. */
  step(query: SearchQuery, index: SearchIndex | null, before: number | undefined, limit: number): Step {
    const needle = needleOf(query)
    if (query.filter !== null) this.filtered.matching(query.filter)
    if (needle && !query.hex) this.named.named(query.text, (name) => needle.inName(name))
    return this.database.transaction(() => this.search(query, needle, index, before, limit))()
  }

  close(): void {
    this.database.close()
  }

  private search(
    query: SearchQuery,
    needle: Needle | null,
    index: SearchIndex | null,
    before: number | undefined,
    limit: number
  ): Step {
    const { database } = this
    const above = (query.from === null ? edgeId(database, 'min') : firstIdFrom(database, query.from)) - 1
    const top = query.to === null ? edgeId(database, 'max') + 1 : firstIdFrom(database, query.to)
    const range = { above, below: Math.min(before ?? top, top) }
    const share = (reached: number): number => (top - 1 <= above ? 1 : (top - reached) / (top - 1 - above))
    const fits = this.predicate(query, needle)
    const deadline = performance.now() + STEP
    const found: Found[] = []
    let looked = 0
    for (const progress of this.candidates(query, needle, index, range)) {
      const reached = Math.abs(progress)
      if (progress > 0) {
        const row = this.read.get(progress)
        if (row && fits(row)) found.push({ ...headOf(row), payload: row.payload })
        if (found.length === limit) return { found, next: reached, share: share(reached) }
        if (++looked % 64 !== 0) continue
      }
      if (performance.now() > deadline) return { found, next: reached, share: Math.min(1, share(reached)) }
    }
    return { found, next: null, share: 1 }
  }

  private predicate(query: SearchQuery, needle: Needle | null): (row: Row & { topicId: number }) => boolean {
    const { qos, retain, direction } = query
    const cleared = dueForDeletion(this.database)
    const inFilter = this.database.prepare('SELECT 1 FROM temp.filtered WHERE topic_id = ?').pluck()
    return (row) =>
      (qos === null || row.qos === qos) &&
      (retain === null || (row.retain === 1) === retain) &&
      (direction === null || (row.direction === 0 ? 'in' : 'out') === direction) &&
      (query.filter === null || inFilter.get(row.topicId) === 1) &&
      (needle === null || needle.matches(row.payload) || needle.inName(row.topic)) &&
      !cleared(row.topic, row.id)
  }

  /** Candidate ids, newest first. */
  private *candidates(
    query: SearchQuery,
    needle: Needle | null,
    index: SearchIndex | null,
    range: Range
  ): Progress {
    if (query.filter !== null && (needle === null || this.fewMessages())) {
      yield* idsOfTopics(this.database, 'down', range, 'filtered')
      return
    }
    if (needle === null || !index || needle.grams.length === 0) {
      yield* this.walk(needle, range)
      return
    }
    const { watermark } = index
    yield* this.walk(needle, { ...range, above: Math.max(range.above, watermark) })
    const below = Math.min(range.below, watermark + 1)
    for (
      let shard = Math.floor((below - 1) / SHARD_IDS);
      (shard + 1) * SHARD_IDS > range.above + 1;
      shard--
    ) {
      const part = {
        above: Math.max(range.above, shard * SHARD_IDS - 1),
        below: Math.min(below, (shard + 1) * SHARD_IDS)
      }
      if (part.above + 1 >= part.below) continue
      if (index.has(shard)) {
        const named = this.named.count > 0 ? idsOfTopics(this.database, 'down', part, 'named') : [].values()
        yield* union(index.candidates(shard, needle.grams, part), named)
      } else yield* this.walk(needle, part)
      yield -(part.above + 1)
    }
  }

  /** Every message of a range, except those that SQLite itself can rule out. */
  private *walk(needle: Needle | null, { above, below }: Range): Progress {
    const spellings = needle?.spellings ?? null
    const sieve =
      spellings === null
        ? ''
        : `AND (${[...spellings.map(() => 'instr(payload, ?) > 0'), ...(this.named.count > 0 ? ['topic_id IN temp.named'] : [])].join(' OR ')})`
    const read = this.database
      .prepare<unknown[], number>(`SELECT id FROM message WHERE id > ? AND id < ? ${sieve} ORDER BY id DESC`)
      .pluck()
    for (let last = below; last > above + 1;) {
      const first = Math.max(above, last - 1 - WALK)
      yield* read.all(first, last, ...(spellings ?? []))
      last = first + 1
      yield -last
    }
  }

  private fewMessages(): boolean {
    const messages = this.database
      .prepare('SELECT sum(messages) FROM topic WHERE id IN temp.filtered')
      .pluck()
      .get() as number | null
    return (messages ?? 0) <= FEW_MESSAGES
  }
}

function needleOf({ text, hex }: SearchQuery): Needle | null {
  if (text === '') return null
  return hex ? bytesNeedle(bytesOfHex(text)) : textNeedle(text)
}

/** Merges two descending sequences, each value once. */
function* union(a: Iterator<number>, b: Iterator<number>): Generator<number> {
  let left = a.next()
  let right = b.next()
  while (!left.done || !right.done) {
    const next = Math.max(left.done ? -1 : left.value, right.done ? -1 : right.value)
    yield next
    if (!left.done && left.value === next) left = a.next()
    if (!right.done && right.value === next) right = b.next()
  }
}
