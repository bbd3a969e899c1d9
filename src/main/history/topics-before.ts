import { idsOf } from './keys'
import { openForReading } from './schema'
import { firstIdFrom } from './times'

/** Topics whose newest message, as far as the file says, is not from before the time are looked up one by one, up to this many. */
const LOOK_UP = 100

/**
 * The topics that match and had messages before a time (µs). Of those that also have later ones, only the first hundred are looked up:
 * the file's totals may lag behind its messages, but never name a message that came later.
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
        'SELECT id, name, last_id AS lastId FROM topic'
      )
      .all()
    let lookedUp = 0
    return topics.filter(({ name, lastId }) => {
      if (!matches(name)) return false
      if (lastId > 0 && lastId < below) return true
      if (lookedUp++ >= LOOK_UP) return false
      for (const _ of idsOf(database, 'down', { topic: name, subtree: false }, { above: 0, below }))
        return true
      return false
    })
  } finally {
    database.close()
  }
}
