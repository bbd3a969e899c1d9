import type { Subscription } from '../../shared/contract/profiles'
import { probeAddress } from '../../shared/contract/probe'
import type { Qos } from '../../shared/message'
import { FIRST_FAILURE } from '../../shared/mqtt-codes'
import { historyBytes } from '../history/path'
import { ReconnectingClient } from '../mqtt/reconnecting-client'
import { keepsSession } from '../mqtt/options'
import { PacketLog } from '../packets/log'
import { unreachableSentence } from '../probe/words'
import { MessageStream } from '../recorder/message-stream'
import { Recorder } from '../recorder/recorder'
import { StoreSwitch } from '../recorder/store-switch'
import { DONE, Failure, type Call, type CommandContext } from './command'
import type { record, RecordValues } from './commands/record'
import { profileSubscriptions, targetOf, type Target } from './connection'
import { NewRecording } from './new-recording'
import { counted, interruption, showProgress, tell } from './output'
import { checkedFilter, secondsOf, wholeNumber } from './values'
import { lostSentence } from './session'

/** How often the size is looked at, and progress is shown, in ms. */
const LOOK_EVERY = 500

/** `treetop record`. */
export async function runRecord(
  { values, operands }: Call<typeof record.options>,
  context: CommandContext
): Promise<number> {
  const duration = values.duration === undefined ? null : secondsOf('--duration', values.duration)
  const bytes = values.size === undefined ? null : wholeNumber('--size', values.size, 1, 10_000_000) * 1e6
  const target = await targetOf(operands, values, context)
  const subscriptions = await subscriptionsOf(values, target, context)
  const made = NewRecording.at(values.output, values.force)
  const place = { ...target, profile: { ...target.profile, subscriptions, reconnect: true } }
  const { failure, received } = await recordInto(made.history, place, { duration, bytes })
  if (failure && received === 0) {
    made.discard()
    throw failure
  }
  const messages = await made.save(target.profile.name, context)
  tell(`Saved ${counted(messages, 'message')} to ${values.output}.`)
  if (failure) throw failure
  return DONE
}

/** Records until the limits or a signal, or until it fails: the broker never accepts, or the file cannot be written. */
async function recordInto(
  history: string,
  { profile, secrets }: Target,
  { duration, bytes }: { duration: number | null; bytes: number | null }
): Promise<{ failure: Failure | null; received: number }> {
  const recording = new StoreSwitch(history)
  const recorder = new Recorder(recording, new MessageStream())
  const client = new ReconnectingClient({ id: profile.id, generation: 1 }, recorder, new PacketLog())
  const address = probeAddress(profile)
  const interrupted = interruption()
  const ended = new AbortController()
  const signal = AbortSignal.any([interrupted.signal, ended.signal])
  let failure: Failure | null = null
  const end = (why: string | null): void => {
    failure ??= why === null ? null : new Failure(why)
    ended.abort()
  }
  recording.on('changed', (fault) => {
    if (fault) end(`The recording cannot be written: ${fault.reason}.`)
  })
  let isOnline = false
  client.on('status', (status) => {
    const { state, fault } = status
    if (fault && isOnline && state === 'reconnecting')
      tell(`${lostSentence(fault, address)} Connecting again.`)
    if (fault && state === 'failed') end(unreachableSentence(fault, address))
    if (state === 'online' || state === 'reconnecting') isOnline = state === 'online'
  })
  recorder.sessionKept = keepsSession(profile)
  recording.open()
  const look = setInterval(() => {
    showProgress(`${counted(recorder.received, 'message')}, ${(historyBytes(history) / 1e6).toFixed(1)} MB`)
    if (bytes !== null && historyBytes(history) >= bytes) end(null)
  }, LOOK_EVERY)
  const late = duration === null ? null : setTimeout(() => end(null), duration)
  try {
    if (!signal.aborted) {
      await client.connect(profile, secrets)
      await Promise.race([client.attemptEnded(), untilAborted(signal)])
      failure ??= refusalOf(client, address)
      if (!failure) await untilAborted(signal)
    }
  } finally {
    clearInterval(look)
    if (late) clearTimeout(late)
    showProgress('')
    await client.disconnect()
    recorder.flush()
    recording.end()
    interrupted.release()
  }
  return { failure, received: recorder.received }
}

/** Why there is nothing to record: the first attempt was refused, or every subscription. */
function refusalOf({ status }: ReconnectingClient, address: string): Failure | null {
  if (status.fault) return new Failure(unreachableSentence(status.fault, address))
  const refused = status.subscriptions.filter(({ code }) => code !== null && code >= FIRST_FAILURE)
  for (const { filter } of refused) tell(`The broker refused the subscription to "${filter}".`)
  return refused.length > 0 && refused.length === status.subscriptions.length
    ? new Failure('There is nothing to record: the broker refused every subscription.')
    : null
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Throws Misuse. */
async function subscriptionsOf(
  { topic: filters, qos, profile, env }: RecordValues,
  { directory }: Target,
  context: CommandContext
): Promise<Subscription[]> {
  const own =
    directory === null
      ? [{ filter: '#', qos: 2 as const }]
      : await profileSubscriptions({ profile, env }, directory, context)
  const wanted =
    filters.length > 0 ? filters.map((filter) => ({ filter: checkedFilter(filter), qos: 2 as const })) : own
  return wanted.map((each) => (qos === undefined ? each : { ...each, qos: Number(qos) as Qos }))
}
