import { ByteReader } from './byte-reader'
import { DecodeError, faultAt } from './fault'
import { METRIC_VALUES, WIRE, type ValueKind } from './sparkplug-types'
import { at, contentFrom, FIXED32, LENGTH, VARINT, type Occurrence } from './wire'

/** Metrics read from one payload at most: more than could be shown. */
export const MAX_METRICS = 200_000

/** A value as encoded in a payload. */
export interface RawValue {
  kind: ValueKind
  content: Occurrence
}

/** A metric as encoded in a payload (Sparkplug 3.0, 6.4.6); missing fields are null. Occurrences refer to the reader it was read from. */
export interface RawMetric {
  name: string | null
  alias: bigint | null
  /** ms since 1970 UTC. */
  timestamp: bigint | null
  type: number | null
  isHistorical: boolean
  isTransient: boolean
  isNull: boolean
  metadata: Occurrence | null
  properties: Occurrence | null
  value: RawValue | null
}

/** A payload without the contents of its metrics (6.4.5). */
export interface PayloadHead {
  /** ms since 1970 UTC. */
  timestamp: bigint | null
  seq: bigint | null
  uuid: string | null
  body: Uint8Array | null
  /** The location of each metric. */
  metrics: Occurrence[]
  /** Not everything was read. */
  cut: boolean
}

/** Reads a payload except for its metrics. If the bytes are only its start (`partial`), reads what is complete. Throws DecodeError. */
export function readHead(bytes: Uint8Array, partial = false): PayloadHead {
  const head: PayloadHead = { timestamp: null, seq: null, uuid: null, body: null, metrics: [], cut: partial }
  const reader = new ByteReader(bytes)
  try {
    while (reader.left > 0) {
      if (head.metrics.length === MAX_METRICS) return { ...head, cut: true }
      readHeadField(reader, head)
    }
  } catch (error) {
    if (!partial || !(error instanceof DecodeError) || error.fault.code !== 'ENDS_EARLY') throw error
  }
  return head
}

function readHeadField(reader: ByteReader, head: PayloadHead): void {
  const start = reader.position
  const tag = reader.short()
  const wire = fieldWire(tag, start)
  switch (tag >>> 3) {
    case 1:
      head.timestamp = number(reader, wire, start)
      break
    case 2:
      expect(wire, LENGTH, start)
      head.metrics.push(contentFrom(reader, wire))
      break
    case 3:
      head.seq = number(reader, wire, start)
      break
    case 4:
      head.uuid = text(reader, wire, start)
      break
    case 5:
      expect(wire, LENGTH, start)
      head.body = reader.take(reader.short())
      break
    default:
      contentFrom(reader, wire)
  }
}

/** Reads a metric, but not the contents of its value and properties. Throws DecodeError. */
export function readMetric(outer: ByteReader, place: Occurrence): RawMetric {
  const reader = at(outer, place)
  const metric: RawMetric = {
    name: null,
    alias: null,
    timestamp: null,
    type: null,
    isHistorical: false,
    isTransient: false,
    isNull: false,
    metadata: null,
    properties: null,
    value: null
  }
  const shifted = ({ wire, from, to }: Occurrence): Occurrence => ({
    wire,
    from: place.from + from,
    to: place.from + to
  })
  while (reader.left > 0) {
    const start = reader.position
    const tag = reader.short()
    const wire = fieldWire(tag, start)
    switch (tag >>> 3) {
      case 1:
        metric.name = text(reader, wire, start)
        break
      case 2:
        metric.alias = number(reader, wire, start)
        break
      case 3:
        metric.timestamp = number(reader, wire, start)
        break
      case 4:
        metric.type = Number(number(reader, wire, start))
        break
      case 5:
        metric.isHistorical = number(reader, wire, start) !== 0n
        break
      case 6:
        metric.isTransient = number(reader, wire, start) !== 0n
        break
      case 7:
        metric.isNull = number(reader, wire, start) !== 0n
        break
      case 8:
        expect(wire, LENGTH, start)
        metric.metadata = shifted(contentFrom(reader, wire))
        break
      case 9:
        expect(wire, LENGTH, start)
        metric.properties = shifted(contentFrom(reader, wire))
        break
      default: {
        const kind = METRIC_VALUES.get(tag >>> 3)
        if (kind) expect(wire, WIRE[kind], start)
        const content = contentFrom(reader, wire)
        if (kind) metric.value = { kind, content: shifted(content) }
      }
    }
  }
  return metric
}

/** The wire type in a tag: Sparkplug has no groups. */
function fieldWire(tag: number, start: number): number {
  const wire = tag & 7
  if (tag < 8 || (wire > LENGTH && wire !== FIXED32))
    throw faultAt('MALFORMED', start, `field ${tag >>> 3}, wire type ${wire}`)
  return wire
}

function expect(wire: number, expected: number, start: number): void {
  if (wire !== expected) throw faultAt('MALFORMED', start, `wire type ${wire}`)
}

function number(reader: ByteReader, wire: number, start: number): bigint {
  expect(wire, VARINT, start)
  return reader.varint()
}

function text(reader: ByteReader, wire: number, start: number): string {
  expect(wire, LENGTH, start)
  return reader.text(reader.short())
}
