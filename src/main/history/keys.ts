import type Database from 'better-sqlite3'
import type { Scope } from '../../shared/contract/messages'
import { idsIn } from './segments'
import { edgeId } from './times'

/** Message ids between two others, both exclusive. */
export interface Range {
  above: number
  below: number
}

/** Direction through a range: `down` from its newest message, `up` from its oldest. */
export type Way = 'down' | 'up'

/** Topics `t` at and below a topic: those that start with `topic/`, and '0' follows '/'. Names compare as bytes. */
const IN_SUBTREE = `(t.name = :name OR (t.name >= :first AND t.name < :end))`

/** Parameters for IN_SUBTREE. */
function subtreeOf(topic: string): { name: string; first: string; end: string } {
  return { name: topic, first: `${topic}/`, end: `${topic}0` }
}

/** How many messages of a range are walked before switching to postings. */
const WALK = 4_000
/** Ids read at once on a walk. */
const STEP = 500
/** Up to this many topics are looked up in a segment one by one; for more, all its postings are read. */
const LOOK_UP = 300

/**
 * The ids of a scope's messages in a range, in order. Some may have been deleted. Run it within one transaction.
 *
 * A dense scope is read by walking messages. If WALK messages are not enough, the scope is sparse and its postings are used. Either
 * method alone would read most of the file for one page of the other kind.
 */
export function* idsOf(database: Database.Database, way: Way, scope: Scope, range: Range): Generator<number> {
  const { topic } = scope
  if (topic === null) {
    yield* walk(database, way, 'SELECT m.id FROM message m WHERE', {}, range)
    return
  }
  const within = scope.subtree ? IN_SUBTREE : 't.name = :name'
  const bound = scope.subtree ? subtreeOf(topic) : { name: topic }
  const [near, far] = split(database, way, range)
  yield* walk(
    database,
    way,
    `SELECT m.id FROM message m CROSS JOIN topic t ON t.id = m.topic_id WHERE ${within} AND`,
    bound,
    near
  )
  if (!far) return
  database.exec('CREATE TEMP TABLE IF NOT EXISTS scope (topic_id INTEGER PRIMARY KEY); DELETE FROM scope')
  database.prepare(`INSERT INTO temp.scope SELECT t.id FROM topic t WHERE ${within}`).run(bound)
  yield* idsOfTopics(database, way, far)
}

/** The ids of the messages in a range whose topics are in a temporary table (`topic_id`), in order. */
export function* idsOfTopics(
  database: Database.Database,
  way: Way,
  range: Range,
  table = 'scope'
): Generator<number> {
  const indexed = indexedUpTo(database)
  const beyond = walk(
    database,
    way,
    `SELECT m.id FROM message m WHERE +m.topic_id IN temp.${table} AND`,
    {},
    { ...range, above: Math.max(range.above, indexed) }
  )
  if (way === 'down') yield* beyond
  const topics = database.prepare(`SELECT count(*) FROM temp.${table}`).pluck().get() as number
  const lookUp = topics <= LOOK_UP
  const postings = database
    .prepare<[number], Buffer>(
      `SELECT ids FROM posting WHERE segment = ? AND ${lookUp ? '' : '+'}topic_id IN temp.${table}`
    )
    .pluck()
  for (const segment of segmentsOf(database, way, range, table)) {
    const ids = postings
      .all(segment)
      .flatMap((posting) => idsIn(segment, posting))
      .filter((id) => id > range.above && id < range.below)
    yield* ids.sort(way === 'down' ? (a, b) => b - a : (a, b) => a - b)
  }
  if (way === 'up') yield* beyond
}

/**
 * Counts a scope's messages: those in its postings, and those beyond the last segment. Postings of the segment that
 * retention is processing still list deleted messages, so its messages are counted directly.
 */
export function countOf(database: Database.Database, { topic, subtree }: Scope): number {
  const within = subtree ? IN_SUBTREE : 't.name = :name'
  const bound = topic === null ? {} : subtree ? subtreeOf(topic) : { name: topic }
  const count = (sql: string, more: object): number => {
    const counting = database.prepare<[object], number>(sql).pluck()
    return counting.get({ ...bound, ...more })!
  }
  const lookUp = topic !== null && count(`SELECT count(*) FROM topic t WHERE ${within}`, {}) <= LOOK_UP
  const ofScope = (column: string): string =>
    topic === null ? '1' : `${column} IN (SELECT t.id FROM topic t WHERE ${within})`
  // Not `:first`: the subtree already uses that name.
  const between = (lowest: number, highest: number): number =>
    count(`SELECT count(*) FROM message WHERE id >= :lowest AND id <= :highest AND ${ofScope('+topic_id')}`, {
      lowest,
      highest
    })
  const walked = database
    .prepare<[], { id: number; last: number }>(
      `SELECT id, last_id AS last FROM segment JOIN meta ON key = 'retention_floor' AND id < value AND last_id >= value`
    )
    .get() ?? { id: 0, last: -1 }
  const listed = count(
    topic === null
      ? 'SELECT coalesce(sum(messages), 0) FROM segment WHERE id <> :walked'
      : `SELECT coalesce(sum(length(ids) / 2), 0) FROM segment CROSS JOIN posting
         ON segment = segment.id AND segment <> :walked AND ${ofScope(lookUp ? 'topic_id' : '+topic_id')}`,
    { walked: walked.id }
  )
  return (
    listed + between(walked.id, walked.last) + between(indexedUpTo(database) + 1, Number.MAX_SAFE_INTEGER)
  )
}

/** Walks messages: the ids that `select` finds, some at a time. */
function* walk(
  database: Database.Database,
  way: Way,
  select: string,
  bound: object,
  range: Range
): Generator<number> {
  const order = way === 'down' ? 'DESC' : 'ASC'
  const read = database
    .prepare(`${select} m.id > :above AND m.id < :below ORDER BY m.id ${order} LIMIT ${STEP}`)
    .pluck()
  for (let left = range; ;) {
    const ids = read.all({ ...bound, ...left }) as number[]
    yield* ids
    if (ids.length < STEP) return
    const last = ids[STEP - 1]!
    left = way === 'down' ? { ...left, below: last } : { ...left, above: last }
  }
}

/** Splits a range: the first WALK ids, and the rest (null when there is none). */
function split(database: Database.Database, way: Way, { above, below }: Range): [Range, Range | null] {
  if (way === 'down') {
    const middle = Math.min(below, edgeId(database, 'max') + 1) - WALK
    if (middle <= above) return [{ above, below }, null]
    return [
      { above: middle - 1, below },
      { above, below: middle }
    ]
  }
  const middle = Math.max(above, edgeId(database, 'min') - 1) + WALK
  if (middle >= below) return [{ above, below }, null]
  return [
    { above, below: middle + 1 },
    { above: middle, below }
  ]
}

/** Segments that overlap a range. Segments newer than the last message of the scope's topics are left out. */
function segmentsOf(database: Database.Database, way: Way, { above, below }: Range, table: string): number[] {
  return database
    .prepare<[number, number], number>(
      `SELECT id FROM segment WHERE last_id > ? AND id < ?
       AND (id <= (SELECT coalesce(max(newest_id), 0) FROM topic WHERE id IN temp.${table})
         OR last_id > coalesce((SELECT value FROM meta WHERE key = 'checkpoint_id'), 0))
       ORDER BY id ${way === 'down' ? 'DESC' : 'ASC'}`
    )
    .pluck()
    .all(above, below)
}

function indexedUpTo(database: Database.Database): number {
  return database.prepare('SELECT coalesce(max(last_id), 0) FROM segment').pluck().get() as number
}
