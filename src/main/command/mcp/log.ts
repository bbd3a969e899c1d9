import { appendFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { keepPrivate } from '../../private-file'

/** Bytes after which the log is renamed, and a new one begun. */
const LARGEST = 20_000_000
/** Characters of an argument that are logged. */
const LONGEST = 10_000

/** What an assistant asked for, and what came of it. */
export interface LoggedCall {
  tool: string
  arguments: Record<string, unknown>
  outcome: 'ok' | 'refused' | 'failed'
  /** Why it was refused or failed. */
  reason?: string
  milliseconds: number
}

/** `mcp-log.jsonl` of a data directory (mode 0600): a line of JSON for each call. The one before it is `mcp-log.1.jsonl`. */
export class McpLog {
  private readonly path: string
  private turn: Promise<void> = Promise.resolve()

  /** @param client name and version of the program that asks, once it is known */
  constructor(
    private readonly directory: string,
    private readonly client: () => string | null
  ) {
    this.path = join(directory, 'mcp-log.jsonl')
  }

  /** Throws the system's own errors if the file cannot be written: what cannot be logged must not be done. */
  async ready(): Promise<void> {
    keepPrivate(this.path)
    await appendFile(this.path, '')
  }

  /** Resolves when the line is in the file. Throws the system's own errors. */
  add(call: LoggedCall): Promise<void> {
    const written = this.turn.then(() => this.append(call))
    this.turn = written.catch(() => undefined)
    return written
  }

  private async append({ arguments: given, ...call }: LoggedCall): Promise<void> {
    const size = (await stat(this.path).catch(() => null))?.size ?? 0
    if (size > LARGEST) await rename(this.path, join(this.directory, 'mcp-log.1.jsonl'))
    keepPrivate(this.path)
    const short = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        name,
        typeof value === 'string' && value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value
      ])
    )
    const line = { time: new Date().toISOString(), client: this.client(), ...call, arguments: short }
    await appendFile(this.path, `${JSON.stringify(line)}\n`, { mode: 0o600 })
  }
}
