import { join } from 'node:path'

/** Where a profile's history is kept. */
export function historyPath(dataDirectory: string, profileId: string): string {
  return join(dataDirectory, 'history', `${profileId}.db`)
}
