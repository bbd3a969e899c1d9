import { z } from 'zod'
import { call } from './define'
import { Job } from './jobs'

/** What a probe finds out about a broker, in the order of the sheet. */
export const ProbeItemId = z.enum([
  'version31',
  'version311',
  'version5',
  'qos0',
  'qos1',
  'qos2',
  'retain',
  'retainCleared',
  'wildcardPlus',
  'wildcardHash',
  'everything',
  'sys',
  'shared',
  'subscriptionIds',
  'noLocal',
  'retainAsPublished',
  'will',
  'session',
  'sessionExpiry',
  'messageExpiry',
  'keepAlive',
  'assignedClientId',
  'receiveMaximum',
  'topicAlias',
  'topicLength',
  'clientIdLength',
  'packetSize',
  'packetPassed'
])
export type ProbeItemId = z.infer<typeof ProbeItemId>

export type ProbeUnit = 'bytes' | 'seconds' | 'messages' | 'aliases' | 'qos'

/** The unit of an item's `value`; items without one have no value. */
export const probeUnits: Partial<Record<ProbeItemId, ProbeUnit>> = {
  qos1: 'qos',
  qos2: 'qos',
  sessionExpiry: 'seconds',
  messageExpiry: 'seconds',
  keepAlive: 'seconds',
  receiveMaximum: 'messages',
  topicAlias: 'aliases',
  topicLength: 'bytes',
  clientIdLength: 'bytes',
  packetSize: 'bytes',
  packetPassed: 'bytes'
}

/** The most that MQTT itself allows of an item (1.5.4 UTF-8 Encoded String). */
export const MOST_IN_MQTT: Partial<Record<ProbeItemId, number>> = {
  topicLength: 65_535,
  clientIdLength: 65_535
}

export const ProbeVerdict = z.enum(['supported', 'notSupported', 'unknown'])
export type ProbeVerdict = z.infer<typeof ProbeVerdict>

/** Why an item has its verdict: the key of the sentence that says so. */
export const ProbeFinding = z.enum([
  /** CONNACK accepted it. */
  'accepted',
  /** The messages arrived; `roundTrip` and `acknowledged` say how fast. */
  'delivered',
  /** It did what the specification says. */
  'works',
  /** An answer refused it: `answer`. */
  'refused',
  /** The broker ended the connection over it; `answer` is its DISCONNECT, if it sent one. */
  'closed',
  /** It was acknowledged, but the message did not arrive. */
  'notDelivered',
  /** SUBACK granted a lower QoS: `value`. */
  'downgraded',
  /** The CONNACK says that the broker does not have it. */
  'unavailable',
  /** The CONNACK says how much: `value`. */
  'announced',
  /** The CONNACK does not say, so the specification's default applies: `value`; null: no limit. */
  'byDefault',
  /** Granted as asked: `value`. */
  'asAsked',
  /** `asked` was asked, `value` was granted. */
  'adjusted',
  /** The largest that passed is `value`. */
  'upTo',
  /** `value` passed, and more was not tried. */
  'atLeast',
  /** It was accepted and had no effect. */
  'ignored',
  /** The message was still retained after it was cleared. */
  'stillRetained',
  /** The subscription was granted, and nothing came. */
  'silent',
  /** Only MQTT 5 has it, and the broker does not accept MQTT 5. */
  'needsVersion5',
  /** It could not be tested, because it needs something that does not work here. */
  'notTested',
  /** No answer within the item's time limit. */
  'timeLimit',
  /** The broker could no longer be reached. */
  'lost'
])
export type ProbeFinding = z.infer<typeof ProbeFinding>

/** The packet that decided an item. */
export const ProbeAnswer = z.object({
  packet: z.enum(['CONNACK', 'PUBACK', 'PUBREC', 'SUBACK', 'DISCONNECT']),
  /** MQTT version of the code: 4 for a broker that answered MQTT 5 with a return code of 3.1.1. */
  version: z.union([z.literal(3), z.literal(4), z.literal(5)]),
  code: z.int(),
  reasonString: z.string().nullable()
})
export type ProbeAnswer = z.infer<typeof ProbeAnswer>

/** A packet that was sent or received. */
export const ProbeStep = z.object({
  /** ms since the item began. */
  at: z.number(),
  /** `omitted`: `fields.count` steps are left out here. */
  direction: z.enum(['sent', 'received', 'omitted']),
  /** The packet's name in the specification; CLOSED: the connection ended. */
  packet: z.string(),
  /** Fields and properties as MQTT.js names them, without secrets; long texts are cut. */
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
})
export type ProbeStep = z.infer<typeof ProbeStep>

