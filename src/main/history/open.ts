import { existsSync } from 'node:fs'
import { AppError } from '../../shared/errors'
import { NewerHistoryError } from './schema'

/**
 * Opens a history file with `open`, or gives null for one that does not exist yet: that is an empty history.
 * Throws HISTORY_UNAVAILABLE.
 */
export function openIfThere<T>(path: string, open: (path: string) => T): T | null {
  if (!existsSync(path)) return null
  try {
    return open(path)
  } catch (error) {
    // Its writer is just making it.
    if (error instanceof NewerHistoryError && error.found === 0) return null
    throw historyFault(error)
  }
}

/** What SQLite threw, as an error that a person can meet. */
export function historyFault(error: unknown): AppError<'HISTORY_UNAVAILABLE'> {
  return new AppError('HISTORY_UNAVAILABLE', {
    reason: error instanceof Error ? error.message : String(error)
  })
}
