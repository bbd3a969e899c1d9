import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { codeName } from '../../../shared/mqtt-codes'
import { isAppError } from '../../../shared/errors'
import { historyPath } from '../../history/path'
import { inspectRecording } from '../../history/recording-file'
import { ReconnectingClient } from '../../mqtt/reconnecting-client'
import { PacketLog } from '../../packets/log'
import { unreachableSentence } from '../../probe/words'
import { nobody } from '../../recorder/nobody'
import { Misuse, replayCall, type ReplayCall } from './command-options'
import { usage } from './command-usage'
import { outletOf } from './outlet'
import { Player, type PlayerStatus } from './player'
import { ReplaySource } from './source'

/** The parts of Treetop that the command needs. */
export interface ReplayContext {
  /** The profiles of a data directory; none when it has none. */
  profilesIn(directory: string): Promise<{ id: string; name: string }[]>
  defaultDataDirectory: string
}

/** Exit statuses. */
const DONE = 0
const FAILED = 1
const MISUSED = 2
/** How often progress is shown, in ms. */
const SHOW_EVERY = 250

/** `treetop replay`. Returns the exit status. Only help goes to standard output. */
export async function runReplay(argv: string[], context: ReplayContext): Promise<number> {
  try {
    const call = await replayCall(argv)
    if (call === null) {
      const text = usage(context.defaultDataDirectory)
      await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()))
      return DONE
    }
    return await run(call, await pathOf(call.source, context))
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`)
    return error instanceof Misuse ? MISUSED : FAILED
  }
}

async function run(call: ReplayCall, path: string): Promise<number> {
  const controller = new AbortController()
  const cancel = (): void => controller.abort()
  process.once('SIGINT', cancel).once('SIGTERM', cancel)
  const source = ReplaySource.open(path, call.selection)
  const client = new ReconnectingClient(
    { id: call.profile.id, generation: 1 },
    { ...nobody, forgetRetained: () => undefined },
    new PacketLog()
  )
  const player = new Player(call.options, () => Promise.resolve().then(() => source.page()), outletOf(client))
  const show = (): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${progressOf(player.status)}`)
  }
  const timer = setInterval(show, SHOW_EVERY)
  try {
    await client.connect(call.profile, call.secrets)
    await Promise.race([client.attemptEnded(), once(controller.signal, 'abort')])
    controller.signal.throwIfAborted()
    const { fault } = client.status
    if (fault) throw new Error(unreachableSentence(fault, call.address))
    await player.play(controller.signal)
    clearLine()
    process.stderr.write(`Published ${messages(player.status.sent)} to ${call.address}.\n`)
    return refusals(player.status)
  } catch (error) {
    clearLine()
    if (!controller.signal.aborted) throw error
    process.stderr.write(`Cancelled after ${messages(player.status.sent)}.\n`)
    return FAILED
  } finally {
    clearInterval(timer)
    process.off('SIGINT', cancel).off('SIGTERM', cancel)
    source.close()
    await client.disconnect()
  }
}

/** Says how many messages did not arrive. Returns the exit status. */
function refusals({ refused, refusal }: PlayerStatus): number {
  if (refusal === null) return DONE
  const { code, details } = refusal
  const { reasonCode } = details
  const name = typeof reasonCode === 'number' ? codeName('PUBACK', 5, reasonCode) : null
  process.stderr.write(
    `${messages(refused)} could not be published. The last reason: ${name ?? reasons[code] ?? code}.\n`
  )
  return FAILED
}

const reasons: Record<string, string> = {
  PUBLISH_REFUSED: 'the broker refused it',
  PAYLOAD_TOO_LARGE: 'it is larger than the broker allows',
  QOS_NOT_SUPPORTED: 'the broker does not support its QoS; set a lower one with --qos',
  RETAIN_NOT_SUPPORTED: 'the broker does not support retained messages; use --no-retain',
  TIMED_OUT: 'the broker did not acknowledge it in time',
  NOT_CONNECTED: 'the connection was lost',
  INVALID_INPUT: 'its topic is not valid with the new prefix'
}

function progressOf({ state, share, sent, speed, loop, pass, behind }: PlayerStatus): string {
  const parts = [
    `${Math.floor(share * 100)} %`,
    messages(sent),
    speed === null ? 'as fast as possible' : `${speed}×`
  ]
  if (loop) parts.push(`pass ${pass}`)
  if (behind >= 1_000) parts.push(`${Math.round(behind / 1_000)} s behind`)
  if (state === 'waiting') parts.push('connecting again')
  return parts.join(', ')
}

/** The file to read. Throws Misuse, and the errors of `inspectRecording`. */
async function pathOf(source: ReplayCall['source'], context: ReplayContext): Promise<string> {
  if ('file' in source) {
    inspectRecording(source.file)
    return source.file
  }
  const directory = source.directory ?? context.defaultDataDirectory
  const profiles = await context.profilesIn(directory)
  const found = profiles.filter(({ id, name }) => name === source.profile || id === source.profile)
  const names = profiles.map(({ name }) => `"${name}"`).join(', ')
  if (found.length === 0)
    throw new Misuse(`There is no profile "${source.profile}" in ${directory}. Profiles: ${names || 'none'}.`)
  if (found.length > 1)
    throw new Misuse(
      `There are ${found.length} profiles "${source.profile}": ${found.map(({ id }) => id).join(', ')}. Give one of these ids.`
    )
  const path = historyPath(directory, found[0]!.id)
  if (!existsSync(path)) throw new Error(`Nothing was recorded for "${found[0]!.name}".`)
  return path
}

function sentenceOf(error: unknown): string {
  if (isAppError(error, 'FILE_UNREADABLE'))
    return `Cannot read ${error.details.path}: ${error.details.reason}`
  if (isAppError(error, 'NOT_A_RECORDING')) return `${error.details.path} is not a Treetop recording.`
  if (isAppError(error, 'RECORDING_TOO_NEW')) return `${error.details.path} was made by a newer Treetop.`
  if (isAppError(error, 'RECORDING_TOO_OLD'))
    return `${error.details.path} was made by a development version of Treetop.`
  if (isAppError(error, 'RECORDING_DAMAGED'))
    return `${error.details.path} is damaged: ${error.details.reason}`
  if (isAppError(error, 'HISTORY_UNAVAILABLE')) return `Cannot read the history: ${error.details.reason}`
  if (isAppError(error, 'NOT_CONNECTED')) return 'The connection to the broker was lost for good.'
  return error instanceof Error ? error.message : String(error)
}

function messages(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'message' : 'messages'}`
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
}
