import { z } from 'zod'
import { Qos } from '../message'
import { call } from './define'
import { MqttVersion } from './profiles'

/** How the broker takes connections: MQTT over TCP, over TLS, over WebSocket, over WebSocket and TLS, or MQTT-SN over UDP. */
export const ListenerKind = z.enum(['tcp', 'tls', 'ws', 'wss', 'sn'])
export type ListenerKind = z.infer<typeof ListenerKind>

/** A listener as the settings have it. */
export const BrokerListener = z.object({
  kind: ListenerKind,
  host: z.enum(['127.0.0.1', '0.0.0.0']),
  port: z.number().int().min(1).max(65_535)
})
export type BrokerListener = z.infer<typeof BrokerListener>

/** What the broker allows its clients. */
export const BrokerLimits = z.object({
  /** Clients connected at once. */
  clients: z.number().int().min(1).max(100_000),
  /** Largest packet, in bytes. */
  packetSize: z.number().int().min(1_000).max(268_435_455),
  /** Levels of a topic or filter. By default as many as fit into 65,535 bytes (MQTT 5.0, 4.7.3). */
  topicLevels: z.number().int().min(1).max(65_536),
  /** What may wait for one session; beyond either, the oldest message is dropped. */
  queueMessages: z.number().int().min(1).max(10_000_000),
  queueBytes: z.number().int().min(1_000).max(10_000_000_000),
  /** What may wait for all sessions together, in bytes; beyond it, the session that gets a message loses its oldest. */
  allQueuedBytes: z.number().int().min(1_000).max(100_000_000_000),
  /** Sessions of clients that are connected or away. */
  sessions: z.number().int().min(1).max(10_000_000),
  /** Retained messages in all, in bytes. */
  retainedBytes: z.number().int().min(1_000).max(100_000_000_000),
  /** ms within which CONNECT must come. */
  connectTimeout: z.number().int().min(1_000).max(600_000),
  /** Longest keep alive of MQTT 5 clients, in seconds. */
  keepAlive: z.number().int().min(1).max(65_535)
})
export type BrokerLimits = z.infer<typeof BrokerLimits>

export const defaultBrokerLimits: BrokerLimits = {
  clients: 20_000,
  packetSize: 20_000_000,
  topicLevels: 65_536,
  queueMessages: 100_000,
  queueBytes: 100_000_000,
  allQueuedBytes: 1_000_000_000,
  sessions: 100_000,
  retainedBytes: 1_000_000_000,
  connectTimeout: 10_000,
  keepAlive: 60
}

/** The local broker. */
export const BrokerStatus = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('stopped'),
    /** Why it crashed and was not restarted; null if it was stopped or never started. */
    fault: z.object({ message: z.string() }).nullable()
  }),
  z.object({
    state: z.literal('running'),
    /** Of the first listener. */
    host: z.string(),
    port: z.number().int(),
    listeners: z.array(BrokerListener),
    /** What it was started with; the settings may have changed since. */
    forgets: z.boolean(),
    limits: BrokerLimits,
    /** ms since 1970 UTC. */
    since: z.number(),
    clients: z.number().int(),
    /** Messages per second, published to the broker and sent to subscribers. */
    rateIn: z.number(),
    rateOut: z.number(),
    /** The demo devices are publishing. */
    demo: z.boolean(),
    /** Faults that are on (`faults.list`). */
    faults: z.number().int(),
    /** Why sessions and retained messages are in memory only; null: they are on disk, or meant to be forgotten. */
    storeFault: z.string().nullable()
  })
])
export type BrokerStatus = z.infer<typeof BrokerStatus>

