import type { CallInput, CallsOf } from '../../../shared/contract'
import type { HeldRow } from '../../../shared/contract/workbench'
import { AppError } from '../../../shared/errors'
import { Message } from '../codec/message'
import type { Broker } from '../core/broker'
import type { Clock } from '../core/clock'
import type { HeldWorker } from './held-worker'
import { propertiesOf, viewOf } from './message-view'
import { Searches } from './searches'

/** Sorted behind all that expire, in seconds. */
const NEVER = Infinity

/** Calls about retained messages, without a subscription. */
export function heldCalls(broker: Broker, clock: Clock, worker: HeldWorker): CallsOf<'broker', 'held'> {
  const searches = new Searches<Message>()
  return {
    'held.search': ({ by, sort, descending }) =>
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
    'held.rows': ({ search, offset, limit }) =>
      searches.rows(search, offset, limit).map((message) => rowOf(message, clock.now())),
    'held.get': ({ topic }) => {
      const message = broker.retained.get(topic)
      if (!message) return null
      const payload = new Uint8Array(message.payload)
      return { ...rowOf(message, clock.now()), payload, properties: propertiesOf(message) }
    },
    'held.set': ({ topic, payload, qos, expiry }) => {
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
    'held.expire': ({ topic, seconds }) => {
      const message = broker.retained.get(topic)
      if (!message) throw new AppError('NOT_FOUND', { what: 'retained message', id: topic })
      broker.retain(expiring(message, seconds, clock.now()))
    },
    'held.count': ({ scope }) => worker.count(scope),
    'held.clear': ({ scope }) => worker.clear(scope),
    'held.undo': ({ overwrite }) => worker.undo(overwrite),
    'held.cancel': () => worker.cancel(),
    'held.work': () => worker.status()
  }
}

/** What a search for text finds. Topics of the broker are found only by what begins like them. */
function containing({
  text,
  payload
}: Extract<CallInput<'held.search'>['by'], { kind: 'text' }>): (message: Message) => boolean {
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

function rowOf(message: Message, now: number): HeldRow {
  return { ...viewOf(message, now), qos: message.qos }
}