export const ProbeItem = z.object({
  id: ProbeItemId,
  verdict: ProbeVerdict,
  finding: ProbeFinding,
  /** A limit, or what was granted, in the item's unit (`probeUnits`). */
  value: z.number().nullable(),
  /** What was asked for, in the same unit. */
  asked: z.number().nullable(),
  answer: ProbeAnswer.nullable(),
  /** Medians in ms: from PUBLISH to the message's arrival, and from PUBLISH to PUBACK or PUBCOMP. */
  roundTrip: z.number().nullable(),
  acknowledged: z.number().nullable(),
  /** ms that the item took. */
  took: z.number(),
  evidence: z.array(ProbeStep)
})
export type ProbeItem = z.infer<typeof ProbeItem>

/** The version of a sheet's JSON. Fields are only added within a version. */
export const PROBE_FORMAT = 1

/** A broker's capability sheet. */
export const ProbeSheet = z.object({
  format: z.literal(PROBE_FORMAT),
  id: z.string(),
  /** The profile's name; on the command line, the host. */
  name: z.string(),
  /** Scheme, host and port, without user and password. */
  address: z.string(),
  /** When the probe began, in ms since 1970 UTC. */
  at: z.number(),
  /** ms. */
  took: z.number(),
  /** Treetop's version. */
  treetop: z.string(),
  /** `lost`: the broker could not be reached any more; the remaining items are unknown. */
  end: z.enum(['complete', 'lost']),
  /** The topic below which it published everything. */
  topic: z.string(),
  /** Topics whose retained message could not be cleared, and client ids whose session could not be ended. */
  left: z.object({ topics: z.array(z.string()), sessions: z.array(z.string()) }),
  /** Connections, packets in both directions, and bytes of topics and payloads sent. */
  traffic: z.object({ connections: z.int(), sent: z.int(), received: z.int(), bytes: z.int() }),
  items: z.array(ProbeItem)
})
export type ProbeSheet = z.infer<typeof ProbeSheet>

/** An address as a sheet shows it: without user and password. */
export function probeAddress({
  protocol,
  host,
  port
}: {
  protocol: string
  host: string
  port: number
}): string {
  return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** A sheet in a list. */
export const ProbeSheetHead = ProbeSheet.pick({ id: true, name: true, address: true, at: true, end: true })
export type ProbeSheetHead = z.infer<typeof ProbeSheetHead>

/** An item that differs between two sheets; null: that sheet does not have it. */
export const ProbeDifference = z.object({
  id: ProbeItemId,
  before: ProbeItem.nullable(),
  after: ProbeItem.nullable()
})
export type ProbeDifference = z.infer<typeof ProbeDifference>

const SheetRef = z.object({ profileId: z.string(), sheetId: z.string() })

export const probeCalls = {
  /**
   * Probes the broker of a profile, with connections of its own; returns the job that runs already, if one does. Its result is
   * the sheet. Throws NOT_FOUND. The job fails with BROKER_UNREACHABLE or FILE_UNWRITABLE.
   */
  'probe.start': call('main', z.object({ profileId: z.string() }), Job),
  /** The probe of a profile that is running, with the items that it has found out so far; null: none is running. */
  'probe.running': call(
    'main',
    z.object({ profileId: z.string() }),
    z.object({ jobId: z.string(), items: z.array(ProbeItem) }).nullable()
  ),
  /** The kept sheets of a profile, newest first. */
  'probe.list': call('main', z.object({ profileId: z.string() }), z.array(ProbeSheetHead)),
  /** Throws NOT_FOUND. */
  'probe.get': call('main', SheetRef, ProbeSheet),
  /** Throws NOT_FOUND, FILE_UNWRITABLE. */
  'probe.remove': call('main', SheetRef, z.void()),
  /** The items that differ in verdict, finding, value or answer, not in time. The sheets may be of two profiles. Throws NOT_FOUND. */
  'probe.compare': call('main', z.object({ before: SheetRef, after: SheetRef }), z.array(ProbeDifference))
}

export const probeEvents = {
  /** An item of a running probe was found out. */
  'probe.item': z.object({ jobId: z.string(), profileId: z.string(), item: ProbeItem }),
  /** A cancelled probe, which has no sheet, could not clear up everything. */
  'probe.left': z.object({ profileId: z.string(), left: ProbeSheet.shape.left })
}
