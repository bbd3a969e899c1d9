import type { RetainedFault, RetainedOutcome } from '../../shared/contract/retained'
import { AppError } from '../../shared/errors'
import type { MessageProperties, Qos } from '../../shared/message'
import type { Arrival } from '../recorder/message'
import { isOf, type RetainedEntry } from './list'
import type { WorkContext } from './look-up'
import { ProbeError, type RetainedProbe } from './probe'

/** Up to this many topics are subscribed to one by one; for more, the filter that found them is used. */
const EXACT = 100
/** Messages in flight at once, if the broker accepts as many. */
const WINDOW = 100
/** Payload bytes kept for an undo. */
export const UNDO_BYTES = 268_435_456
/** Number of refusals listed by topic. */
const NAMED = 100
/** Reason code for a packet that is too large (MQTT 5.0, 2.4). */
const PACKET_TOO_LARGE = 0x95

/** A cleared message. */
export interface Cleared {
  payload: Buffer
  qos: Qos
  properties: MessageProperties | null
}

/** The outcome of publishing to many topics, whatever for. */
export type Published = Omit<RetainedOutcome, 'kind'>

/** The outcome of some work, and the topics for which it succeeded. */
export interface Done<T> {
  outcome: RetainedOutcome
  done: T
}

/**
 * Clears the messages of a dry run that have not changed since they were listed. Puts messages that were or may have been cleared in
 * `undo`. Throws ProbeError or the signal's reason before the first message is cleared; later failures are in the outcome.
 */
export async function clear(
  probe: RetainedProbe,
  plan: ReadonlyMap<string, RetainedEntry>,
  filter: string,
  undo: Map<string, Cleared>,
  context: WorkContext
): Promise<Done<Set<string>>> {
  const { progress, signal } = context
  const outcome = nothingDone('clear', plan.size)
  const found = new Map<string, Arrival | null>()
  let bytes = 0
  const kept = (message: Arrival): Arrival | null => {
    bytes += message.payload.length
    return bytes > UNDO_BYTES ? null : { ...message, payload: Buffer.from(message.payload) }
  }
  const changed = new Set<string>()
  await ask(probe, plan, filter, signal, (message) => {
    const { topic } = message
    if (!isOf(plan.get(topic)!, message.payload)) changed.add(topic)
    else if (!found.has(topic)) found.set(topic, kept(message))
    progress('asking', found.size + changed.size, plan.size)
  })
  for (const topic of changed) found.delete(topic)
  outcome.changed = changed.size
  outcome.gone = plan.size - found.size - changed.size
  undo.clear()
  const qos = probe.maximumQos === 0 ? 0 : 1
  const done = await publishAll(probe, [...found.keys()], outcome, context, async (topic) => {
    const message = found.get(topic)
    if (message) undo.set(topic, { ...message, qos: plan.get(topic)!.qos ?? 1 })
    try {
      await probe.retain(topic, Buffer.alloc(0), qos)
    } catch (error) {
      if (refusalOf(error) !== null) undo.delete(topic)
      throw error
    }
  })
  await check(probe, { done, filter, outcome }, context, (heeded, { topic, payload }) => {
    if (!isOf(plan.get(topic)!, payload)) return
    heeded.delete(topic)
    undo.delete(topic)
    context.noteRetained(topic, Math.floor(Date.now() / 1_000))
  })
  return { outcome, done }
}

/** What `restore` works on. */
interface Restoring {
  cleared: Map<string, Cleared>
  /** The filter that the messages were found with. */
  filter: string
  /** Publish also to topics that have another message by now. */
  overwrite: boolean
  conflicts: Set<string>
}

/**
 * Publishes cleared messages again and removes them from `cleared`. A topic that now has another message stays there and is added to
 * `conflicts`, unless `overwrite` is set. Throws ProbeError or the signal's reason before the first message is published.
 */
