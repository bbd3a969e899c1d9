import type { SubtreeOutcome } from '../../shared/contract/subtree'
import { topicFault } from '../../shared/topic'
import { ask, check, nothingDone, publishAll, UNDO_BYTES, type Cleared } from '../retained/clear'
import type { Arrival } from '../recorder/message'
import { askQos, type WorkContext } from '../retained/look-up'
import type { RetainedProbe } from '../retained/probe'

/** What a paste put where, and what was there before; null: nothing. */
export type Pasted = Map<string, { now: Cleared; before: Cleared | null }>

/** What an undo needs. */
interface Undoable {
  pasted: Pasted
  /** Pasted topics whose former message was too large to keep: an undo cannot put it back, so it leaves them alone. */
  notKept: number
}

type Context = Pick<WorkContext, 'progress' | 'signal'>

/** Topics that were not valid, or would have been the same as another's, and so many are named. */
const NAMED = 100
/** Reason code of a topic that is not valid (MQTT 5.0, 2.4). */
const TOPIC_NAME_INVALID = 0x90
/** Finds the retained messages of topics when there are too many to ask for each: what the broker itself publishes is never pasted over. */
const EVERYTHING = '#'

/** The messages under the topics that they are pasted to. What cannot have its topic is counted as refused. */
export function placed(
  copy: ReadonlyMap<string, Cleared>,
  { remove, add }: { remove: string; add: string },
  outcome: SubtreeOutcome
): Map<string, Cleared> {
  const messages = new Map<string, Cleared>()
  for (const [from, message] of copy) {
    const topic = add + (from.startsWith(remove) ? from.slice(remove.length) : from)
    if (topicFault(topic) === null && !messages.has(topic)) messages.set(topic, message)
    else refuse(outcome, from, TOPIC_NAME_INVALID)
  }
  return messages
}

/**
 * Publishes messages as retained and returns what each topic had before, up to `most` payload bytes of it. Throws ProbeError or the signal's reason before the first message
 * is published; later failures are in the outcome.
 */
export async function paste(
  probe: RetainedProbe,
  messages: ReadonlyMap<string, Cleared>,
  outcome: SubtreeOutcome,
  context: Context,
  most = UNDO_BYTES
): Promise<Undoable> {
  const before = new Map<string, Cleared>()
  const tooLarge = new Set<string>()
  let bytes = 0
  await ask(probe, messages, EVERYTHING, context.signal, ({ topic, payload, qos, properties }) => {
    // It may arrive twice, and may have changed.
    const others = bytes - (before.get(topic)?.payload.length ?? 0)
    const fits = others + payload.length <= most
    bytes = fits ? others + payload.length : others
    if (fits) before.set(topic, { payload: Buffer.from(payload), qos, properties })
    else before.delete(topic)
    if (fits) tooLarge.delete(topic)
    else tooLarge.add(topic)
    context.progress('asking', before.size, null)
  })
  const learn = ({ topic, payload, qos }: Arrival): void => {
    const known = before.get(topic)
    if (known?.payload.equals(payload)) known.qos = qos
  }
  await askQos(probe, EVERYTHING, before, learn, context)
  const pasted: Pasted = new Map()
  let notKept = 0
  const done = await publishAll(probe, [...messages.keys()], outcome, context, async (topic) => {
    const now = messages.get(topic)!
    // Noted first: a message whose acknowledgement is lost may be there.
    if (tooLarge.has(topic)) notKept++
    else pasted.set(topic, { now, before: before.get(topic) ?? null })
    await probe.retain(topic, now.payload, at(now, probe), now.properties)
  })
  const there = new Set<string>()
  await check(probe, { done, filter: EVERYTHING, outcome }, context, (_heeded, { topic }) => there.add(topic))
  if (outcome.end === 'failed') return { pasted, notKept }
  for (const topic of [...pasted.keys()]) if (!there.has(topic)) pasted.delete(topic)
  outcome.unheeded = done.size - [...done].filter((topic) => there.has(topic)).length
  outcome.done = done.size - outcome.unheeded
  return { pasted, notKept }
}

/**
 * Puts back what was there before a paste, and removes from `pasted` what is done. A topic that has another message by now stays, unless
 * `overwrite` is set; those are returned. Throws as `paste` does.
 */
export async function undoPaste(
  probe: RetainedProbe,
  pasted: Pasted,
  overwrite: boolean,
  outcome: SubtreeOutcome,
  context: Context
): Promise<Set<string>> {
  const conflicts = new Set<string>()
  const found = new Set<string>()
  await ask(probe, pasted, EVERYTHING, context.signal, ({ topic, payload }) => {
    found.add(topic)
    if (!pasted.get(topic)!.now.payload.equals(payload)) conflicts.add(topic)
    context.progress('asking', found.size, null)
  })
  if (overwrite) conflicts.clear()
  outcome.changed = conflicts.size
  const topics = [...pasted.keys()].filter((topic) => !conflicts.has(topic))
  const done = await publishAll(probe, topics, outcome, context, async (topic) => {
    const { before } = pasted.get(topic)!
    await probe.retain(
      topic,
      before?.payload ?? Buffer.alloc(0),
      before ? at(before, probe) : 1,
      before?.properties
    )
  })
  for (const topic of done) pasted.delete(topic)
  return conflicts
}

export function nothingPasted(kind: SubtreeOutcome['kind'], planned: number): SubtreeOutcome {
  return nothingDone(kind, planned)
}

function at({ qos }: Cleared, { maximumQos }: RetainedProbe): Cleared['qos'] {
  return qos > maximumQos ? maximumQos : qos
}

function refuse(outcome: SubtreeOutcome, topic: string, code: number): void {
  outcome.refusals++
  if (outcome.refused.length < NAMED) outcome.refused.push({ topic, code })
}
