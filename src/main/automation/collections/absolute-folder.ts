import { stat } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { AppError } from '../../../shared/errors'

/** The path of a folder as a person named it. Throws INVALID_INPUT if it is relative, FILE_UNREADABLE if there is none. */
export async function absoluteFolder(named: string): Promise<string> {
  if (!isAbsolute(named))
    throw new AppError('INVALID_INPUT', { issues: [{ path: 'directory', fault: 'FOLDER_RELATIVE' }] })
  const path = resolve(named)
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    (error: Error) => {
      throw new AppError('FILE_UNREADABLE', { path, reason: error.message })
    }
  )
  if (!isFolder) throw new AppError('FILE_UNREADABLE', { path, reason: 'ENOTDIR' })
  return path
}
