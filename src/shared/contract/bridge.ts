import { z } from 'zod'
import { filtersOverlap } from '../filter-overlap'
import { Qos } from '../message'
import { filterFault, topicFault } from '../topic'
import { ConnectionStatus } from './connections'
import { call } from './define'
import { TopicFilter } from './filter'

/** The beginning of topics on one side of a bridge. Its issues are `TOPIC_` and the fault. */
const TopicPrefix = z
  .string()
  .max(1_000, 'TOO_LONG')
  .superRefine((prefix, context) => {
    const fault = prefix === '' ? null : topicFault(prefix)
    if (fault) context.addIssue({ code: 'custom', message: `TOPIC_${fault}` })
  })

/**
 * What a bridge carries. A side's topics are its prefix and then a topic that matches the filter, so a message changes one prefix for the
 * other.
 */
export const BridgeRule = z.object({
  /** `in`: from the profile's broker to the local one. */
  direction: z.enum(['in', 'out', 'both']),
  filter: TopicFilter.refine((filter) => !filter.startsWith('$share/'), 'FILTER_SHARED'),
  localPrefix: TopicPrefix,
  remotePrefix: TopicPrefix,
  /** Messages at a higher QoS are carried at this one. */
  qos: Qos,
  /** Whether messages stay retained, and whether those that are retained already are carried. */
  retain: z.boolean()
})
export type BridgeRule = z.infer<typeof BridgeRule>

/** A bridge as it is edited: to the broker of a profile, with its address, TLS, user name, password and version. */
export const BridgeDraft = z
  .object({
    name: z.string().trim().min(1, 'REQUIRED').max(100, 'TOO_LONG'),
    profileId: z.string().min(1, 'REQUIRED'),
    rules: z.array(BridgeRule).min(1, 'REQUIRED').max(100, 'TOO_MANY')
  })
  .superRefine(({ rules }, context) => {
    for (const [index, rule] of rules.entries())
      for (const side of ['local', 'remote'] as const) {
        // A prefix without a slash before `#`, say.
        const fault = filterFault(filterOn(side, rule))
        if (fault && filterFault(rule.filter) === null)
          context.addIssue({
            code: 'custom',
            path: ['rules', index, `${side}Prefix`],
            message: `FILTER_${fault}`
          })
      }
    // Each message is carried by one rule, so rules for the same messages contradict each other.
    for (const [index, rule] of rules.entries())
      if (rules.slice(0, index).some((earlier) => overlap(earlier, rule)))
        context.addIssue({ code: 'custom', path: ['rules', index, 'filter'], message: 'FILTER_OVERLAPS' })
  })
export type BridgeDraft = z.infer<typeof BridgeDraft>

export const Bridge = z.object({
  /** 6 hex digits. */
  id: z.string(),
  on: z.boolean(),
  ...BridgeDraft.shape
})
export type Bridge = z.infer<typeof Bridge>

/** The filter of a rule's topics on one side. */
export function filterOn(side: 'local' | 'remote', rule: BridgeRule): string {
  return (side === 'local' ? rule.localPrefix : rule.remotePrefix) + rule.filter
}

/** Whether a rule carries messages in a direction. */
export function carries(direction: 'in' | 'out', rule: BridgeRule): boolean {
  return rule.direction === direction || rule.direction === 'both'
}

/**
 * Why a message was not carried: it came from where it would go; the other side takes too little or is away; the other broker does not
 * accept it; it is larger than the other broker accepts; its topic is not valid with the other prefix; its connection was lost at QoS 0.
 */
export const BridgeDrop = z.enum([
  'loop',
  'queueFull',
  'refused',
  'tooLarge',
  'topicInvalid',
  'connectionLost'
])
export type BridgeDrop = z.infer<typeof BridgeDrop>

const BridgeTraffic = z.object({ messages: z.number().int(), bytes: z.number().int() })

