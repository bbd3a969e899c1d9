import { idsOf } from './keys'
import { openForReading } from './schema'
import { firstIdFrom } from './times'

/** Topics that had messages before and after the time are looked up one by one, up to this many. */
const LOOK_UP = 100

/**
 * The topics that match and had messages before a time (µs). Of those that also have later ones, only the first hundred are looked up.
 * Throws SQLite's own errors, also when there is no such file.
 */
export function topicsBefore(
  path: string,
  matches: (topic: string) => boolean,
  time: number
): { id: number; name: string }[] {
  const database = openForReading(path)
  try {
    const below = firstIdFrom(database, time)
    const topics = database
      .prepare<[], { id: number; name: string; lastId: number }>(
        'SELECT id, name, last_id AS lastId FROM topic WHERE last_id > 0'
      )
      .all()
    let lookedUp = 0
    return topics.filter(({ name, lastId }) => {
      if (!matches(name)) return false
      if (lastId < below) return true
      if (lookedUp++ >= LOOK_UP) return false
      for (const _ of idsOf(database, 'down', { topic: name, subtree: false }, { above: 0, below }))
        return true
      return false
    })
  } finally {
    database.close()
  }
}
