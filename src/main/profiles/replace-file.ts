import { constants } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { AppError } from '../../shared/errors'

/** For writing. Does not write through a symbolic link that waits there; Windows has no such flag. */
const FRESH = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW

/**
 * Replaces a file atomically: after a crash it has either the old or the new content. Mode 0600, unless given.
 * Throws FILE_UNWRITABLE and then keeps the old content. Must not run twice at once for one file.
 */
export async function replaceFile(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const file = await open(temporary, FRESH, mode)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw new AppError('FILE_UNWRITABLE', { path, reason: (error as Error).message })
  }
}
