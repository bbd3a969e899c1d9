import { z } from 'zod'
import { call } from './define'
import { TopicFilter } from './filter'

/** CONNACK reason codes of MQTT 5 that refuse a client (MQTT 5.0, table 3-1). */
export const CONNACK_FAILURES: readonly number[] = [
  0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b,
  0x9c, 0x9d, 0x9f
]

/** SUBACK reason codes of MQTT 5 that refuse a subscription (MQTT 5.0, table 3-8). Before MQTT 5 there is only 0x80. */
export const SUBACK_FAILURES: readonly number[] = [0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2]

const ClientId = z.string('REQUIRED').min(1, 'REQUIRED').nullable().default(null)
/** Port of a listener. */
const ListenerPort = z
  .int('PORT_RANGE')
  .min(1, 'PORT_RANGE')
  .max(65_535, 'PORT_RANGE')
  .nullable()
  .default(null)

/** Whom a fault is for, among the clients. null: everybody. */
const ClientScope = z.object({ clientId: ClientId, listener: ListenerPort })
export type ClientScope = z.infer<typeof ClientScope>

/**
 * Which packets a fault is for. With a filter: messages whose topics match it, their acknowledgements, and requests for subscriptions whose
 * filters match it as if they were topics. Packets that are about no topic are then left alone.
 */
const PacketScope = ClientScope.extend({
  filter: TopicFilter.refine((filter) => !filter.startsWith('$share/'), 'FILTER_SHARED')
    .nullable()
    .default(null)
})
export type PacketScope = z.infer<typeof PacketScope>

/** How often a fault strikes: every n-th of a client's packets, or each with a chance from 0 to 1. */
const FaultRate = z.discriminatedUnion('by', [
  z.object({ by: z.literal('count'), every: z.int('COUNT_RANGE').min(1, 'COUNT_RANGE') }),
  z.object({
    by: z.literal('chance'),
    chance: z.number('CHANCE_RANGE').min(0, 'CHANCE_RANGE').max(1, 'CHANCE_RANGE')
  })
])

/** 0 to a minute. */
const Delay = z.int('DELAY_RANGE').min(0, 'DELAY_RANGE').max(60_000, 'DELAY_RANGE')

const always = {
  /** How long until it ends by itself. */
  seconds: z.int('SECONDS_RANGE').min(1, 'SECONDS_RANGE').max(86_400, 'SECONDS_RANGE')
}

const sometimes = {
  ...always,
  rate: FaultRate.default({ by: 'count', every: 1 }),
  /** It ends after it struck so often; null: only after its time. */
  times: z.int('COUNT_RANGE').min(1, 'COUNT_RANGE').nullable().default(null),
  /** The same seed and the same packets of a client give the same decisions. */
  seed: z.int('SEED_RANGE').min(0, 'SEED_RANGE').max(0xffffffff, 'SEED_RANGE').default(1)
}

const packets = { ...sometimes, scope: PacketScope.prefault({}) }
const clients = { ...sometimes, scope: ClientScope.prefault({}) }

/** Acknowledgements of the broker that can be withheld. */
const Withheld = z.enum(['PUBACK', 'PUBREC', 'PUBCOMP', 'SUBACK'])

