import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, realpath, rm } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Recording } from '../../shared/contract/recordings'
import { AppError } from '../../shared/errors'

/** Metadata read from the file (see history/recording-file.ts). */
type Facts = Omit<Recording, 'id' | 'file'> & { identity: string }

/** Reads files: the archive. */
interface Reader {
  /** Throws the errors of `recordings.open`, and CHANNEL_CLOSED. */
  inspect(path: string): Promise<Facts>
  release(path: string): Promise<void>
}

/** Keeps the paths of open recordings for the next start. */
interface Memory {
  read(): Promise<string[]>
  write(paths: string[]): Promise<void>
  /** Resolves when nothing is left to write. */
  written(): Promise<void>
}

interface Options {
  /** Directory of the connections' histories; none of them may be opened as a recording. */
  historyDirectory: string
  /** Directory of files uploaded by a browser, while they are open. */
  uploadsDirectory: string
  memory: Memory
}

interface Open {
  recording: Recording
  path: string
  /** The file was uploaded: delete it when the recording is closed. */
  uploaded: boolean
}

/** The open recordings. The archive reads their files; nothing writes them. */
export class Recordings {
  private readonly byId = new Map<string, Open>()
  private readonly listeners = new Set<(recordings: Recording[]) => void>()
  private reopening = false
  /** Paths from the last run that could not be read now. They are kept, as their drive may be back at the next start. */
  private readonly unread = new Set<string>()

  constructor(
    private readonly reader: Reader,
    private readonly options: Options
  ) {}

  /** Removes uploads that an earlier run left. */
  async start(): Promise<void> {
    await rm(this.options.uploadsDirectory, { recursive: true, force: true })
  }

  /**
   * Opens again what was open when Treetop ended. Gives the errors of files that cannot be opened: their tabs stay closed.
   * Files that cannot be read are tried again at the next start; files that are no usable recordings are forgotten.
   */
  async reopen(): Promise<unknown[]> {
    const errors: unknown[] = []
    let kept: string[] = []
    this.reopening = true
    try {
      kept = await this.options.memory.read()
      for (const path of kept)
        await this.open(path).catch((error: unknown) => {
          errors.push(error)
          if (!isOfContent(error)) this.unread.add(path)
        })
    } finally {
      this.reopening = false
      if (!isDeepStrictEqual(this.paths(), kept)) this.remember()
    }
    return errors
  }

  /** In the order in which they were opened. */
  list(): Recording[] {
    return [...this.byId.values()].map(({ recording }) => recording)
  }

  isOpen(id: string): boolean {
    return this.byId.has(id)
  }

  /** An open recording. Throws NOT_FOUND. */
  get(id: string): Recording {
    return this.openWith(id).recording
  }

  /** The file of an open recording. Throws NOT_FOUND. */
  pathOf(id: string): string {
    return this.openWith(id).path
  }

  /** Calls the listener with the open recordings on every change. */
  onChange(listener: (recordings: Recording[]) => void): void {
    this.listeners.add(listener)
  }

  /** Opens a file, or returns the recording if it is already open. Throws the errors of `recordings.open`. */
  async open(path: string): Promise<Recording> {
    const real = await realpath(path).catch((error: unknown) => {
      throw new AppError('FILE_UNREADABLE', { path, reason: (error as Error).message })
    })
    const histories = await realpath(this.options.historyDirectory)
    // Opening and closing a connection's file would drop its locks (sqlite.org/howtocorrupt.html, 2.2).
    if (real.startsWith(histories + sep)) throw new AppError('NOT_A_RECORDING', { path })
    return this.take(real, basename(path), false)
  }

  /** Opens an uploaded file. Throws FILE_UNWRITABLE, an AppError of `content`, and the errors of `open`; the upload is deleted then. */
  async receive(content: Readable, file: string): Promise<Recording> {
    const path = join(this.options.uploadsDirectory, `${randomUUID()}.treetop`)
    try {
      await mkdir(this.options.uploadsDirectory, { recursive: true, mode: 0o700 })
      await pipeline(content, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
    } catch (error) {
      await rm(path, { force: true })
      if (error instanceof AppError) throw error
      throw new AppError('FILE_UNWRITABLE', { path: file, reason: (error as Error).message })
    }
    return this.take(path, file, true)
  }

  /** Closes a recording; no effect if it is not open. */
  async close(id: string): Promise<void> {
    const open = this.byId.get(id)
    if (!open) return
    this.byId.delete(id)
    this.tell()
    await this.letGo(open)
  }

  /** Removes uploads at shutdown. The archive closes its files when it stops. */
  async stop(): Promise<void> {
    await this.options.memory.written()
    await rm(this.options.uploadsDirectory, { recursive: true, force: true }).catch(() => undefined)
  }

  private async take(path: string, file: string, uploaded: boolean): Promise<Recording> {
    let facts: Facts
    try {
      facts = await this.reader.inspect(path)
    } catch (error) {
      if (uploaded) await rm(path, { force: true })
      throw named(error, path, file)
    }
    const { identity, ...told } = facts
    const id = idOf(identity, told)
    const known = this.byId.get(id)
    if (known) {
      if (uploaded) await rm(path, { force: true })
      return known.recording
    }
    const recording = { ...told, id, file }
    this.byId.set(id, { recording, path, uploaded })
    this.unread.delete(path)
    this.tell()
    return recording
  }

  private openWith(id: string): Open {
    const open = this.byId.get(id)
    if (!open) throw new AppError('NOT_FOUND', { what: 'recording', id })
    return open
  }

  private async letGo({ path, uploaded }: Open): Promise<void> {
    await this.reader.release(path)
    if (uploaded) await rm(path, { force: true })
  }

  private tell(): void {
    for (const listener of this.listeners) listener(this.list())
    // Half of the list would be kept by a Treetop that is killed meanwhile.
    if (!this.reopening) this.remember()
  }

  private remember(): void {
    // If this fails, the next start opens what was kept before.
    this.options.memory.write(this.paths()).catch(() => undefined)
  }

  /** What the next start opens. */
  private paths(): string[] {
    // An upload is deleted when Treetop ends.
    const open = [...this.byId.values()].filter(({ uploaded }) => !uploaded).map(({ path }) => path)
    return [...open, ...this.unread]
  }
}

/** Identical for the same copy of the same history. It is a hash, so it is a safe file name whatever the file contains. */
function idOf(identity: string, { savedAt, bytes }: Pick<Recording, 'savedAt' | 'bytes'>): string {
  const digest = createHash('sha256').update(`${savedAt} ${bytes} ${identity}`).digest('hex')
  return `recording-${digest.slice(0, 32)}`
}

/** Whether the file was read, and is no recording that this version can open. */
function isOfContent(error: unknown): boolean {
  const codes = ['NOT_A_RECORDING', 'RECORDING_TOO_NEW', 'RECORDING_TOO_OLD', 'RECORDING_DAMAGED']
  return error instanceof AppError && codes.includes((error as AppError).code)
}

/** Changes an error to name the file as the user knows it. */
function named(error: unknown, path: string, file: string): unknown {
  if (!(error instanceof AppError)) return error
  const { code, details } = error as AppError
  if (!('path' in details) || details.path !== path) return error
  return new AppError(code, { ...details, path: file })
}
