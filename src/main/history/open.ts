import { existsSync } from 'node:fs'
import { AppError } from '../../shared/errors'
import { NewerHistoryError } from './schema'

/**
 * Opens a history file with `open`, or returns null if it does not exist yet: the history is empty.
 * Throws HISTORY_UNAVAILABLE.
 */
export function openIfThere<T>(path: string, open: (path: string) => T): T | null {
  if (!existsSync(path)) return null
  try {
    return open(path)
  } catch (error) {
    // The writer is creating the file right now.
    if (error instanceof NewerHistoryError && error.found === 0) return null
    throw historyFault(error)
  }
}

/** Converts an SQLite error to an error for the user. */
export function historyFault(error: unknown): AppError<'HISTORY_UNAVAILABLE'> {
  return new AppError('HISTORY_UNAVAILABLE', {
    reason: error instanceof Error ? error.message : String(error)
  })
}
