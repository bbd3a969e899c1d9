import { open, rename, rm, stat } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { AppError } from '../../shared/errors'

/** Where an export goes. Methods throw FILE_UNWRITABLE. */
export interface Sink {
  /** Resolves when more may be written. */
  write(bytes: Buffer): Promise<void>
  /** Call when everything is written: makes it durable under its final name. */
  finish(): Promise<void>
  /** Discards everything written. */
  abandon(): Promise<void>
}

/** Path of the partial file, beside the final one, used until an export is complete. `jobId` makes it unique. */
export function partPath(output: string, jobId: string): string {
  return `${output}.${jobId.slice(0, 8)}.part`
}

/** A file that gets its name only when it is complete and on disk. It replaces an existing file. */
export async function fileSink(output: string, part: string): Promise<Sink> {
  const naming = <T>(work: Promise<T>): Promise<T> => work.catch((error: unknown) => fail(output, error))
  const existing = await naming(stat(output).catch(missing))
  // Renaming over a device or a pipe would replace it.
  if (existing && !existing.isFile()) fail(output, new Error('not a regular file'))
  const handle = await naming(open(part, 'wx'))
  return {
    write: (bytes) => naming(handle.writeFile(bytes)),
    finish: () =>
      naming(
        (async () => {
          await handle.sync()
          await handle.close()
          await rename(part, output)
        })()
      ),
    async abandon() {
      // Closing twice, or removing a file that was never created, is not an error.
      await handle.close().catch(() => undefined)
      await rm(part, { force: true }).catch(() => undefined)
    }
  }
}

/** A sink for a stream that must stay open, such as standard output. */
export function streamSink(stream: Writable, name: string): Sink {
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        stream.write(bytes, (error) => {
          if (error) reject(unwritable(name, error))
          else resolve()
        })
      }),
    finish: () => Promise.resolve(),
    abandon: () => Promise.resolve()
  }
}

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

function fail(path: string, error: unknown): never {
  throw unwritable(path, error)
}

function unwritable(path: string, error: unknown): AppError<'FILE_UNWRITABLE'> {
  return new AppError('FILE_UNWRITABLE', {
    path,
    reason: error instanceof Error ? error.message : String(error)
  })
}
