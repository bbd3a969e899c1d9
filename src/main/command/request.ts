import { randomBytes } from 'node:crypto'
import type { Arrival } from '../recorder/message'
import { arrivals, nowMicroseconds } from './arrivals'
import { DONE, INTERRUPTED, Misuse, TIMED_OUT, type Call, type CommandContext } from './command'
import type { request, RequestValues } from './commands/request'
import { targetOf, type Target } from './connection'
import { decodersOf } from './decoders'
import { harmless, messageJson, payloadText } from './lines'
import { encoderOf } from './encoder'
import { envelopeOf, payloadsOf, type Envelope } from './message'
import { interruption, print, tell } from './output'
import { Session } from './session'
import { secondsOf } from './values'

/** Default time to wait for the answer, in ms. */
const PATIENCE = 10_000

/** `treetop request`. */
export async function runRequest(
  { values, operands }: Call<typeof request.options>,
  context: CommandContext
): Promise<number> {
  const patience = values.timeout === undefined ? PATIENCE : secondsOf('--timeout', values.timeout)
  const target = await targetOf(operands, values, context)
  const isOwnTopic = values['response-topic'] === undefined
  const envelope = envelopeOf(completed(values, target.profile.version === 5), target.profile.version)
  const responseTopic = envelope.properties?.recorded.responseTopic ?? values['response-topic']!
  const encoder = await encoderOf(values)
  const payloads = encoder(payloadsOf(values, false))
  const interrupted = interruption()
  const { signal } = interrupted
  try {
    let take: (arrival: Arrival) => void = () => undefined
    const answered = new Promise<Arrival>((resolve) => (take = resolve))
    const expected = envelope.properties?.recorded.correlationData ?? null
    const recipient = arrivals((arrival) => {
      if (arrival.topic === responseTopic && isAnswer(arrival, expected, isOwnTopic)) take(arrival)
    })
    const session = await Session.open(target, signal, recipient)
    try {
      // The SUBACK comes before the request goes out, so that no answer can be missed.
      await session.subscribe({
        filter: responseTopic,
        qos: envelope.qos,
        ...(target.profile.version === 5 && { retainHandling: 2 })
      })
      return await exchange(session, envelope, payloads, answered, {
        target,
        patience,
        signal,
        isJson: values.json
      })
    } finally {
      await session.close()
    }
  } catch (error) {
    if (signal.aborted) return INTERRUPTED
    throw error
  } finally {
    interrupted.release()
  }
}

async function exchange(
  session: Session,
  { topic, qos, retain, properties }: Envelope,
  payloads: AsyncIterable<Buffer>,
  answered: Promise<Arrival>,
  {
    target,
    patience,
    signal,
    isJson
  }: { target: Target; patience: number; signal: AbortSignal; isJson: boolean }
): Promise<number> {
  for await (const payload of payloads) {
    const started = performance.now()
    const published = session.publish(topic, payload, qos, retain, properties)
    // An answer may come before the acknowledgement.
    published.catch(() => undefined)
    const answer = await Promise.race([
      answered,
      published.then(() => answered),
      session.lost,
      waited(patience, signal)
    ])
    const milliseconds = performance.now() - started
    if (answer === null) {
      tell(`No answer came within ${patience / 1_000} s.`)
      return TIMED_OUT
    }
    await printAnswer(answer, milliseconds, target, isJson)
  }
  return DONE
}

async function printAnswer(
  answer: Arrival,
  milliseconds: number,
  { directory, profile }: Target,
  isJson: boolean
): Promise<void> {
  const decoders = await decodersOf(directory, profile.decoders)
  if (isJson) {
    await print(`${JSON.stringify({ ...messageJson(answer, nowMicroseconds(), decoders), milliseconds })}\n`)
    return
  }
  const text = payloadText(answer.topic, answer.payload, decoders)
  await print(`${process.stdout.isTTY ? harmless(text) : text}\n`)
  tell(`Answered after ${milliseconds.toFixed(1)} ms.`)
}

/** Whether a message answers the request. On a topic of our own, one without correlation data does, too. */
function isAnswer({ retain, properties }: Arrival, expected: string | null, isOwnTopic: boolean): boolean {
  if (retain) return false
  const found = properties?.correlationData ?? null
  return found === expected || (found === null && isOwnTopic)
}

/** null after some ms. Throws the signal's reason. */
function waited(milliseconds: number, signal: AbortSignal): Promise<null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })
}

/** The options with a response topic and correlation data where MQTT 5 has them. Throws Misuse. */
function completed(values: RequestValues, is5: boolean): RequestValues {
  if (!is5) {
    if (values['response-topic'] === undefined)
      throw new Misuse('Before MQTT 5, give the topic of the answer with --response-topic.')
    return { ...values, 'response-topic': undefined }
  }
  const own = { correlation: randomBytes(16).toString('hex'), 'correlation-as': 'hex' }
  return {
    ...values,
    'response-topic': values['response-topic'] ?? `treetop/response/${randomBytes(8).toString('hex')}`,
    ...(values.correlation === undefined && own)
  }
}
