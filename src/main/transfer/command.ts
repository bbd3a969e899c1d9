import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ExportFormat, type TextFormat } from '../../shared/contract/transfer'
import { isAppError } from '../../shared/errors'
import { filterFault, type FilterFault } from '../../shared/topic'
import { historyPath } from '../history/path'
import type { Selection } from '../history/scan'
import { exportHistory } from './exporter'
import type { SpawnWorker } from '../worker'
import { outputFault } from './output'
import { Saver } from './saver'
import { fileSink, partPath, streamSink } from './sink'
import { parseTime } from './time'

/** The parts of Treetop that the command needs. */
export interface ExportContext {
  /** The profiles of a data directory; none when it has none. */
  profilesIn(directory: string): Promise<{ id: string; name: string }[]>
  defaultDataDirectory: string
  /** Treetop's version. */
  version: string
  spawn: SpawnWorker
}

/** Exit statuses. */
const DONE = 0
const FAILED = 1
const MISUSED = 2

/** Invalid arguments; the message is the sentence shown to the user. */
class Misuse extends Error {}

const usage = (
  directory: string
): string => `Usage: treetop export [options] --format jsonl|csv|treetop --output FILE

Exports recorded messages to a file, oldest first, or saves a whole history as a recording that Treetop can open.
Treetop may be running.

  --data-dir D      data directory (default: ${directory})
  --profile NAME    name or id of a profile; optional when only one profile has messages
  --topic FILTER    only topics that match this topic filter, such as plant/+/temp or plant/#
  --from T          only messages received at T or later
  --to T            only messages received before T
  --format F        jsonl (JSON Lines), csv (RFC 4180) or treetop (a recording: the profile's whole history in one file)
  --csv-safe        with csv: cells that a spreadsheet would calculate (=, +, -, @) begin with an apostrophe
  --output FILE     file to write; - for standard output
  --force           replace FILE if it exists
  --help            print this help

T is ISO 8601 (2026-11-23, 2026-11-23T13:05, 2026-11-23T13:05:56.123456Z; local time unless a zone is given),
or seconds or milliseconds since 1970 UTC.

Exit status: 0 success, 1 failure, 2 wrong usage.
`

/**
 * `treetop export`: exports from a data directory, whether or not Treetop runs on it. Returns the exit status. Data goes to the
 * file or to standard output, everything else to standard error.
 */