/** What a person asks for. */
export const FaultSpec = z
  .discriminatedUnion('kind', [
    /** Packets are late by `delay` ms, give or take up to `jitter` ms. Those behind a late packet wait for it. */
    z.object({
      kind: z.literal('latency'),
      ...packets,
      delay: Delay,
      jitter: Delay.default(0),
      /** Of packets from the client, to it, or both. */
      direction: z.enum(['in', 'out', 'both']).default('both')
    }),
    /** Packets from the client are as if they had never come. `acknowledgement`: PUBACK, PUBREC, PUBREL and PUBCOMP. */
    z.object({
      kind: z.literal('loss'),
      ...packets,
      packets: z.enum(['publish', 'acknowledgement', 'any']).default('any')
    }),
    /** A QoS 1 or 2 message is sent to the client twice: again with DUP and the same packet identifier. */
    z.object({ kind: z.literal('duplicate'), ...packets }),
    /** Acknowledgements of the broker are not sent. */
    z.object({
      kind: z.literal('withhold'),
      ...packets,
      packets: z.array(Withheld).min(1, 'REQUIRED').default(Withheld.options)
    }),
    /** The connection is cut, as by a network, by a packet from the client, which is lost with it. */
    z.object({ kind: z.literal('disconnect'), ...packets }),
    /** The broker reads so many bytes a second from the client. */
    z.object({
      kind: z.literal('slowReading'),
      ...always,
      scope: ClientScope.prefault({}),
      bytesPerSecond: z.int('SPEED_RANGE').min(1, 'SPEED_RANGE').max(100_000_000, 'SPEED_RANGE')
    }),
    /** CONNECT is refused: with a return code before MQTT 5, with a reason code in MQTT 5. null: clients of that version are left alone. */
    z.object({
      kind: z.literal('connack'),
      ...clients,
      returnCode: z
        .int('CODE_UNKNOWN')
        .min(1, 'CODE_UNKNOWN')
        .max(5, 'CODE_UNKNOWN')
        .nullable()
        .default(null),
      reasonCode: z
        .number('CODE_UNKNOWN')
        .refine((code) => CONNACK_FAILURES.includes(code), 'CODE_UNKNOWN')
        .nullable()
        .default(null)
    }),
    /** Subscriptions are refused. Before MQTT 5 always with 0x80. */
    z.object({
      kind: z.literal('suback'),
      ...packets,
      reasonCode: z
        .number('CODE_UNKNOWN')
        .refine((code) => SUBACK_FAILURES.includes(code), 'CODE_UNKNOWN')
        .default(0x80)
    }),
    /** Messages for the client are dropped as if its queue were full. */
    z.object({ kind: z.literal('queueFull'), ...packets }),
    /** Messages of the client are refused with 0x97, quota exceeded. Before MQTT 5 and at QoS 0 it is not told. */
    z.object({ kind: z.literal('quota'), ...packets }),
    /** The broker is away: its listeners, or one of them, take no connections, and those that exist are cut. */
    z.object({
      kind: z.literal('away'),
      ...always,
      scope: ClientScope.pick({ listener: true }).prefault({})
    })
  ])
  .superRefine((spec, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    if (spec.kind === 'latency' && spec.jitter > spec.delay) fault('jitter', 'JITTER_RANGE')
    if (spec.kind === 'connack' && spec.returnCode === null && spec.reasonCode === null)
      fault('reasonCode', 'REQUIRED')
  })
export type FaultSpec = z.infer<typeof FaultSpec>
export type FaultKind = FaultSpec['kind']

/** A fault that is on. */
export const ActiveFault = z.object({
  id: z.string(),
  spec: FaultSpec,
  /** ms since 1970 UTC. */
  since: z.number(),
  /** When it ends by itself, in ms since 1970 UTC. */
  until: z.number(),
  /** What it struck so far: packets, messages, chunks of bytes read slowly, or connections cut. */
  count: z.int(),
  /** The clients that it struck last, newest first, at most five. */
  clients: z.array(z.string()),
  /** Why a listener that was away cannot come back yet: an error's code and details (shared/errors.ts). It is tried every second. */
  problem: z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) }).nullable()
})
export type ActiveFault = z.infer<typeof ActiveFault>

/** A fault that is over. */
export const EndedFault = ActiveFault.omit({ until: true, problem: true }).extend({
  /** ms since 1970 UTC. */
  endedAt: z.number(),
  /** It struck as often as it should, its time was over, or somebody switched it off. */
  end: z.enum(['times', 'time', 'stopped'])
})
export type EndedFault = z.infer<typeof EndedFault>

/** Faults in the local broker, on purpose. All end when it stops. Treetop's own connection has none. */
export const faultCalls = {
  /** The faults that are on, oldest first. */
  'faults.list': call('broker', z.void(), z.array(ActiveFault)),
  /** The last 20 that ended since the broker started, newest first. */
  'faults.ended': call('broker', z.void(), z.array(EndedFault)),
  /** Switches a fault on. Throws INVALID_INPUT with an issue for each bad field; LISTENER_UNKNOWN if no listener has that port. */
  'faults.add': call('broker', FaultSpec, ActiveFault),
  /** Switches a fault off: what it held back goes on at once, in order. Throws NOT_FOUND. */
  'faults.remove': call('broker', z.object({ id: z.string() }), z.void()),
  /** Switches all faults off. */
  'faults.clear': call('broker', z.void(), z.void()),
  /** Cuts connections now, as a network does that fails. Returns how many. */
  'faults.disconnect': call('broker', ClientScope, z.int())
}

export const faultEvents = {
  /** The faults that are on. Sent when one begins or ends, and at most once a second while they strike. */
  'faults.changed': z.array(ActiveFault)
}
