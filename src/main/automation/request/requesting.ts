import type { CallInput, CallsOf } from '../../../shared/contract'
import type { Answer, RequestStatus } from '../../../shared/contract/requests'
import { bytesOf, noProperties, type PublishProperties } from '../../../shared/composed-properties'
import { AppError, encodeError } from '../../../shared/errors'
import { readableText } from '../../../shared/readable-text'
import type { Client } from '../../mqtt/client'
import { outgoingProperties } from '../../mqtt/outgoing-properties'
import type { ReconnectingClient } from '../../mqtt/reconnecting-client'
import type { RecordedMessage } from '../../recorder/message'
import type { Subscriber } from '../../recorder/message-stream'
import { AnswerTopics } from './answer-topics'
import { Awaited, freshAddress, isAnswer, type Address } from './exchange'
import { valueAt } from './value-at'

/** Characters of an answer's payload that are shown. The whole is in the history. */
const SHOWN = 20_000
/** A connection that asks more at once is not used by a person. */
const MOST = 100

type Send = CallInput<'requests.send'>

interface Waiting {
  status: RequestStatus
  address: Address
  awaited: Awaited
  controller: AbortController
  capture: Send['expected']['capture']
}

/** Requests of one connection that wait for their answers, in its worker: answers are messages like any other, and are recorded. */
export class Requesting {
  private readonly waiting = new Map<string, Waiting>()
  private readonly topics: AnswerTopics

  constructor(
    private readonly client: ReconnectingClient,
    private readonly around: {
      /** µs since 1970 UTC, as messages are received at. */
      now: () => number
      tell: (status: RequestStatus) => void
    }
  ) {
    this.topics = new AnswerTopics(client)
  }

  calls(): CallsOf<'connection', 'requests'> {
    return {
      'requests.send': (input) => this.send(input),
      'requests.cancel': ({ id }) => this.waiting.get(id)?.controller.abort(new Error('cancelled'))
    }
  }

  /** Sees every recorded message. */
  readonly subscriber: Subscriber = {
    name: 'requests',
    message: (message) => {
      for (const each of this.waiting.values()) if (isAnswer(message, each.address)) this.take(each, message)
    }
  }

  /** Cancels all. */
  stop(): void {
    for (const { controller } of this.waiting.values()) controller.abort(new Error('closed'))
  }

  private send(input: Send): void {
    const client = this.client.connected
    if (this.waiting.has(input.id) || this.waiting.size >= MOST)
      throw new AppError('INVALID_INPUT', { issues: [{ path: 'id', fault: 'TOO_MANY' }] })
    const { properties, address } = addressed(input.properties, client.version === 5)
    const { topic, expected } = input
    const status: RequestStatus = {
      ...{ id: input.id, connectionId: input.connectionId, state: 'subscribing', topic },
      ...{
        responseTopic: address.responseTopic,
        correlation: address.correlation,
        sentAt: null,
        result: null
      },
      ...{ wanted: expected.answers, timeout: expected.timeout, answers: [], error: null }
    }
    const entry: Waiting = {
      ...{ status, address, capture: expected.capture },
      awaited: new Awaited(expected.answers),
      controller: new AbortController()
    }
    this.waiting.set(input.id, entry)
    void this.ask(client, input, properties, entry)
  }

  private async ask(
    client: Client,
    input: Send,
    properties: PublishProperties | null,
    entry: Waiting
  ): Promise<void> {
    const { signal } = entry.controller
    const { topic, payload, qos, retain, expected } = input
    const lost = this.lost(client, signal)
    let release: () => void = () => undefined
    this.change(entry, {})
    try {
      // The SUBACK comes before the request goes out, so that no answer can be missed.
      release = await Promise.race([this.topics.listen(client, entry.address.responseTopic, qos), lost])
      signal.throwIfAborted()
      const publish = async (): Promise<void> => {
        this.change(entry, { state: 'waiting', sentAt: this.around.now() })
        const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
        const sent = properties && outgoingProperties(properties)
        this.change(entry, { result: await client.publish(topic, bytes, qos, retain, sent) })
      }
      const came = await entry.awaited.after(publish, { patience: expected.timeout, signal, lost })
      this.end(entry, { state: came ? 'answered' : 'timedOut' })
    } catch (error) {
      if (signal.aborted) this.end(entry, { state: 'cancelled' })
      else {
        const { code, details } = encodeError(error)
        this.end(entry, { state: 'failed', error: { code, details: { ...details } } })
      }
    } finally {
      entry.controller.abort()
      release()
    }
  }

  /** Rejects with NOT_CONNECTED when the client's connection ends. */
  private lost(client: Client, signal: AbortSignal): Promise<never> {
    const lost = new Promise<never>((_resolve, reject) => {
      const look = (): void => {
        if (this.client.current === client) return
        this.client.off('status', look)
        reject(new AppError('NOT_CONNECTED', { name: this.client.status.name }))
      }
      this.client.on('status', look)
      signal.addEventListener('abort', () => {
        this.client.off('status', look)
        reject(signal.reason as Error)
      })
    })
    lost.catch(() => undefined)
    return lost
  }

  private take(entry: Waiting, message: RecordedMessage): void {
    const { sentAt, answers } = entry.status
    if (sentAt === null || !entry.awaited.take()) return
    const { id, topic, receivedAt, qos, payload } = message
    const values = entry.capture.map(({ name, pointer }) => ({ name, value: valueAt(payload, pointer) }))
    const answer: Answer = {
      ...{ id, topic, receivedAt, qos, size: payload.length },
      milliseconds: Math.max(0, receivedAt - sentAt) / 1_000,
      payload: readableText(payload, SHOWN),
      captured: values.flatMap(({ name, value }) => (value === null ? [] : [{ name, value }])),
      missing: values.flatMap(({ name, value }) => (value === null ? [name] : []))
    }
    this.change(entry, { answers: [...answers, answer] })
  }

  private end(entry: Waiting, change: Partial<RequestStatus>): void {
    this.waiting.delete(entry.status.id)
    this.change(entry, change)
  }

  private change(entry: Waiting, change: Partial<RequestStatus>): void {
    entry.status = { ...entry.status, ...change }
    this.around.tell(entry.status)
  }
}

/** The properties with a response topic and correlation data where MQTT 5 has them. Throws INVALID_INPUT. */
function addressed(
  given: PublishProperties | undefined,
  is5: boolean
): { properties: PublishProperties | null; address: Address } {
  const properties = given ?? { ...noProperties(), topicAlias: null }
  const { responseTopic, correlation } = properties
  if (!is5) {
    if (responseTopic === '')
      throw new AppError('INVALID_INPUT', { issues: [{ path: 'responseTopic', fault: 'REQUIRED' }] })
    return { properties: null, address: { responseTopic, correlation: null, isOwn: false } }
  }
  const fresh = freshAddress()
  const isOwn = responseTopic === ''
  const completed: PublishProperties = {
    ...properties,
    responseTopic: isOwn ? fresh.responseTopic : responseTopic,
    correlation: correlation.text === '' ? { as: 'hex', text: fresh.correlation } : correlation
  }
  const bytes = bytesOf(completed.correlation)
  return {
    properties: completed,
    address: {
      responseTopic: completed.responseTopic,
      correlation: typeof bytes === 'string' ? null : Buffer.from(bytes).toString('base64'),
      isOwn
    }
  }
}
