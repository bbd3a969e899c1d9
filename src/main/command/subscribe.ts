import { setTimeout as sleep } from 'node:timers/promises'
import type { MqttVersion, Subscription } from '../../shared/contract/profiles'
import type { Qos } from '../../shared/message'
import { backoff } from '../mqtt/backoff'
import type { Arrival } from '../recorder/message'
import { arrivals, nowMicroseconds } from './arrivals'
import { DONE, INTERRUPTED, Failure, Misuse, TIMED_OUT, type Call, type CommandContext } from './command'
import type { sub, SubValues } from './commands/sub'
import { targetOf, type Target } from './connection'
import { decodersOf } from './decoders'
import { harmless, messageJson, messageLine } from './lines'
import { counted, interruption, tell, type Interruption } from './output'
import { Session } from './session'
import { checkedFilter, secondsOf, wholeNumber } from './values'

/** First pause before another attempt to connect, in s. */
const RETRY = 1

/** `treetop sub`. */
export async function runSub(
  { values, operands }: Call<typeof sub.options>,
  context: CommandContext
): Promise<number> {
  if (values.json && values['payload-only']) throw new Misuse('Give only one of --json and --payload-only.')
  const count = values.count === undefined ? null : wholeNumber('--count', values.count, 1, 1e12)
  const timeout = values.timeout === undefined ? null : secondsOf('--timeout', values.timeout)
  const target = await targetOf(operands, values, context)
  const subscriptions = subscriptionsOf(values, target.profile.version)
  const write = await writerOf(values, target)
  const interrupted = interruption()
  const ended = new AbortController()
  const signal = AbortSignal.any([interrupted.signal, ended.signal])
  let received = 0
  const take = (arrival: Arrival): void => {
    if (signal.aborted) return
    write(arrival)
    if (++received === count) ended.abort()
  }
  const timer = timeout === null ? null : setTimeout(() => ended.abort(), timeout)
  try {
    await receive(target, subscriptions, take, { signal, reconnects: values.reconnect })
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    if (timer) clearTimeout(timer)
    interrupted.release()
  }
  return statusOf(interrupted, received, count)
}

/** Receives until the signal. Throws its reason, and Failure. */
async function receive(
  target: Target,
  subscriptions: readonly Subscription[],
  take: (arrival: Arrival) => void,
  { signal, reconnects }: { signal: AbortSignal; reconnects: boolean }
): Promise<never> {
  for (let attempts = 0; ;) {
    try {
      const session = await Session.open(target, signal, arrivals(take))
      const again = attempts > 0
      attempts = 0
      try {
        for (const subscription of subscriptions) await session.subscribe(subscription)
        if (again) tell(`Connected to ${session.address} again.`)
        await Promise.race([session.lost, untilAborted(signal)])
      } finally {
        await session.close()
      }
    } catch (error) {
      if (signal.aborted || !reconnects || !(error instanceof Failure)) throw error
      if (attempts === 0) tell(`${error.message} Connecting again.`)
      await sleep(backoff(++attempts, RETRY), undefined, { signal })
    }
  }
}

async function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

function statusOf(interrupted: Interruption, received: number, count: number | null): number {
  if (interrupted.isReaderGone || count === null || received >= count) return DONE
  if (interrupted.signal.aborted) return INTERRUPTED
  tell(`Only ${counted(received, 'message')} of ${count} arrived in time.`)
  return TIMED_OUT
}

/** Throws Misuse. */
function subscriptionsOf(values: SubValues, version: MqttVersion): Subscription[] {
  const { topic: filters, qos, identifier, 'retain-handling': handling } = values
  if (filters.length === 0)
    throw new Misuse("Give at least one topic filter with --topic, such as 'plant/#'.")
  if (qos.length > 1 && qos.length !== filters.length)
    throw new Misuse(
      `Give --qos once for all filters, or once for each: there are ${filters.length} filters.`
    )
  const options: Partial<Subscription> = {
    ...(values['no-local'] && { noLocal: true }),
    ...(values['retain-cleared'] && { retainAsPublished: false }),
    ...(handling !== undefined && { retainHandling: Number(handling) as 0 | 1 | 2 }),
    ...(identifier !== undefined && { identifier: wholeNumber('--identifier', identifier, 1, 268_435_455) })
  }
  if (version !== 5 && Object.keys(options).length > 0)
    throw new Misuse('--no-local, --retain-handling, --retain-cleared and --identifier need MQTT 5.')
  return filters.map((filter, index) => {
    // A protocol error [MQTT-3.8.3-4].
    if (values['no-local'] && filter.startsWith('$share/'))
      throw new Misuse('--no-local cannot be used with a shared subscription.')
    return { filter: checkedFilter(filter), qos: Number(qos[index] ?? qos[0] ?? '0') as Qos, ...options }
  })
}

/** What prints a message as the options say. */
async function writerOf(
  values: SubValues,
  { profile, directory }: Target
): Promise<(arrival: Arrival) => void> {
  const decoders = await decodersOf(directory, profile.decoders)
  if (values['payload-only'])
    return ({ payload }) => void process.stdout.write(Buffer.concat([payload, Buffer.from('\n')]))
  if (values.json)
    return (arrival) =>
      void process.stdout.write(`${JSON.stringify(messageJson(arrival, nowMicroseconds(), decoders))}\n`)
  const shown = process.stdout.isTTY ? harmless : (text: string) => text
  return (arrival) =>
    void process.stdout.write(
      `${shown(messageLine(arrival, decoders, values.verbose ? nowMicroseconds() : null))}\n`
    )
}
