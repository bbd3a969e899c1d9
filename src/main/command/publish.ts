import { setTimeout as sleep } from 'node:timers/promises'
import { DONE, INTERRUPTED, type Call, type CommandContext } from './command'
import type { pub } from './commands/pub'
import { targetOf } from './connection'
import { encoderOf } from './encoder'
import { envelopeOf, payloadsOf, type Envelope } from './message'
import { interruption, print } from './output'
import { Session } from './session'
import { secondsOf, wholeNumber } from './values'

/** Messages that wait for their acknowledgements at once, at most. */
const WINDOW = 100

/** `treetop pub`. */
export async function runPub(
  { values, operands }: Call<typeof pub.options>,
  context: CommandContext
): Promise<number> {
  const times = values.repeat === undefined ? 1 : wholeNumber('--repeat', values.repeat, 0, 1e12)
  const interval = values.interval === undefined ? 0 : secondsOf('--interval', values.interval)
  const target = await targetOf(operands, values, context)
  const envelope = envelopeOf(values, target.profile.version)
  const encoder = await encoderOf(values)
  const payloads = repeated(encoder(payloadsOf(values, values.lines)), times === 0 ? Infinity : times)
  const interrupted = interruption()
  const { signal } = interrupted
  try {
    const session = await Session.open(target, signal)
    try {
      const published = publishAll(session, envelope, paced(payloads, interval, signal), values.json)
      // A lost connection is noticed while no line comes, too.
      await Promise.race([published, session.lost])
      return DONE
    } finally {
      await session.close()
    }
  } catch (error) {
    if (interrupted.isReaderGone) return DONE
    if (signal.aborted) return INTERRUPTED
    throw error
  } finally {
    interrupted.release()
  }
}

/** Publishes in order, with several messages on their way. Throws at the first that fails. */
async function publishAll(
  session: Session,
  { topic, qos, retain, properties }: Envelope,
  payloads: AsyncIterable<Buffer>,
  isJson: boolean
): Promise<void> {
  const window = Math.max(1, Math.min(WINDOW, session.receiveMaximum))
  const underway = new Set<Promise<void>>()
  let failure: { error: unknown } | null = null
  for await (const payload of payloads) {
    const sent = session
      .publish(topic, payload, qos, retain, properties)
      .then((result) =>
        isJson ? print(`${JSON.stringify({ topic, qos, retain, ...result })}\n`) : undefined
      )
      .catch((error: unknown) => void (failure ??= { error }))
      .finally(() => underway.delete(sent))
    underway.add(sent)
    if (underway.size >= window) await Promise.race(underway)
    if (failure) break
  }
  await Promise.all(underway)
  if (failure) throw (failure as { error: unknown }).error
}

/** The payloads again and again. They are read once. */
async function* repeated(payloads: AsyncIterable<Buffer>, times: number): AsyncGenerator<Buffer> {
  const kept: Buffer[] = []
  for await (const payload of payloads) {
    if (times > 1) kept.push(payload)
    yield payload
  }
  for (let time = 1; time < times; time++) yield* kept
}

/** The payloads with a pause between two, in ms. Throws the signal's reason. */
async function* paced(
  payloads: AsyncIterable<Buffer>,
  interval: number,
  signal: AbortSignal
): AsyncGenerator<Buffer> {
  let due = performance.now()
  for await (const payload of until(payloads, signal)) {
    const wait = due - performance.now()
    if (wait > 0) await sleep(wait, undefined, { signal })
    signal.throwIfAborted()
    yield payload
    // A broker that is slow does not make the next ones come in a burst.
    due = Math.max(due + interval, performance.now())
  }
}

/** The payloads until the signal, also while none comes. Throws its reason. */
async function* until(payloads: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
  aborted.catch(() => undefined)
  const iterator = payloads[Symbol.asyncIterator]()
  for (;;) {
    const next = await Promise.race([iterator.next(), aborted])
    if (next.done) return
    yield next.value
  }
}
