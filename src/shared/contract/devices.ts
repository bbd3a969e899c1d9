import { z } from 'zod'
import { call } from './define'
import { PublishResult } from './messages'

/** `stale`: alive, but its values may be out of date. */
export const PresenceState = z.enum(['online', 'stale', 'offline'])
export type PresenceState = z.infer<typeof PresenceState>

/** Why the values of an edge node or device may be out of date. */
export const StaleReason = z.enum([
  /** Sequence numbers were skipped: messages were lost. */
  'gap',
  /** Data had a metric that the birth did not declare. */
  'unknown',
  /** Data arrived without a preceding birth. */
  'unborn',
  /** Messages were missed while the connection was down. */
  'missed',
  /** No message since the connection was down: some may have been missed. */
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
  /** null: the message had no sequence number. */
  got: z.int().nullable()
})
export type SparkplugGap = z.infer<typeof SparkplugGap>

/** An edge node (`device` null) or a device. */
export const SparkplugId = z.object({ group: z.string(), node: z.string(), device: z.string().nullable() })
export type SparkplugId = z.infer<typeof SparkplugId>

/** A row of the list of groups, edge nodes, devices and host applications. */
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
    /** The host's own timestamp, in ms since 1970 UTC. */
    timestamp: z.number().nullable(),
    lastSeen: z.int(),
    topic: z.string(),
    messageId: z.int()
  })
])
export type SparkplugRow = z.infer<typeof SparkplugRow>

/** A part of the list. */
export const SparkplugList = z.object({
  /** Share of the history read so far, 0 to 1; null: all of it. */
  loading: z.number().nullable(),
  nodes: z.int(),
  online: z.int(),
  stale: z.int(),
  offline: z.int(),
  /** Nodes and devices left out for lack of room. */
  leftOut: z.int(),
  /** Number of rows that match the filter; `rows` holds those from `first` on. */
  total: z.int(),
  first: z.int(),
  rows: z.array(SparkplugRow)
})
export type SparkplugList = z.infer<typeof SparkplugList>

/** A metric and its newest known value. */
export const MetricRow = z.object({
  name: z.string(),
  /** An unsigned 64-bit integer in decimals. */
  alias: z.string().nullable(),
  type: z.string(),
  /** One line; null: no value. */
  value: z.string().nullable(),
  /** The edge node's own timestamp, in ms since 1970 UTC. */
  timestamp: z.number().nullable(),
  /** µs since 1970 UTC; 0: no message counts for it yet. */
  receivedAt: z.int(),
  topic: z.string(),
  messageId: z.int(),
  isTransient: z.boolean(),
  /** 0 bad, 192 good, 500 stale; other codes are specific to the edge node. */
  quality: z.number().nullable(),
  /** The newest historical value, which is not the current one. */
  historical: z.string().nullable(),
  /** Number of its messages. */
  messages: z.int()
})
export type MetricRow = z.infer<typeof MetricRow>

/** An edge node or device, with a part of its metrics. */
export const SparkplugDetail = z.object({
  id: SparkplugId,
  state: PresenceState,
  reason: StaleReason.nullable(),
  /** A metric in the data that no birth declared: its name, or `#` and its alias. */
  unknown: z.string().nullable(),
  /** µs since 1970 UTC; 0: never. */
  bornAt: z.int(),
  diedAt: z.int(),
  lastSeen: z.int(),
  births: z.int(),
  deaths: z.int(),
  /** State of the edge node; for a device, of its edge node. */
  node: z.object({
    bdSeq: z.int().nullable(),
    seq: z.int().nullable(),
    births: z.int(),
    gaps: z.int(),
    /** The most recent gaps, newest first. */
    lastGaps: z.array(SparkplugGap),
    /** Deaths whose bdSeq is not the birth's. */
    ignoredDeaths: z.int(),
    malformed: z.int()
  }),
  metrics: z.int(),
  /** Metrics left out for lack of room. */
  leftOut: z.int(),
  /** Number of metrics that match the filter; `rows` holds those from `first` on, in the order of the birth. */
  total: z.int(),
  first: z.int(),
  rows: z.array(MetricRow)
})
export type SparkplugDetail = z.infer<typeof SparkplugDetail>

const ConnectionId = z.object({ connectionId: z.string() })
const Window = { filter: z.string(), first: z.int().min(0), count: z.int().min(0).max(1_000) }

/** Which part of the list to return. `closed`: keys of the collapsed branches (see sparkplugKey). */
export const SparkplugWanted = z.object({ ...Window, closed: z.array(z.string()) })
export type SparkplugWanted = z.infer<typeof SparkplugWanted>

/** Which edge node or device, and which part of its metrics, to return. */
export const MetricsWanted = z.object({ ...Window, id: SparkplugId })
export type MetricsWanted = z.infer<typeof MetricsWanted>

/** The unique key of a row. Names contain no `/`, so no two keys are equal. */
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
  /** The Sparkplug B edge nodes found in a connection's messages, as rows. */
  'sparkplug.list': call('connection', ConnectionId.extend(SparkplugWanted.shape), SparkplugList),
  /** null: no such node or device. */
  'sparkplug.get': call('connection', ConnectionId.extend(MetricsWanted.shape), SparkplugDetail.nullable()),
  /** Requests an edge node's births: NCMD with `Node Control/Rebirth`. Throws the errors of `messages.publish`. */
  'sparkplug.rebirth': call(
    'connection',
    ConnectionId.extend({ group: z.string(), node: z.string() }),
    PublishResult
  )
}