export const BrokerClient = z.object({
  id: z.string(),
  version: MqttVersion,
  /** `mqtt-sn`: over the gateway, which speaks MQTT 3.1.1 for it. */
  protocol: z.enum(['mqtt', 'mqtt-sn']),
  /** An MQTT-SN client that sleeps: what is for it waits. */
  asleep: z.boolean(),
  /** The client's `address:port`. */
  address: z.string(),
  /** A bridge of this Treetop. */
  isBridge: z.boolean(),
  /** Seconds. */
  keepAlive: z.number().int(),
  clean: z.boolean(),
  /** ms since 1970 UTC. */
  connectedAt: z.number(),
  subscriptions: z.array(z.object({ filter: z.string(), qos: Qos })),
  /** Messages from the client, and to it. */
  received: z.number().int(),
  sent: z.number().int()
})
export type BrokerClient = z.infer<typeof BrokerClient>

/** A client or a packet that the broker refused. */
export const BrokerRefusal = z.object({
  /** ms since 1970 UTC. */
  at: z.number(),
  /** Empty: not known yet. */
  clientId: z.string(),
  address: z.string(),
  /** A reason code of MQTT 5. */
  reasonCode: z.number().int(),
  reason: z.string(),
  /** The packet's first bytes in hex. */
  packet: z.string()
})
export type BrokerRefusal = z.infer<typeof BrokerRefusal>

/** The server certificate of the TLS listeners. */
export const BrokerCertificate = z.object({
  /** Made by Treetop, or the person's own. */
  made: z.boolean(),
  /** Path of the certificate that clients must trust, and its PEM text. */
  trustFile: z.string(),
  trustPem: z.string(),
  /** Host names and addresses for which the server certificate is valid. */
  names: z.array(z.string()),
  /** ms since 1970 UTC. */
  validUntil: z.number()
})
export type BrokerCertificate = z.infer<typeof BrokerCertificate>

export const brokerCalls = {
  'broker.status': call('main', z.void(), BrokerStatus),
  /**
   * Starts the local broker at the address in the settings, or on the given port (which the settings then store), and opens
   * the local connection to it before any other client can connect. Throws PORT_IN_USE, PORT_DENIED, ADDRESS_UNAVAILABLE,
   * BROKER_FILE_UNUSABLE.
   */
  'broker.start': call(
    'main',
    z.object({ port: z.number().int().min(1).max(65_535).optional() }),
    BrokerStatus
  ),
  'broker.stop': call('main', z.void(), BrokerStatus),
  /** Every connected client. */
  'broker.clients': call('broker', z.void(), z.array(BrokerClient)),
  /** Closes a client's connection (MQTT 5: DISCONNECT 0x98, administrative action). Throws NOT_FOUND. */
  'broker.kick': call('broker', z.object({ clientId: z.string() }), z.void()),
  /** The last refusals, newest last. */
  'broker.refusals': call('broker', z.void(), z.array(BrokerRefusal)),
  /** The certificate of the TLS listeners; null: none has been made or chosen. Throws FILE_UNREADABLE. */
  'broker.certificate': call('main', z.void(), BrokerCertificate.nullable()),
  /** Makes a certificate authority of this computer's own and a server certificate, and uses it. Throws FILE_UNWRITABLE. */
  'broker.makeCertificate': call('main', z.void(), BrokerCertificate),
  /**
   * Uses the person's own certificate and key (PEM), or no longer (null). Throws CERTIFICATE_INVALID, FILE_UNWRITABLE.
   */
  'broker.useCertificate': call(
    'main',
    // A channel does not distinguish null from undefined.
    z.object({ cert: z.string(), key: z.string() }).nullable().default(null),
    BrokerCertificate.nullable()
  ),
  /** Starts the broker if needed, then the demo devices. */
  'demo.start': call('main', z.void(), BrokerStatus),
  'demo.stop': call('main', z.void(), BrokerStatus)
}

export const brokerEvents = {
  /** Sent on every change, and once a second while the broker runs. */
  'broker.changed': BrokerStatus,
  /** The broker crashed. `restarted`: a new one runs in its place; if not, the status says why. */
  'broker.crashed': z.object({ message: z.string(), restarted: z.boolean() })
}
