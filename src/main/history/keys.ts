import type Database from 'better-sqlite3'
import type { Scope } from '../../shared/contract/messages'

/** Message ids between two others, both exclusive. */
export interface Range {
  above: number
  below: number
}

/** Topics `t` at and below a topic: those that start with `topic/`, and '0' follows '/'. Names compare as bytes. */
export const IN_SUBTREE = `(t.name = :name OR (t.name >= :first AND t.name < :end))`

/** What IN_SUBTREE binds. */
export function subtreeOf(topic: string): { name: string; first: string; end: string } {
  return { name: topic, first: `${topic}/`, end: `${topic}0` }
}

/** How many ids a subtree is walked for before its topics are asked one by one. */
const WALK = 50_000

/** What differs between the two ways through a range. */
const ways = {
  down: { order: 'DESC', extreme: 'max', nearer: (a: number, b: number) => b - a },
  up: { order: 'ASC', extreme: 'min', nearer: (a: number, b: number) => a - b }
} as const
type Way = keyof typeof ways

/** The newest ids of a scope within a range, newest first. */
export function newestIds(database: Database.Database, scope: Scope, range: Range, limit: number): number[] {
  return idsOf(database, 'down', scope, range, limit)
}

/** The oldest ids of a scope within a range, oldest first. */
export function oldestIds(database: Database.Database, scope: Scope, range: Range, limit: number): number[] {
  return idsOf(database, 'up', scope, range, limit)
}

function idsOf(
  database: Database.Database,
  way: Way,
  { topic, subtree }: Scope,
  range: Range,
  limit: number
): number[] {
  const { order } = ways[way]
  if (topic !== null && subtree) return subtreeIds(database, way, topic, range, limit)
  const where = topic === null ? '' : 'topic_id = (SELECT id FROM topic WHERE name = :topic) AND'
  return database
    .prepare(
      `SELECT id FROM message WHERE ${where} id > :above AND id < :below ORDER BY id ${order} LIMIT :limit`
    )
    .pluck()
    .all({ ...range, limit, ...(topic !== null && { topic }) }) as number[]
}

/**
 * A dense subtree is found by walking messages in order; where WALK of them do not hold enough of it, it is sparse and its
 * topics are asked for theirs. Either way alone would read most of the file for one page of the other kind.
 */
function subtreeIds(
  database: Database.Database,
  way: Way,
  topic: string,
  range: Range,
  limit: number
): number[] {
  const [walked, rest] = split(database, way, range)
  const found = database
    .prepare(
      `SELECT m.id FROM message m CROSS JOIN topic t ON t.id = m.topic_id
       WHERE m.id > :above AND m.id < :below AND ${IN_SUBTREE} ORDER BY m.id ${ways[way].order} LIMIT :limit`
    )
    .pluck()
    .all({ ...walked, ...subtreeOf(topic), limit }) as number[]
  if (found.length === limit || rest === null) return found
  return [...found, ...idsByTopic(database, way, topic, rest, limit - found.length)]
}

/** A range in two: the WALK ids that come first, and the rest (null when there is none). */
function split(database: Database.Database, way: Way, { above, below }: Range): [Range, Range | null] {
  const edge = (extreme: 'min' | 'max'): number =>
    (database.prepare(`SELECT ${extreme}(id) FROM message`).pluck().get() as number | null) ?? 0
  if (way === 'down') {
    const middle = Math.min(below, edge('max') + 1) - WALK
    if (middle <= above) return [{ above, below }, null]
    return [
      { above: middle - 1, below },
      { above, below: middle }
    ]
  }
  const middle = Math.max(above, edge('min') - 1) + WALK
  if (middle >= below) return [{ above, below }, null]
  return [
    { above, below: middle + 1 },
    { above: middle, below }
  ]
}

/**
 * Asks every topic of a subtree for its first id in range, and then only the `limit` topics with the nearest ones, nearest
 * first, for the rest: no other topic can have any of the first `limit` ids.
 */
function idsByTopic(
  database: Database.Database,
  way: Way,
  topic: string,
  range: Range,
  limit: number
): number[] {
  const { order, extreme, nearer } = ways[way]
  const topics = database
    .prepare<unknown[], { topic: number; first: number | null }>(
      `SELECT t.id AS topic,
         (SELECT ${extreme}(id) FROM message WHERE topic_id = t.id AND id > :above AND id < :below) AS first
       FROM topic t WHERE ${IN_SUBTREE} ORDER BY first ${order} NULLS LAST LIMIT :limit`
    )
    .all({ ...range, ...subtreeOf(topic), limit })
  const ofTopic = database
    .prepare(
      `SELECT id FROM message WHERE topic_id = :topic AND id > :above AND id < :below ORDER BY id ${order} LIMIT :limit`
    )
    .pluck()
  let ids: number[] = []
  let left = range
  for (const { topic, first } of topics) {
    if (first === null || first <= left.above || first >= left.below) break
    const more = ofTopic.all({ ...left, topic, limit }) as number[]
    ids = [...ids, ...more].sort(nearer).slice(0, limit)
    const last = ids[limit - 1]
    if (last !== undefined) left = way === 'down' ? { ...left, above: last } : { ...left, below: last }
  }
  return ids
}
