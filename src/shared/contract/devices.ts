import { z } from 'zod'
import { call } from './define'
import { PublishResult } from './messages'

/** `stale`: there, but what is shown of it may be out of date. */
export const PresenceState = z.enum(['online', 'stale', 'offline'])
export type PresenceState = z.infer<typeof PresenceState>

/** Why what is shown of an edge node or device may be out of date. */
export const StaleReason = z.enum([
  /** Sequence numbers were skipped: messages were lost. */
  'gap',
  /** Data told of a metric that the birth does not have. */
  'unknown',
  /** Data came without a birth before it. */
  'unborn',
  /** Messages went by while the connection was down. */
  'missed',
  /** Nothing came since the connection was down: messages may have gone by. */
  'away',
  /** A message could not be read. */
  'malformed'
])
export type StaleReason = z.infer<typeof StaleReason>

/** Sequence numbers that were skipped. */
export const SparkplugGap = z.object({
  /** µs since 1970 UTC. */
  at: z.int(),
  topic: z.string(),
  messageId: z.int(),
  expected: z.int(),
  /** null: the message had none. */
  got: z.int().nullable()
})
export type SparkplugGap = z.infer<typeof SparkplugGap>

/** An edge node (`device` null) or a device. */
export const SparkplugId = z.object({ group: z.string(), node: z.string(), device: z.string().nullable() })
export type SparkplugId = z.infer<typeof SparkplugId>

/** A line of the list of groups, edge nodes, devices and host applications. */
export const SparkplugRow = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('group'),
    group: z.string(),
    nodes: z.int(),
    online: z.int(),
    open: z.boolean()
  }),
  z.object({
    kind: z.literal('node'),
    group: z.string(),
    node: z.string(),
    state: PresenceState,
    reason: StaleReason.nullable(),
    gaps: z.int(),
    devices: z.int(),
    open: z.boolean(),
    /** µs since 1970 UTC. */
    lastSeen: z.int()
  }),
  z.object({
    kind: z.literal('device'),
    group: z.string(),
    node: z.string(),
    device: z.string(),
    state: PresenceState,
    reason: StaleReason.nullable(),
    lastSeen: z.int()
  }),
  z.object({ kind: z.literal('hosts'), hosts: z.int(), online: z.int(), open: z.boolean() }),
  z.object({
    kind: z.literal('host'),
    host: z.string(),
    /** null: its STATE cannot be read. */
    online: z.boolean().nullable(),
    /** Of the host, in ms since 1970 UTC. */
    timestamp: z.number().nullable(),
    lastSeen: z.int(),
    topic: z.string(),
    messageId: z.int()
  })
])
export type SparkplugRow = z.infer<typeof SparkplugRow>

/** A part of the list. */
export const SparkplugList = z.object({
  /** The share of the history that has been read, 0 to 1; null when all is known. */
  loading: z.number().nullable(),
  nodes: z.int(),
  online: z.int(),
  stale: z.int(),
  offline: z.int(),
  /** Nodes and devices that there is no room for. */
  leftOut: z.int(),
  /** Lines that fit the filter, and those from `first` on. */
  total: z.int(),
  first: z.int(),
  rows: z.array(SparkplugRow)
})
export type SparkplugList = z.infer<typeof SparkplugList>

/** A metric as it is now known. */
export const MetricRow = z.object({
  name: z.string(),
  /** An unsigned 64-bit integer in decimals. */
  alias: z.string().nullable(),
  type: z.string(),
  /** One line; null when there is no value. */
  value: z.string().nullable(),
  /** Of the edge node, in ms since 1970 UTC. */
  timestamp: z.number().nullable(),
  /** µs since 1970 UTC; 0: it had no message that counts. */
  receivedAt: z.int(),
  topic: z.string(),
  messageId: z.int(),
  isTransient: z.boolean(),
  /** 0 bad, 192 good, 500 stale; others are the edge node's own. */
  quality: z.number().nullable(),
  /** The newest historical value, which is not what is now. */
  historical: z.string().nullable(),
  /** Counts its messages. */
  messages: z.int()
})
export type MetricRow = z.infer<typeof MetricRow>

/** An edge node or device, with a part of its metrics. */
export const SparkplugDetail = z.object({
  id: SparkplugId,
  state: PresenceState,
  reason: StaleReason.nullable(),
  /** What a message told of that no birth has: a name, or an alias after `#`. */
  unknown: z.string().nullable(),
  /** µs since 1970 UTC; 0: never. */
  bornAt: z.int(),
  diedAt: z.int(),
  lastSeen: z.int(),
  births: z.int(),
  deaths: z.int(),
  /** Of the edge node: also of one that a device is below. */
  node: z.object({
    bdSeq: z.int().nullable(),
    seq: z.int().nullable(),
    births: z.int(),
    gaps: z.int(),
    /** The newest of them, the newest first. */
    lastGaps: z.array(SparkplugGap),
    /** Deaths with another bdSeq than the birth's. */
    ignoredDeaths: z.int(),
    malformed: z.int()
  }),
  metrics: z.int(),
  /** Metrics that there is no room for. */
  leftOut: z.int(),
  /** Metrics that fit the filter, and those from `first` on, in the order of the birth. */
  total: z.int(),
  first: z.int(),
  rows: z.array(MetricRow)
})
export type SparkplugDetail = z.infer<typeof SparkplugDetail>

const ConnectionId = z.object({ connectionId: z.string() })
const Window = { filter: z.string(), first: z.int().min(0), count: z.int().min(0).max(1_000) }

/** Which part of the list is shown. `closed`: keys of the branches that are not open (see sparkplugKey). */
export const SparkplugWanted = z.object({ ...Window, closed: z.array(z.string()) })
export type SparkplugWanted = z.infer<typeof SparkplugWanted>

/** Which edge node or device is shown, and which part of its metrics. */
export const MetricsWanted = z.object({ ...Window, id: SparkplugId })
export type MetricsWanted = z.infer<typeof MetricsWanted>

/** What a line of the list is known by. Names hold no `/`, so that no two are alike. */
export function sparkplugKey(row: SparkplugRow): string {
  switch (row.kind) {
    case 'group':
      return row.group
    case 'node':
      return `${row.group}/${row.node}`
    case 'device':
      return `${row.group}/${row.node}/${row.device}`
    case 'hosts':
      return '/'
    case 'host':
      return `//${row.topic}`
  }
}

export const deviceCalls = {
  /** Lines of the Sparkplug B edge nodes that a connection's messages tell of. */
  'sparkplug.list': call('connection', ConnectionId.extend(SparkplugWanted.shape), SparkplugList),
  /** null: there is no such node or device. */
  'sparkplug.get': call('connection', ConnectionId.extend(MetricsWanted.shape), SparkplugDetail.nullable()),
  /** Asks an edge node for its births: NCMD with `Node Control/Rebirth`. Throws what `messages.publish` does. */
  'sparkplug.rebirth': call(
    'connection',
    ConnectionId.extend({ group: z.string(), node: z.string() }),
    PublishResult
  )
}
