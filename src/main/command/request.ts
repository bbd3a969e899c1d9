import { Awaited, freshAddress, isAnswer } from '../automation/request/exchange'
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
    const address = {
      responseTopic,
      correlation: envelope.properties?.recorded.correlationData ?? null,
      isOwn: isOwnTopic
    }
    const answer = new Answering()
    const recipient = arrivals((arrival) => {
      if (isAnswer(arrival, address)) answer.take(arrival)
    })
    const session = await Session.open(target, signal, recipient)
    try {
      // The SUBACK comes before the request goes out, so that no answer can be missed.
      await session.subscribe({
        filter: responseTopic,
        qos: envelope.qos,
        ...(target.profile.version === 5 && { retainHandling: 2 })
      })
      return await exchange(session, envelope, payloads, answer, {
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

/** Waits for the first answer. */
class Answering {
  first: Arrival | null = null
  private readonly awaited = new Awaited(1)
  readonly after = this.awaited.after.bind(this.awaited)

  take(arrival: Arrival): void {
    if (this.awaited.take()) this.first = arrival
  }
}

async function exchange(
  session: Session,
  { topic, qos, retain, properties }: Envelope,
  payloads: AsyncIterable<Buffer>,
  answer: Answering,
  {
    target,
    patience,
    signal,
    isJson
  }: { target: Target; patience: number; signal: AbortSignal; isJson: boolean }
): Promise<number> {
  for await (const payload of payloads) {
    const started = performance.now()
    const publish = (): Promise<unknown> => session.publish(topic, payload, qos, retain, properties)
    const came = await answer.after(publish, { patience, signal, lost: session.lost })
    const milliseconds = performance.now() - started
    if (!came || !answer.first) {
      tell(`No answer came within ${patience / 1_000} s.`)
      return TIMED_OUT
    }
    await printAnswer(answer.first, milliseconds, target, isJson)
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

/** The options with a response topic and correlation data where MQTT 5 has them. Throws Misuse. */
function completed(values: RequestValues, is5: boolean): RequestValues {
  if (!is5) {
    if (values['response-topic'] === undefined)
      throw new Misuse('Before MQTT 5, give the topic of the answer with --response-topic.')
    return { ...values, 'response-topic': undefined }
  }
  const fresh = freshAddress()
  const own = { correlation: fresh.correlation, 'correlation-as': 'hex' }
  return {
    ...values,
    'response-topic': values['response-topic'] ?? fresh.responseTopic,
    ...(values.correlation === undefined && own)
  }
}
