import { accessSync, constants } from 'node:fs'
import { basename } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { HistoryWriter } from '../history/writer'
import { DONE, INTERRUPTED, Failure, Misuse, type Call, type CommandContext } from './command'
import type { importMessages } from './commands/import'
import { messagesOf } from './import/files'
import { merged } from './import/merge'
import type { Imported } from './import/message'
import { NewRecording } from './new-recording'
import { counted, interruption, showProgress, tell } from './output'

/** Messages in one transaction. */
const BATCH = 5_000

/** `treetop import`. */
export async function runImport(
  { values, operands: files }: Call<typeof importMessages.options>,
  context: Pick<CommandContext, 'spawn' | 'version'>
): Promise<number> {
  if (files.length === 0) throw new Misuse('Give at least one file to import, or - for standard input.')
  const sources = files.map((file) => messagesOf(file, values.format ?? null))
  for (const file of files) checkReadable(file)
  const recording = NewRecording.at(values.output, values.force)
  const interrupted = interruption()
  try {
    await write(recording.history, merged(sources), interrupted.signal)
    const first = files[0]!
    const name = values.name ?? (first === '-' ? 'Import' : basename(first).replace(/\.\w+$/, ''))
    const messages = await recording.save(name, context)
    tell(`Saved ${counted(messages, 'message')} to ${values.output}.`)
    return DONE
  } catch (error) {
    showProgress('')
    recording.discard()
    if (!interrupted.signal.aborted) throw error
    tell('Cancelled. Nothing was written.')
    return INTERRUPTED
  } finally {
    interrupted.release()
  }
}

/** Throws Failure. */
function checkReadable(file: string): void {
  if (file === '-') return
  try {
    accessSync(file, constants.R_OK)
  } catch (error) {
    throw new Failure(`Cannot read ${file}: ${(error as Error).message}`)
  }
}

/** Throws Failure, and the signal's reason. */
async function write(path: string, messages: AsyncIterable<Imported>, signal: AbortSignal): Promise<void> {
  const writer = HistoryWriter.open(path)
  try {
    let count = 0
    for await (const { topic, receivedAt, message } of messages) {
      const entry = writer.entry(topic)
      writer.append(entry, message, receivedAt)
      const { direction, retain, payload } = message
      if (direction === 'in' && retain)
        writer.setRetained(entry, payload.length === 0 ? 0 : Math.floor(receivedAt / 1e6))
      if (++count % BATCH > 0) continue
      writer.commit()
      showProgress(counted(count, 'message'))
      await turn()
      signal.throwIfAborted()
    }
    showProgress('')
    writer.close()
  } catch (error) {
    writer.abandon()
    throw error
  }
}
