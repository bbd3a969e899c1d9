import { randomUUID } from 'node:crypto'
import { ExportFormat, type TextFormat } from '../../shared/contract/transfer'
import { historyPath } from '../history/path'
import type { Selection } from '../history/scan'
import { profilesIn } from '../profiles/profiles'
import { exportHistory } from '../transfer/exporter'
import { outputFault } from '../transfer/output'
import { Saver } from '../transfer/saver'
import { fileSink, partPath, streamSink } from '../transfer/sink'
import { DONE, INTERRUPTED, Misuse, type Call, type CommandContext } from './command'
import type { exportMessages, ExportValues } from './commands/export'
import { counted, interruption, showProgress, tell } from './output'
import { namedProfile, onlyProfile } from './profiles'
import { checkedFilter, timeOf } from './values'

/** Exports from a data directory, whether or not Treetop runs on it. Returns the exit status. */
export async function runExport(
  { values }: Call<typeof exportMessages.options>,
  context: Pick<CommandContext, 'defaultDataDirectory' | 'version' | 'spawn'>
): Promise<number> {
  const format = formatOf(values.format, values['csv-safe'])
  const selection = selectionOf(values)
  const { output } = values
  if (!output)
    throw new Misuse('Give the file to write with --output FILE, or --output - for standard output.')
  if (format === 'treetop') checkRecording(values, output)
  const fault = output === '-' ? null : outputFault(output, values.force)
  if (fault !== null) throw new Misuse(fault)
  const directory = values['data-dir'] ?? context.defaultDataDirectory
  const profiles = await profilesIn(directory)
  const profile =
    values.profile === undefined
      ? onlyProfile(profiles, directory)
      : namedProfile(profiles, values.profile, directory)
  const path = historyPath(directory, profile.id)
  if (format === 'treetop') return save(path, profile.name, output, context)
  return write(path, { ...selection, format }, output)
}

async function write(
  path: string,
  request: Selection & { format: TextFormat },
  output: string
): Promise<number> {
  const interrupted = interruption()
  const progress = (line: string): void => (output === '-' ? undefined : showProgress(line))
  try {
    const sink =
      output === '-'
        ? streamSink(process.stdout, 'standard output')
        : await fileSink(output, partPath(output, randomUUID()))
    const { written } = await exportHistory(path, request, sink, {
      signal: interrupted.signal,
      onStage: ({ written, share }) => progress(`${Math.floor(share * 100)} %, ${written} messages`)
    })
    progress('')
    if (output !== '-') tell(`Exported ${counted(written, 'message')} to ${output}.`)
    return DONE
  } catch (error) {
    progress('')
    if (interrupted.isReaderGone) return DONE
    if (!interrupted.signal.aborted) throw error
    tell('Cancelled. Nothing was written.')
    return INTERRUPTED
  } finally {
    interrupted.release()
  }
}

/** Copies a recording in a separate thread, so that Ctrl+C works. */
async function save(
  path: string,
  profile: string,
  output: string,
  { version, spawn }: Pick<CommandContext, 'version' | 'spawn'>
): Promise<number> {
  const saver = new Saver(spawn)
  const interrupted = interruption()
  interrupted.signal.addEventListener('abort', () => void saver.stop())
  saver.onProgress(({ state, progress }) => {
    if (state === 'running') showProgress(`${Math.floor(progress * 100)} %`)
  })
  const origin = { profile, version, savedAt: Date.now() }
  const { state, written, reason } = await saver.save({ jobId: randomUUID(), path, output, origin })
  interrupted.release()
  showProgress('')
  if (state === 'failed') throw new Error(`The recording was not saved: ${reason}`)
  tell(
    state === 'done'
      ? `Saved ${counted(written, 'message')} to ${output}.`
      : 'Cancelled. Nothing was written.'
  )
  return state === 'done' ? DONE : INTERRUPTED
}

function formatOf(text: string | undefined, isSafe: boolean): ExportFormat {
  if (isSafe && text !== 'csv') throw new Misuse('--csv-safe is for --format csv.')
  if (text === undefined)
    throw new Misuse('Give a format with --format jsonl, --format csv or --format treetop.')
  return isSafe ? 'csvSafe' : ExportFormat.parse(text)
}

function checkRecording({ topic, from, to }: ExportValues, output: string): void {
  if ([topic, from, to].some((part) => part !== undefined))
    throw new Misuse('A recording contains the whole history: leave out --topic, --from and --to.')
  if (output === '-') throw new Misuse('A recording needs a file: give one with --output FILE.')
}

function selectionOf(values: ExportValues): Selection {
  const filter = values.topic === undefined ? null : checkedFilter(values.topic)
  const from = timeOf('--from', values.from)
  const to = timeOf('--to', values.to)
  if (from !== null && to !== null && from >= to) throw new Misuse('--from must be earlier than --to.')
  return { filter, from, to }
}