export async function restore(
  probe: RetainedProbe,
  { cleared, filter, overwrite, conflicts }: Restoring,
  context: WorkContext
): Promise<Done<Map<string, Cleared>>> {
  const { progress, signal } = context
  const outcome = nothingDone('undo', cleared.size)
  const restored = new Map<string, Cleared>()
  conflicts.clear()
  let asked = 0
  await ask(probe, cleared, filter, signal, ({ topic, payload }) => {
    if (!cleared.get(topic)!.payload.equals(payload)) conflicts.add(topic)
    else restored.set(topic, cleared.get(topic)!)
    progress('asking', ++asked, null)
  })
  if (overwrite) conflicts.clear()
  outcome.changed = conflicts.size
  const missing = [...cleared.keys()].filter((topic) => !conflicts.has(topic) && !restored.has(topic))
  const done = await publishAll(probe, missing, outcome, context, async (topic) => {
    const { payload, qos, properties } = cleared.get(topic)!
    await probe.retain(topic, payload, qos > probe.maximumQos ? probe.maximumQos : qos, properties)
  })
  const there = new Set<string>()
  await check(probe, { done, filter, outcome }, context, (_heeded, { topic }) => there.add(topic))
  if (outcome.end !== 'failed') {
    for (const topic of [...done]) if (!there.has(topic)) done.delete(topic)
    outcome.unheeded = outcome.done - done.size
  }
  for (const topic of done) restored.set(topic, cleared.get(topic)!)
  for (const topic of restored.keys()) cleared.delete(topic)
  outcome.done = restored.size
  return { outcome, done: restored }
}

/** Requests the current retained messages of topics. */
export async function ask(
  probe: RetainedProbe,
  topics: ReadonlyMap<string, unknown> | ReadonlySet<string>,
  filter: string,
  signal: AbortSignal,
  found: (message: Arrival) => void
): Promise<void> {
  if (topics.size === 0) return
  const wanted = new Set(topics.keys())
  const filters = wanted.size <= EXACT ? [...wanted] : [filter]
  await probe.collect(
    filters,
    0,
    (message) => void (wanted.has(message.topic) && found(message)),
    signal,
    wanted
  )
}

/** Publishes to many topics at once and returns those that were acknowledged. When cancelled, it waits for the messages in flight. */
export async function publishAll(
  probe: RetainedProbe,
  topics: readonly string[],
  outcome: Published,
  { progress, signal }: Pick<WorkContext, 'progress' | 'signal'>,
  publish: (topic: string) => Promise<void>
): Promise<Set<string>> {
  const done = new Set<string>()
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < topics.length && !signal.aborted) {
      const topic = topics[next++]!
      try {
        await publish(topic)
        done.add(topic)
      } catch (error) {
        const code = refusalOf(error)
        if (code === null) throw error
        outcome.refusals++
        if (outcome.refused.length < NAMED) outcome.refused.push({ topic, code })
      }
      progress('publishing', done.size + outcome.refusals, topics.length)
    }
  }
  const lanes = Array.from({ length: Math.min(WINDOW, probe.receiveMaximum, topics.length) }, lane)
  const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === 'rejected')
  if (failed) {
    outcome.end = 'failed'
    outcome.fault = faultOf(failed.reason)
  } else if (next < topics.length) outcome.end = 'cancelled'
  outcome.done = done.size
  return done
}

/** Requests the retained messages of acknowledged topics again: before MQTT 5 a broker cannot refuse a message (3.1.1, 3.3.5). */
export async function check(
  probe: RetainedProbe,
  { done, filter, outcome }: { done: Set<string>; filter: string; outcome: Published },
  { progress }: Pick<WorkContext, 'progress'>,
  found: (heeded: Set<string>, message: Arrival) => void
): Promise<void> {
  if (outcome.end === 'failed') return
  const { size } = done
  progress('checking', 0, null)
  try {
    await ask(probe, done, filter, new AbortController().signal, (message) => found(done, message))
    outcome.unheeded = size - done.size
    outcome.done = done.size
  } catch (error) {
    outcome.end = 'failed'
    outcome.fault = faultOf(error)
  }
}

/** The outcome of work that has done nothing yet. */
export function nothingDone<K extends string>(kind: K, planned: number): Published & { kind: K } {
  const none = { done: 0, changed: 0, gone: 0, refused: [], refusals: 0, unheeded: 0 }
  return { kind, planned, ...none, end: 'done', fault: null }
}

/** Returns the reason code if a single message was refused; null if the connection failed. */
function refusalOf(error: unknown): number | null {
  if (!(error instanceof AppError)) return null
  const { code, details } = error as AppError
  if (code === 'PUBLISH_REFUSED') return (details as { reasonCode: number }).reasonCode
  return code === 'PAYLOAD_TOO_LARGE' ? PACKET_TOO_LARGE : null
}

function faultOf(error: unknown): RetainedFault {
  if (error instanceof ProbeError) return error.fault
  const late = error instanceof AppError && error.code === 'TIMED_OUT'
  if (!late) return { kind: 'connection', fault: { kind: 'closed', beforeConnack: false } }
  const { milliseconds } = (error as AppError<'TIMED_OUT'>).details
  return { kind: 'connection', fault: { kind: 'timeout', milliseconds } }
}