export async function runExport(argv: string[], context: ExportContext): Promise<number> {
  try {
    const options = optionsOf(argv)
    if (options.help) {
      process.stdout.write(usage(context.defaultDataDirectory))
      return DONE
    }
    const format = formatOf(options.format, options['csv-safe'] ?? false)
    const selection = selectionOf(options)
    const { output } = options
    if (!output)
      throw new Misuse('Give the file to write with --output FILE, or --output - for standard output.')
    if (format === 'treetop') checkRecording(options, output)
    const fault = output === '-' ? null : outputFault(output, options.force ?? false)
    if (fault !== null) throw new Misuse(fault)
    const directory = options['data-dir'] ?? context.defaultDataDirectory
    const profile = profileOf(await context.profilesIn(directory), options.profile, directory)
    const path = historyPath(directory, profile.id)
    if (format === 'treetop') return await save(path, profile.name, output, context)
    return await write(path, { ...selection, format }, output)
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`)
    return error instanceof Misuse ? MISUSED : FAILED
  }
}

async function write(
  path: string,
  request: Selection & { format: TextFormat },
  output: string
): Promise<number> {
  const controller = new AbortController()
  const cancel = (): void => controller.abort()
  process.once('SIGINT', cancel).once('SIGTERM', cancel)
  const showsProgress = process.stderr.isTTY && output !== '-'
  try {
    const sink = output === '-' ? stdoutSink() : await fileSink(output, partPath(output, randomUUID()))
    const { written } = await exportHistory(path, request, sink, {
      signal: controller.signal,
      onStage({ written, share }) {
        if (showsProgress) process.stderr.write(`\r${Math.floor(share * 100)} %, ${written} messages`)
      }
    })
    if (showsProgress) process.stderr.write('\r\x1b[K')
    if (output !== '-')
      process.stderr.write(`Exported ${written} ${written === 1 ? 'message' : 'messages'} to ${output}.\n`)
    return DONE
  } catch (error) {
    if (showsProgress) process.stderr.write('\r\x1b[K')
    if (!controller.signal.aborted) throw error
    process.stderr.write('Cancelled. Nothing was written.\n')
    return FAILED
  } finally {
    process.off('SIGINT', cancel).off('SIGTERM', cancel)
  }
}

/** Copies a recording in a separate thread, so that Ctrl+C works. */
async function save(
  path: string,
  profile: string,
  output: string,
  { version, spawn }: ExportContext
): Promise<number> {
  const saver = new Saver(spawn)
  const cancel = (): void => void saver.stop()
  process.once('SIGINT', cancel).once('SIGTERM', cancel)
  const showsProgress = process.stderr.isTTY
  saver.onProgress(({ state, progress }) => {
    if (showsProgress && state === 'running') process.stderr.write(`\r${Math.floor(progress * 100)} %`)
  })
  const origin = { profile, version, savedAt: Date.now() }
  const { state, written, reason } = await saver.save({ jobId: randomUUID(), path, output, origin })
  process.off('SIGINT', cancel).off('SIGTERM', cancel)
  if (showsProgress) process.stderr.write('\r\x1b[K')
  if (state === 'failed') throw new Error(`The recording was not saved: ${reason}`)
  process.stderr.write(
    state === 'done'
      ? `Saved ${written} ${written === 1 ? 'message' : 'messages'} to ${output}.\n`
      : 'Cancelled. Nothing was written.\n'
  )
  return state === 'done' ? DONE : FAILED
}

function stdoutSink(): ReturnType<typeof streamSink> {
  // If the reader closes early, the failing write reports it; an unhandled error event would end the process.
  process.stdout.on('error', () => undefined)
  return streamSink(process.stdout, 'standard output')
}

function optionsOf(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        'data-dir': { type: 'string' },
        profile: { type: 'string' },
        topic: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        format: { type: 'string' },
        'csv-safe': { type: 'boolean' },
        output: { type: 'string' },
        force: { type: 'boolean' },
        help: { type: 'boolean' }
      }
    }).values
  } catch (error) {
    throw new Misuse(`${(error as Error).message.split('. ')[0]}. See treetop export --help.`)
  }
}

function formatOf(text: string | undefined, isSafe: boolean): ExportFormat {
  if (isSafe && text !== 'csv') throw new Misuse('--csv-safe is for --format csv.')
  const known = ExportFormat.exclude(['csvSafe']).safeParse(text)
  if (known.success) return isSafe ? 'csvSafe' : known.data
  const which = '--format jsonl, --format csv or --format treetop'
  if (text === undefined) throw new Misuse(`Give a format with ${which}.`)
  throw new Misuse(`Unknown format "${text}". Use ${which}.`)
}

function checkRecording(options: { topic?: string; from?: string; to?: string }, output: string): void {
  const { topic, from, to } = options
  if ([topic, from, to].some((part) => part !== undefined))
    throw new Misuse('A recording contains the whole history: leave out --topic, --from and --to.')
  if (output === '-') throw new Misuse('A recording needs a file: give one with --output FILE.')
}

function selectionOf(options: { topic?: string; from?: string; to?: string }): Selection {
  const filter = options.topic ?? null
  const fault = filter === null ? null : filterFault(filter)
  if (fault) throw new Misuse(`The topic filter "${filter}" is not valid: ${filterSentences[fault]}.`)
  const from = timeOf('--from', options.from)
  const to = timeOf('--to', options.to)
  if (from !== null && to !== null && from >= to) throw new Misuse('--from must be earlier than --to.')
  return { filter, from, to }
}

const filterSentences: Record<FilterFault, string> = {
  EMPTY: 'it is empty',
  HASH_NOT_LAST: '# must be its last level',
  WILDCARD_NOT_ALONE: '+ and # must stand alone in their level',
  NULL_CHARACTER: 'it contains a null character',
  LONE_SURROGATE: 'it is not well-formed Unicode',
  TOO_LONG: 'it is longer than 65,535 bytes',
  SHARE_INCOMPLETE: '$share needs a group and a filter, as in $share/group/filter'
}

function timeOf(option: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const time = parseTime(text)
  if (time !== null) return time
  throw new Misuse(
    `${option} "${text}" is not a time. Use ISO 8601, such as 2026-11-23T13:05:56Z, or seconds since 1970.`
  )
}

/** Finds the requested profile. */
function profileOf(
  profiles: { id: string; name: string }[],
  wanted: string | undefined,
  directory: string
): { id: string; name: string } {
  if (profiles.length === 0) throw new Misuse(`There are no profiles in ${directory}. Is --data-dir right?`)
  const names = profiles.map(({ name }) => `"${name}"`).join(', ')
  if (wanted === undefined) {
    const recorded = profiles.filter(({ id }) => existsSync(historyPath(directory, id)))
    const [only, ...others] = recorded.length > 0 ? recorded : profiles
    if (only && others.length === 0) return only
    throw new Misuse(`Choose a profile with --profile. Profiles: ${names}.`)
  }
  const found = profiles.filter(({ name }) => name === wanted)
  if (found.length > 1) {
    const ids = found.map(({ id }) => id).join(', ')
    throw new Misuse(`There are ${found.length} profiles named "${wanted}". Give one of their ids: ${ids}.`)
  }
  const profile = found[0] ?? profiles.find(({ id }) => id === wanted)
  if (!profile) throw new Misuse(`There is no profile "${wanted}". Profiles: ${names}.`)
  return profile
}

function sentenceOf(error: unknown): string {
  if (isAppError(error, 'FILE_UNWRITABLE'))
    return `Cannot write ${error.details.path}: ${error.details.reason}`
  if (isAppError(error, 'HISTORY_UNAVAILABLE')) return `Cannot read the history: ${error.details.reason}`
  return error instanceof Error ? error.message : String(error)
}