/** A bridge at work. Counts begin when it is switched on. */
export const BridgeStatus = z.object({
  id: z.string(),
  /** On both brokers. */
  clientId: z.string(),
  /**
   * `waiting`: it is on, but the local broker is stopped. `online`: both sides are. `reconnecting`: waiting for the next attempt, whose
   * time and reason the side's status has. `failed`: a side was refused for good.
   */
  state: z.enum(['off', 'waiting', 'connecting', 'online', 'reconnecting', 'failed']),
  /** The connections to the profile's broker and to the local one, as in `connections.changed`; null: none has been tried. */
  remote: ConnectionStatus.nullable(),
  local: ConnectionStatus.nullable(),
  in: BridgeTraffic,
  out: BridgeTraffic,
  dropped: z.record(BridgeDrop, z.number().int()),
  /** The last message that was not carried. */
  lastDrop: z
    .object({ at: z.number(), direction: z.enum(['in', 'out']), topic: z.string(), cause: BridgeDrop })
    .nullable()
})
export type BridgeStatus = z.infer<typeof BridgeStatus>

/**
 * What the lines leave to the person, or cannot say: the password and the key are not written; Mosquitto's bridges do not speak WebSocket;
 * a topic, prefix or user name that a line cannot hold; retained messages that only some rules leave out, or that come in.
 */
export const MosquittoNote = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum([
      'password',
      'key',
      'pfx',
      'passphrase',
      'scram',
      'proxy',
      'webSocket',
      'username',
      'retain'
    ])
  }),
  z.object({ kind: z.literal('topic'), filter: z.string() })
])
export type MosquittoNote = z.infer<typeof MosquittoNote>

/** A bridge of Mosquitto. */
export const MosquittoBridge = z.object({
  /** Empty if Mosquitto cannot have the bridge. */
  lines: z.array(z.string()),
  /** Certificates, which belong beside mosquitto.conf under these names. */
  files: z.array(z.object({ name: z.string(), content: z.string() })),
  notes: z.array(MosquittoNote)
})
export type MosquittoBridge = z.infer<typeof MosquittoBridge>

const BridgeId = z.object({ id: z.string() })

export const bridgeCalls = {
  'bridge.list': call('main', z.void(), z.array(Bridge)),
  'bridge.states': call('main', z.void(), z.array(BridgeStatus)),
  /**
   * Creates a bridge that is off (no id), or replaces one, which then starts afresh if it is on and more than its name changes: what waits
   * for it is discarded. Throws INVALID_INPUT with an issue for each bad field, NOT_FOUND, FILE_UNWRITABLE.
   */
  'bridge.save': call('main', z.object({ id: z.string().optional(), draft: BridgeDraft }), Bridge),
  /** Throws NOT_FOUND, FILE_UNWRITABLE. */
  'bridge.remove': call('main', BridgeId, z.void()),
  /** While a bridge is off, nothing is kept for it on either side. Throws NOT_FOUND, FILE_UNWRITABLE. */
  'bridge.switch': call('main', BridgeId.extend({ on: z.boolean() }), Bridge),
  /** Connects a bridge that is on again at once; what waits for it stays. Throws NOT_FOUND. */
  'bridge.retry': call('main', BridgeId, z.void()),
  /** The bridge as lines for mosquitto.conf. Throws NOT_FOUND, also if its profile is gone. */
  'bridge.mosquitto': call('main', BridgeId, MosquittoBridge)
}

export const bridgeEvents = {
  'bridge.listed': z.array(Bridge),
  /** Sent when a bridge changes, at most every 100 ms for each. */
  'bridge.changed': BridgeStatus
}

function overlap(one: BridgeRule, other: BridgeRule): boolean {
  const both = (direction: 'in' | 'out'): boolean => carries(direction, one) && carries(direction, other)
  return (
    (both('in') && filtersOverlap(filterOn('remote', one), filterOn('remote', other))) ||
    (both('out') && filtersOverlap(filterOn('local', one), filterOn('local', other)))
  )
}
