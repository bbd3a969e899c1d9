import { z } from 'zod'
import { ComposedProperties, Interval, UserProperties } from '../composed-properties'
import { isTemplate } from '../is-template'
import { Qos } from '../message'
import { filterFault, topicFault } from '../topic'
import { DecoderBinding } from './decode'
import { call } from './define'
import { SubscriptionLook } from './subscription-look'
import { isPem, TlsOptions } from './tls'
import {
  defaultProfileProxy,
  defaultRequest,
  Host,
  KeptSecret,
  Path,
  Port,
  ProfileProxy,
  proxyFaults,
  requestFaults,
  SecretInput,
  SecretName,
  WebSocketRequest
} from './transport'

export const Protocol = z.enum(['mqtt', 'mqtts', 'ws', 'wss'])
export type Protocol = z.infer<typeof Protocol>

/** MQTT protocol level as CONNECT carries it: 3 is MQTT 3.1, 4 is 3.1.1, 5 is 5.0. */
export const MqttVersion = z.union([z.literal(3), z.literal(4), z.literal(5)])
export type MqttVersion = z.infer<typeof MqttVersion>

export const ScramMethod = z.enum(['SCRAM-SHA-1', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])
export type ScramMethod = z.infer<typeof ScramMethod>

/** Options of a subscription in MQTT 5 (3.8.3.1, 3.8.2.1.2). Absent ones have the default. */
export const SubscriptionOptions = z.object({
  /** What this client publishes itself is not sent to it. Default: false. */
  noLocal: z.boolean().optional(),
  /** Messages keep the retain flag that they were published with. Default: true. */
  retainAsPublished: z.boolean().optional(),
  /** Retained messages are sent at each SUBSCRIBE (0, the default), only for a new subscription (1), or never (2). */
  retainHandling: z.union([z.literal(0), z.literal(1), z.literal(2)]).optional(),
  /** Subscription Identifier: the broker adds it to the messages. Absent: none. */
  identifier: z
    .int('IDENTIFIER_RANGE')
    .min(1, 'IDENTIFIER_RANGE')
    .max(268_435_455, 'IDENTIFIER_RANGE')
    .optional()
})
export type SubscriptionOptions = z.infer<typeof SubscriptionOptions>

export const Subscription = z.object({
  filter: z.string(),
  qos: Qos,
  ...SubscriptionOptions.shape,
  ...SubscriptionLook.shape
})
export type Subscription = z.infer<typeof Subscription>

/** The fault code of a subscription; null: none. */
function subscriptionFault({ filter, noLocal }: Subscription, version: MqttVersion): string | null {
  const fault = filterFault(filter)
  if (fault) return `FILTER_${fault}`
  // A protocol error [MQTT-3.8.3-4]. Before MQTT 5, options are not sent.
  return version === 5 && noLocal && filter.startsWith('$share/') ? 'NO_LOCAL_SHARED' : null
}

/** A subscription that can be requested. */
export const CheckedSubscription = Subscription.superRefine((subscription, context) => {
  const fault = subscriptionFault(subscription, 5)
  if (fault) context.addIssue({ code: 'custom', path: ['filter'], message: fault })
})

/** Marks a profile's tab and its row in the list, so that a production broker is not taken for another. */
export const ProfileColour = z.enum(['none', 'red', 'amber', 'green', 'blue', 'violet'])
export type ProfileColour = z.infer<typeof ProfileColour>

export const Will = z.object({
  topic: z.string(),
  payload: z.string(),
  qos: Qos,
  retain: z.boolean(),
  /** Will Delay Interval in seconds, MQTT 5 only: the broker waits so long, or until the session ends (3.1.3.2.2). */
  delay: Interval,
  /** MQTT 5 only (3.1.3.2). */
  properties: ComposedProperties
})
export type Will = z.infer<typeof Will>

const uint16 = () => z.int('UINT16_RANGE').min(1, 'UINT16_RANGE').max(65_535, 'UINT16_RANGE')

/** What a CONNECT announces in MQTT 5 (3.1.2.11); null: not announced. */
export const ConnectProperties = z.object({
  /** How many QoS 1 and 2 messages the broker may send before they are acknowledged; null: 65,535. */
  receiveMaximum: uint16().nullable(),
  /** The broker discards messages whose packets are larger, in bytes; null: no limit. */
  maximumPacketSize: z
    .int('PACKET_SIZE_RANGE')
    .min(1, 'PACKET_SIZE_RANGE')
    .max(4_294_967_295, 'PACKET_SIZE_RANGE')
    .nullable(),
  /** Largest topic alias that the broker may use; null: none. */
  topicAliasMaximum: uint16().nullable(),
  requestResponseInformation: z.boolean(),
  /** Whether the broker may explain failures with reason strings and user properties. */
  requestProblemInformation: z.boolean(),
  userProperties: UserProperties
})
export type ConnectProperties = z.infer<typeof ConnectProperties>

