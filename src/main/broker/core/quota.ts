import type { Message } from '../codec/message'
import { Refusal } from '../codec/refusal'
import type { Limits } from './limits'
import type { Retained } from './retained'

/**
 * Bytes of a CONNECT, whose longest fields have 65,535 bytes each, but whose user properties could fill any packet: wills are kept with
 * them, for as many clients as may connect.
 */
export const CONNECT_BYTES = 1_000_000

/** Throws Refusal for a topic or filter with more levels than the broker takes. */
export function checkLevels(topic: string, { topicLevels }: Limits, reasonCode: number): void {
  // There are fewer levels than characters, so that short topics need not be counted.
  if (topic.length < topicLevels) return
  let levels = 1
  for (let at = topic.indexOf('/'); at >= 0; at = topic.indexOf('/', at + 1)) levels++
  if (levels > topicLevels)
    throw new Refusal(
      `"${topic.slice(0, 40)}…" has ${levels} levels, and this broker takes ${topicLevels}.`,
      reasonCode
    )
}

/** Whether a message can be retained, in place of its topic's former one. */
export function hasRoom(
  { topic, payloadLength, size }: Message,
  retained: Retained,
  { retainedBytes }: Limits
): boolean {
  if (payloadLength === 0 || retained.bytes + size <= retainedBytes) return true
  return retained.bytes - (retained.get(topic)?.size ?? 0) + size <= retainedBytes
}
