import type Database from 'better-sqlite3'
import type { TopicEntry } from './topics'

/** Rows deleted, and pages given back, between two chances to record. */
const ROWS_PER_SLICE = 2_000
const PAGES_PER_SLICE = 500

/**
 * Deletes messages with ids up to `ceiling`, all of the file's or those of the given topics, and gives their space back.
 * `settle` ends the writer's open transaction before each slice.
 * Answers with how many messages were deleted.
 */
export async function clearTopics(
  database: Database.Database,
  entries: TopicEntry[],
  everything: boolean,
  ceiling: number,
  settle: () => void
): Promise<number> {
  const deleteAll = database.prepare(
    'DELETE FROM message WHERE id IN (SELECT id FROM message WHERE id <= ? ORDER BY id LIMIT ?)'
  )
  const deleteOf = database.prepare(
    'DELETE FROM message WHERE id IN (SELECT id FROM message WHERE topic_id = ? AND id <= ? ORDER BY id LIMIT ?)'
  )
  let deleted = 0
  const drain = async (slice: () => number): Promise<void> => {
    for (;;) {
      settle()
      const changes = slice()
      deleted += changes
      await breath()
      if (changes < ROWS_PER_SLICE) return
    }
  }
  if (everything) await drain(() => deleteAll.run(ceiling, ROWS_PER_SLICE).changes)
  else for (const entry of entries) await drain(() => deleteOf.run(entry.id, ceiling, ROWS_PER_SLICE).changes)
  do {
    settle()
    database.pragma(`incremental_vacuum(${PAGES_PER_SLICE})`)
    await breath()
  } while ((database.pragma('freelist_count', { simple: true }) as number) > 0)
  return deleted
}

function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
