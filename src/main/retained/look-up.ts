import { setImmediate as turn } from 'node:timers/promises'
import type { RetainedFault, RetainedWork } from '../../shared/contract/retained'
import { compileFilter } from '../../shared/topic'
import type { MessageStore } from '../history/store'
import type { LastMessage, TopicEntry } from '../history/topics'
import type { Arrival } from '../recorder/message'
import type { Recipient } from '../recorder/recorder'
import { entryOf, isOf, type List } from './list'
import type { RetainedProbe } from './probe'

/** Maximum number of messages in a list. */
const LIMIT = 250_000
/**
 * Number of topics subscribed to at once at QoS 2. Mosquitto drops messages beyond its queue for a client (1,000 by default), including
 * retained ones. At QoS 0 none are dropped, but every message is delivered at QoS 0.
 */
const BATCH = 500
/** Number of topics checked before other work may run. */
const MARKS_AT_ONCE = 10_000

/** Context of a piece of work. */
export interface WorkContext {
  store: () => MessageStore
  noteRetained: Recipient['noteRetained']
  progress: (step: RetainedWork['step'], done: number, total: number | null) => void
  signal: AbortSignal
}

/** Fills a list with the retained messages under its filter, and corrects the marks of the topics it covers. Throws ProbeError. */
export async function lookUp(probe: RetainedProbe, list: List, context: WorkContext): Promise<void> {
  const { entries, filter } = list
  const { signal, progress } = context
  const began = seconds(Date.now())
  try {
    await probe.collect(
      [filter],
      0,
      (message) => {
        if (entries.size >= LIMIT && !entries.has(message.topic)) list.cut = 'limit'
        else {
          const at = setAt(context.store(), message)
          entries.set(message.topic, entryOf(message.topic, { ...message, qos: null }, at))
        }
        progress('asking', entries.size, null)
      },
      signal
    )
  } catch (error) {
    if (!signal.aborted) throw error
    list.cut = 'stopped'
  }
  list.asOf = Date.now()
  await setMarks(list, began, context)
  // If this fails, the list is still valid, and the missing QoS values stay unknown.
  if (signal.aborted) return
  const learn = (message: Arrival): void => {
    const entry = entries.get(message.topic)
    // The message may have changed since: use the QoS only if the payload is the same.
    if (entry && isOf(entry, message.payload)) entry.qos = message.qos
  }
  await askQos(probe, filter, entries, learn, context).catch(() => undefined)
}

/** Fills a list from the recorded marks. */
export async function fromMarks(list: List, fault: RetainedFault, { store }: WorkContext): Promise<void> {
  list.fault = fault
  list.asOf = Date.now()
  const matches = compileFilter(list.filter)
  let seen = 0
  for (const entry of store().topics.values()) {
    if (++seen % MARKS_AT_ONCE === 0) await turn()
    if (entry.retainedAt === 0 || !matches(entry.name) || list.entries.size >= LIMIT) continue
    const last = lastOf(store(), entry)
    if (!last) continue
    const { size, qos, receivedAt, start } = last
    list.entries.set(entry.name, {
      topic: entry.name,
      size,
      qos,
      setAt: receivedAt,
      start: Buffer.from(start),
      digest: null,
      properties: null
    })
  }
}

/**
 * Requests known retained messages again at QoS 2, the only way to learn their QoS: `learn` gets each once. Those that did not fit the
 * broker's queue follow in batches.
 */
export async function askQos(
  probe: RetainedProbe,
  filter: string,
  known: ReadonlyMap<string, unknown>,
  learn: (message: Arrival) => void,
  { progress, signal }: Pick<WorkContext, 'progress' | 'signal'>
): Promise<void> {
  const unknown = new Set(known.keys())
  const total = known.size
  const found = (message: Arrival): void => {
    if (!unknown.delete(message.topic)) return
    learn(message)
    progress('qos', total - unknown.size, total)
  }
  if (total === 0) return
  await probe.collect([filter], 2, found, signal, new Set(unknown))
  const left = [...unknown]
  for (let first = 0; first < left.length; first += BATCH) {
    const batch = left.slice(first, first + BATCH)
    await probe.collect(batch, 2, found, signal, new Set(batch))
  }
}

/** Returns when a retained message was received: the time of the topic's newest message if the payload is the same, otherwise null. */
function setAt(store: MessageStore, { topic, payload }: Arrival): number | null {
  const entry = store.topics.get(topic)
  if (!entry || entry.lastId === 0) return null
  const last = lastOf(store, entry, payload.length)
  return last?.size === payload.length && last.start.equals(payload) ? last.receivedAt : null
}

/** Returns a topic's newest message, or null, also if the history cannot be read: the recorder gets the same error and reports it. */
function lastOf(store: MessageStore, entry: TopicEntry, bytes?: number): LastMessage | null {
  try {
    return store.last(entry, bytes)
  } catch {
    return null
  }
}

/** Marks the topics that have a retained message, and unmarks those under the filter that do not. */
async function setMarks(list: List, began: number, { store, noteRetained }: WorkContext): Promise<void> {
  const matches = compileFilter(list.filter)
  const at = seconds(list.asOf)
  let seen = 0
  for (const { name, retainedAt } of store().topics.values()) {
    if (++seen % MARKS_AT_ONCE === 0) await turn()
    if (!matches(name)) continue
    if (list.entries.has(name)) noteRetained(name, at)
    // Keep newer marks: their messages may have arrived too late for the list.
    else if (list.cut === null && retainedAt > 0 && retainedAt < began) noteRetained(name, 0)
  }
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000)
}
