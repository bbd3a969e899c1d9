import type { CallInput, CallsOf } from '../../../shared/contract'
import type { BrokerRetainedRow } from '../../../shared/contract/workbench'
import { AppError } from '../../../shared/errors'
import { Message } from '../codec/message'
import type { Broker } from '../core/broker'
import type { Clock } from '../core/clock'
import type { RetainedWorker } from './retained-worker'
import { propertiesOf, viewOf } from './message-view'
import { Searches } from './searches'

/** Sorted behind all that expire, in seconds. */
const NEVER = Infinity

/** Calls about retained messages, without a subscription. */
export function retainedCalls(
  broker: Broker,
  clock: Clock,
  worker: RetainedWorker
): CallsOf<'broker', 'brokerRetained'> {
  const searches = new Searches<Message>()
  return {
    'brokerRetained.search': ({ by, sort, descending }) =>
      searches.run(
        by.kind === 'filter' ? broker.retained.matching(by.filter) : broker.retained.all(),
        by.kind === 'filter' ? () => true : containing(by),
        (message) =>
          sort === 'size'
            ? message.payloadLength
            : sort === 'expiresIn'
              ? (message.secondsLeft(clock.now()) ?? NEVER)
              : message[sort],
        descending
      ),
    'brokerRetained.rows': ({ search, offset, limit }) =>
      searches.rows(search, offset, limit).map((message) => rowOf(message, clock.now())),
    'brokerRetained.get': ({ topic }) => {
      const message = broker.retained.get(topic)
      if (!message) return null
      const payload = new Uint8Array(message.payload)
      return { ...rowOf(message, clock.now()), payload, properties: propertiesOf(message) }
    },
    'brokerRetained.set': ({ topic, payload, qos, expiry }) => {
      const properties = broker.retained.get(topic)?.properties
      const message = Message.of(topic, payload, {
        qos,
        retain: true,
        expiry,
        ...(properties && { properties })
      })
      message.receivedAt = clock.now()
      broker.publish(message)
    },
    'brokerRetained.expire': ({ topic, seconds }) => {
      const message = broker.retained.get(topic)
      if (!message) throw new AppError('NOT_FOUND', { what: 'retained message', id: topic })
      broker.retain(expiring(message, seconds, clock.now()))
    },
    'brokerRetained.count': ({ scope }) => worker.count(scope),
    'brokerRetained.clear': ({ scope }) => worker.clear(scope),
    'brokerRetained.undo': ({ overwrite }) => worker.undo(overwrite),
    'brokerRetained.cancel': () => worker.cancel(),
    'brokerRetained.work': () => worker.status()
  }
}

/** What a search for text finds. Topics of the broker are found only by what begins like them. */
function containing({
  text,
  payload
}: Extract<CallInput<'brokerRetained.search'>['by'], { kind: 'text' }>): (message: Message) => boolean {
  const needle = text.toLowerCase()
  const bytes = Buffer.from(text)
  const hidden = !text.startsWith('$')
  return (message) => {
    const { topic } = message
    if (hidden && topic.startsWith('$SYS/')) return false
    return topic.toLowerCase().includes(needle) || (payload && message.payload.includes(bytes))
  }
}

/** The same message, to expire in `seconds` from now (ms since 1970 UTC). */
function expiring(message: Message, seconds: number | null, now: number): Message {
  const { qos, properties, receivedAt, publisher } = message
  // The interval counts from when the message was received (3.3.2.3.3).
  const expiry = seconds === null ? null : Math.max(0, Math.floor((now - receivedAt) / 1_000)) + seconds
  const changed = Message.of(message.topic, message.payload, { qos, retain: true, properties, expiry })
  return Object.assign(changed, { receivedAt, publisher })
}

function rowOf(message: Message, now: number): BrokerRetainedRow {
  return { ...viewOf(message, now), qos: message.qos }
}