export function defaultConnect(): ConnectProperties {
  return {
    receiveMaximum: null,
    maximumPacketSize: null,
    topicAliasMaximum: null,
    requestResponseInformation: false,
    requestProblemInformation: true,
    userProperties: []
  }
}

/** What a bridge or a probe announces: the profile's user properties, which a broker may require, and no limits. */
export function unlimited({ userProperties }: ConnectProperties): ConnectProperties {
  return { ...defaultConnect(), userProperties }
}

/** How a profile's history is stored. */
export const HistoryOptions = z.object({
  /** Above this size (in MB: millions of bytes), the oldest messages are deleted; null keeps all. */
  maxMegabytes: z.int('SIZE_RANGE').min(10, 'SIZE_RANGE').max(10_000_000, 'SIZE_RANGE').nullable(),
  /** Messages older than this many days are deleted; null keeps all. */
  maxDays: z.int('DAYS_RANGE').min(1, 'DAYS_RANGE').max(36_500, 'DAYS_RANGE').nullable(),
  /** Messages survive a power failure, not only a crash of the process. Slower. */
  powerSafe: z.boolean()
})
export type HistoryOptions = z.infer<typeof HistoryOptions>

/** Longest name of a profile, in characters. */
export const LONGEST_NAME = 100

export const defaultHistory: HistoryOptions = { maxMegabytes: 1_000, maxDays: null, powerSafe: false }

/** A connection profile as it is edited, shown and stored, without its secrets; variables stand in some of its texts (profile-templates.ts). */
export const ProfileFields = z.object({
  name: z.string().trim().min(1, 'REQUIRED').max(LONGEST_NAME, 'TOO_LONG'),
  colour: ProfileColour,
  protocol: Protocol,
  host: Host,
  port: Port,
  /** HTTP path for ws and wss. */
  path: Path,
  /** For ws and wss. */
  request: WebSocketRequest,
  proxy: ProfileProxy,
  clientId: z.string().max(65_535, 'TOO_LONG'),
  version: MqttVersion,
  /** Clean session (3.1, 3.1.1) or clean start (5). */
  clean: z.boolean(),
  /** Session Expiry Interval in seconds, MQTT 5 only; 4,294,967,295 never expires. */
  sessionExpiry: z.int('EXPIRY_RANGE').min(0, 'EXPIRY_RANGE').max(4_294_967_295, 'EXPIRY_RANGE'),
  connect: ConnectProperties,
  /** Seconds; 0 turns keep alive off. */
  keepAlive: z.int('KEEP_ALIVE_RANGE').min(0, 'KEEP_ALIVE_RANGE').max(65_535, 'KEEP_ALIVE_RANGE'),
  /** Seconds to wait for the answer to a CONNECT. */
  connectTimeout: z.int('TIMEOUT_RANGE').min(1, 'TIMEOUT_RANGE').max(300, 'TIMEOUT_RANGE'),
  reconnect: z.boolean(),
  /** Seconds before the first retry; doubles with each failure, to at most 60. */
  reconnectPeriod: z.number('PERIOD_RANGE').min(0.5, 'PERIOD_RANGE').max(3_600, 'PERIOD_RANGE'),
  connectAtLaunch: z.boolean(),
  username: z.string().max(65_535, 'TOO_LONG'),
  /** With SCRAM (MQTT 5.0, 4.12), the password never leaves this computer. */
  authentication: z.enum(['password', ...ScramMethod.options]),
  tls: TlsOptions,
  will: Will.nullable(),
  subscriptions: z.array(Subscription),
  history: HistoryOptions,
  /** Decoders by topic filter; the first match applies. */
  decoders: z.array(DecoderBinding),
  /** An assistant may publish through this profile (`treetop mcp`). */
  mcpPublish: z.boolean()
})

