import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** Why a file is not read: it is larger than the limit, no UTF-8, or (`reason`) what the system says. */
export type Unread = { code: 'TOO_LARGE' } | { code: 'UNREADABLE'; reason: string }

/**
 * The text of a file; null if there is none. A symbolic link is not followed, and nothing but a plain file is read: reading a named pipe
 * would never end.
 *
 * @param limit bytes
 */
export async function readText(path: string, limit: number): Promise<{ text: string | null } | Unread> {
  try {
    // Windows has neither flag.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stats = await file.stat()
      if (!stats.isFile()) return { code: 'UNREADABLE', reason: 'not a file' }
      if (stats.size > limit) return { code: 'TOO_LARGE' }
      return {
        text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await file.readFile())
      }
    } finally {
      await file.close()
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return { text: null }
    if (code === 'ELOOP') return { code: 'UNREADABLE', reason: 'a symbolic link' }
    return { code: 'UNREADABLE', reason: error instanceof TypeError ? 'not UTF-8' : message }
  }
}
