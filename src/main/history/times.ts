import type Database from 'better-sqlite3'

/** The lowest id of a message received at or after a time (µs), or one beyond the highest. Times ascend with ids. */
export function firstIdFrom(database: Database.Database, time: number): number {
  const next = database
    .prepare<[number], [number, number]>(
      'SELECT id, received_at FROM message WHERE id >= ? ORDER BY id LIMIT 1'
    )
    .raw()
  let low = edgeId(database, 'min')
  let high = edgeId(database, 'max') + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [id, receivedAt] = next.get(middle)!
    if (receivedAt >= time) high = middle
    else low = id + 1
  }
  return low
}

/** The lowest or highest id. In an empty history the two form an empty range. */
export function edgeId(database: Database.Database, edge: 'min' | 'max'): number {
  const id = database.prepare(`SELECT ${edge}(id) FROM message`).pluck().get() as number | null
  return id ?? (edge === 'min' ? 1 : 0)
}