/** The fields, plus the rules that involve several of them. */
export const ProfileDraft = ProfileFields.superRefine((profile, context) => {
  const fault = (path: (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path, message })
  if (profile.version !== 5 && !profile.clean && profile.clientId === '')
    fault(['clientId'], 'CLIENT_ID_NEEDED')
  if (profile.version === 3 && profile.clientId === '') fault(['clientId'], 'CLIENT_ID_NEEDED')
  if (profile.authentication !== 'password') {
    if (profile.version !== 5) fault(['authentication'], 'SCRAM_VERSION')
    if (profile.username === '') fault(['username'], 'REQUIRED')
  }
  if (profile.will) {
    const topic = isTemplate(profile.will.topic) ? null : topicFault(profile.will.topic)
    if (topic) fault(['will', 'topic'], `TOPIC_${topic}`)
    if (new TextEncoder().encode(profile.will.payload).length > 65_535) fault(['will', 'payload'], 'TOO_LONG')
  }
  const seen = new Set<string>()
  for (const [index, subscription] of profile.subscriptions.entries()) {
    const { filter } = subscription
    const found = isTemplate(filter) ? null : subscriptionFault(subscription, profile.version)
    if (found) fault(['subscriptions', index, 'filter'], found)
    else if (seen.has(filter)) fault(['subscriptions', index, 'filter'], 'FILTER_REPEATED')
    seen.add(filter)
  }
  for (const [path, code] of requestFaults(profile.request)) fault(['request', ...path], code)
  if (profile.proxy.use === 'own')
    for (const [path, code] of proxyFaults(profile.proxy.server)) fault(['proxy', 'server', ...path], code)
  for (const [index, { filter }] of profile.decoders.entries()) {
    const found = filterFault(filter)
    if (found) fault(['decoders', index, 'filter'], `FILTER_${found}`)
  }
})
export type ProfileDraft = z.infer<typeof ProfileDraft>

/** New secrets by name, each as in `SecretInput`. */
export const SecretsInput = z.partialRecord(SecretName, SecretInput).superRefine(({ key }, context) => {
  if (!isPem('PRIVATE KEY')(key ?? ''))
    context.addIssue({ code: 'custom', path: ['key'], message: 'PEM_KEY' })
})
export type SecretsInput = z.infer<typeof SecretsInput>

export const Profile = ProfileFields.extend({
  id: z.string(),
  /** Where each secret is. */
  secrets: z.partialRecord(SecretName, KeptSecret)
})
export type Profile = z.infer<typeof Profile>

/** The profile of the connection to the local broker. It can be edited but not removed. */
export const LOCAL_PROFILE_ID = 'local'

/** Default expiry of a persistent session, in seconds: a day. */
export const DEFAULT_SESSION_EXPIRY = 86_400

/** A new profile's fields. */
export function defaultProfile(clientId: string): ProfileDraft {
  return {
    name: '',
    colour: 'none',
    protocol: 'mqtt',
    host: '',
    port: 1883,
    path: '/mqtt',
    request: defaultRequest(),
    proxy: defaultProfileProxy(),
    clientId,
    version: 5,
    clean: true,
    sessionExpiry: 0,
    connect: defaultConnect(),
    keepAlive: 60,
    connectTimeout: 10,
    reconnect: true,
    reconnectPeriod: 1,
    connectAtLaunch: false,
    username: '',
    authentication: 'password',
    tls: { ca: '', identity: 'pem', cert: '', verify: true, alpn: [], serverName: '' },
    will: null,
    subscriptions: [
      { filter: '#', qos: 0 },
      { filter: '$SYS/#', qos: 0 }
    ],
    history: { ...defaultHistory },
    decoders: [],
    mcpPublish: false
  }
}

/** The default port of each protocol. */
export const defaultPort: Record<Protocol, number> = { mqtt: 1883, mqtts: 8883, ws: 8083, wss: 8084 }

const ProfileId = z.object({ id: z.string() })

export const profileCalls = {
  'profiles.list': call('main', z.void(), z.array(Profile)),
  /** Creates a profile (no id) or replaces one. Throws INVALID_INPUT with an issue for each bad field. */
  'profiles.save': call(
    'main',
    z.object({ id: z.string().optional(), draft: ProfileDraft, secrets: SecretsInput }),
    Profile
  ),
  /** Removes the profile, and its history file if `history` is set. */
  'profiles.remove': call('main', ProfileId.extend({ history: z.boolean() }), z.void()),
  /** Adds a subscription to a profile, in place of one with the same filter. That may have variables. Throws NOT_FOUND, FILE_UNWRITABLE. */
  'profiles.keepSubscription': call(
    'main',
    ProfileId.extend({
      subscription: CheckedSubscription.or(Subscription.refine(({ filter }) => isTemplate(filter)))
    }),
    z.void()
  ),
  'profiles.duplicate': call('main', ProfileId.extend({ name: z.string() }), Profile)
}

export const profileEvents = {
  'profiles.changed': z.array(Profile)
}
