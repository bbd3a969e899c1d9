import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { outputFault } from '../transfer/output'
import { Saver } from '../transfer/saver'
import { Failure, Misuse, type CommandContext } from './command'

/** A recording that a command makes: a history in a folder beside it, until it is saved. */
export class NewRecording {
  private readonly folder: string
  /** The history to write. */
  readonly history: string

  private constructor(private readonly output: string) {
    const path = resolve(output)
    try {
      this.folder = mkdtempSync(join(dirname(path), `.${basename(path)}.`))
    } catch (error) {
      throw new Failure(`Cannot write beside ${output}: ${(error as Error).message}`)
    }
    this.history = join(this.folder, 'history.db')
  }

  /** Throws Misuse for a name that a recording may not have, and Failure if the folder is not writable. */
  static at(output: string | undefined, force: boolean): NewRecording {
    if (!output) throw new Misuse('Give the file to write with --output FILE.treetop.')
    if (!output.endsWith('.treetop')) throw new Misuse('A recording needs a name that ends with .treetop.')
    const fault = outputFault(output, force)
    if (fault !== null) throw new Misuse(fault)
    return new NewRecording(output)
  }

  /** Saves the recording, and returns its number of messages. Throws Failure, and then the history stays. */
  async save(
    profile: string,
    { spawn, version }: Pick<CommandContext, 'spawn' | 'version'>
  ): Promise<number> {
    const { state, written, reason } = await new Saver(spawn).save({
      jobId: randomUUID(),
      path: this.history,
      output: resolve(this.output),
      origin: { profile, version, savedAt: Date.now() }
    })
    if (state !== 'done')
      throw new Failure(`The recording was not saved: ${reason}. Its messages are in ${this.history}.`)
    this.discard()
    return written
  }

  /** Removes the history. */
  discard(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
