import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { codeName } from '../../shared/mqtt-codes'
import { outletOf } from '../automation/replay/outlet'
import { Player, type PlayerStatus } from '../automation/replay/player'
import { ReplaySource } from '../automation/replay/source'
import { historyPath } from '../history/path'
import { inspectRecording } from '../history/recording-file'
import { ReconnectingClient } from '../mqtt/reconnecting-client'
import { PacketLog } from '../packets/log'
import { unreachableSentence } from '../probe/words'
import { profilesIn } from '../profiles/profiles'
import { nobody } from '../recorder/nobody'
import { DONE, FAILED, INTERRUPTED, Failure, type Call, type CommandContext } from './command'
import type { replay } from './commands/replay'
import { counted, interruption, showProgress, tell } from './output'
import { namedProfile } from './profiles'
import { replayCall, type ReplayCall } from './replay-options'

/** How often progress is shown, in ms. */
const SHOW_EVERY = 250

/** `treetop replay`. */
export async function runReplay(
  given: Call<typeof replay.options>,
  { defaultDataDirectory, environment }: Pick<CommandContext, 'defaultDataDirectory' | 'environment'>
): Promise<number> {
  const call = await replayCall(given, environment)
  return run(call, await pathOf(call.source, defaultDataDirectory))
}

async function run({ place, address, selection, options }: ReplayCall, path: string): Promise<number> {
  const interrupted = interruption()
  const { signal } = interrupted
  const source = ReplaySource.open(path, selection)
  const client = new ReconnectingClient(
    { id: place.profile.id, generation: 1 },
    { ...nobody, forgetRetained: () => undefined },
    new PacketLog()
  )
  const player = new Player(options, () => Promise.resolve().then(() => source.page()), outletOf(client))
  const timer = setInterval(() => showProgress(progressOf(player.status)), SHOW_EVERY)
  try {
    await client.connect(place.profile, place.secrets)
    await Promise.race([client.attemptEnded(), once(signal, 'abort')])
    signal.throwIfAborted()
    const { fault } = client.status
    if (fault) throw new Failure(unreachableSentence(fault, address))
    await player.play(signal)
    showProgress('')
    tell(`Published ${counted(player.status.sent, 'message')} to ${address}.`)
    return refusals(player.status)
  } catch (error) {
    showProgress('')
    if (!signal.aborted) throw error
    tell(`Cancelled after ${counted(player.status.sent, 'message')}.`)
    return INTERRUPTED
  } finally {
    clearInterval(timer)
    interrupted.release()
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
  tell(
    `${counted(refused, 'message')} could not be published. The last reason: ${name ?? reasons[code] ?? code}.`
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
    counted(sent, 'message'),
    speed === null ? 'as fast as possible' : `${speed}×`
  ]
  if (loop) parts.push(`pass ${pass}`)
  if (behind >= 1_000) parts.push(`${Math.round(behind / 1_000)} s behind`)
  if (state === 'waiting') parts.push('connecting again')
  return parts.join(', ')
}

/** The file to read. Throws Misuse, Failure, and the errors of `inspectRecording`. */
async function pathOf(source: ReplayCall['source'], defaultDataDirectory: string): Promise<string> {
  if ('file' in source) {
    inspectRecording(source.file)
    return source.file
  }
  const directory = source.directory ?? defaultDataDirectory
  const { id, name } = namedProfile(await profilesIn(directory), source.profile, directory)
  const path = historyPath(directory, id)
  if (!existsSync(path)) throw new Failure(`Nothing was recorded for "${name}".`)
  return path
}
