import { open, rename, rm, stat } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { AppError } from '../../shared/errors'

/** Where an export goes. Methods throw FILE_UNWRITABLE. */
export interface Sink {
  /** Resolves when more may be written. */
  write(bytes: Buffer): Promise<void>
  /** Everything was written: makes it last, under its final name. */
  finish(): Promise<void>
  /** Nothing of what was written is to stay. */
  abandon(): Promise<void>
}

/** The file that an export is written to until it is whole, beside the final one. `jobId` makes it unique. */
export function partPath(output: string, jobId: string): string {
  return `${output}.${jobId.slice(0, 8)}.part`
}

/** A file that appears under its name only when it is whole and on disk. One that was there is replaced. */
export async function fileSink(output: string, part: string): Promise<Sink> {
  const naming = <T>(work: Promise<T>): Promise<T> => work.catch((error: unknown) => fail(output, error))
  const existing = await naming(stat(output).catch(missing))
  // To rename over a device or a pipe would put it out of the world.
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
      // Closing twice, and removing what could not be made, are no news.
      await handle.close().catch(() => undefined)
      await rm(part, { force: true }).catch(() => undefined)
    }
  }
}

/** A stream that is not ended, such as standard output. */
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
