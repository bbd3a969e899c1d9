import { ByteReader } from '../decode/byte-reader'
import { shortValue } from '../decode/sparkplug'
import { readMetric, type PayloadHead, type RawMetric } from '../decode/sparkplug-payload'
import { dataTypeName } from '../decode/sparkplug-types'
import { propertyNumber, type BirthNames } from '../decode/sparkplug-value'
import { textBytes, type MemoryBudget } from './memory-budget'

/** Longest name, in characters: metrics with longer names are left out. */
export const MAX_NAME = 1_024
/** Estimated size of a metric without its name, and of an alias, including map entries, in bytes. */
const METRIC_BYTES = 400
const ALIAS_BYTES = 80

/** The current state of a metric. */
export interface Metric {
  readonly name: string
  alias: bigint | null
  type: number | null
  /** One line; null if the edge node reported that there is no value. */
  value: string | null
  /** The edge node's own time, in ms since 1970 UTC; null if missing. */
  timestamp: number | null
  /** When the message was received, in µs since 1970 UTC. */
  receivedAt: number
  messageId: number
  /** The birth that declared it. */
  bornWith: number
  isTransient: boolean
  /** The property `Quality`: 0 bad, 192 good, 500 stale (Sparkplug 3.0, 6.4.9). */
  quality: number | null
  /** Its newest historical value, which does not change the current one (6.4.6). */
  historical: string | null
  /** Messages since the birth, including the birth. */
  messages: number
}

/** The message that carried the metrics. */
export interface Carrier {
  topic: string
  receivedAt: number
  messageId: number
}

/** The metrics of one edge node or device, as declared by its newest birth. */
export class MetricTable implements BirthNames {
  readonly metrics = new Map<string, Metric>()
  readonly byAlias = new Map<bigint, Metric & { type: number | null }>()
  readonly types = new Map<string, number>()
  /** Metrics of the birth that are not kept. */
  leftOut = 0

  /** Bytes that this table has taken from the budget. */
  private taken = 0

  constructor(private readonly budget: MemoryBudget) {}

  /** Restarts with the metrics of a birth. Throws DecodeError. */
  born(payload: Uint8Array, head: PayloadHead, carrier: Carrier): void {
    const before = new Map(this.metrics)
    this.clear()
    const reader = new ByteReader(payload)
    for (const place of head.metrics) {
      const raw = readMetric(reader, place)
      if (raw.name === null) continue
      const metric = this.metrics.get(raw.name) ?? this.add(raw.name)
      if (!metric) continue
      metric.messages = before.get(raw.name)?.messages ?? 0
      metric.bornWith = carrier.messageId
      metric.alias = raw.alias
      metric.type = raw.type
      if (raw.alias !== null) this.addAlias(raw.alias, metric)
      if (raw.type !== null) this.types.set(raw.name, raw.type)
      note(metric, reader, raw, carrier)
    }
    if (head.cut) this.leftOut++
  }

  /** Processes the metrics of a data message. Returns the first that no birth declared, by name or alias, or null. Throws DecodeError. */
  data(payload: Uint8Array, head: PayloadHead, carrier: Carrier): string | null {
    let unknown: string | null = null
    const reader = new ByteReader(payload)
    for (const place of head.metrics) {
      const raw = readMetric(reader, place)
      const metric =
        raw.name !== null
          ? this.metrics.get(raw.name)
          : raw.alias !== null
            ? this.byAlias.get(raw.alias)
            : undefined
      if (metric) note(metric, reader, raw, carrier)
      else if (this.leftOut === 0) unknown ??= raw.name?.slice(0, MAX_NAME) ?? `#${raw.alias ?? '?'}`
    }
    return unknown
  }

  clear(): void {
    this.budget.giveBack(this.taken)
    this.taken = 0
    this.metrics.clear()
    this.byAlias.clear()
    this.types.clear()
    this.leftOut = 0
  }

  private add(name: string): Metric | null {
    if (name.length > MAX_NAME || !this.take(METRIC_BYTES + textBytes(name))) {
      this.leftOut++
      return null
    }
    const metric: Metric = {
      name,
      alias: null,
      type: null,
      value: null,
      timestamp: null,
      receivedAt: 0,
      messageId: 0,
      bornWith: 0,
      isTransient: false,
      quality: null,
      historical: null,
      messages: 0
    }
    this.metrics.set(name, metric)
    return metric
  }

  /** A birth may give one metric any number of aliases, each of which takes memory. */
  private addAlias(alias: bigint, metric: Metric): void {
    if (this.byAlias.has(alias) || this.take(ALIAS_BYTES)) this.byAlias.set(alias, metric)
    else this.leftOut++
  }

  private take(bytes: number): boolean {
    if (!this.budget.take(bytes)) return false
    this.taken += bytes
    return true
  }
}

/** Records a value. A historical one does not change the current value (payloads: is_historical). */
function note(metric: Metric, reader: ByteReader, raw: RawMetric, { receivedAt, messageId }: Carrier): void {
  const value = raw.isNull ? null : shortValue(reader, raw, raw.type ?? metric.type)
  metric.messages++
  if (raw.isHistorical) {
    metric.historical = value
    return
  }
  metric.value = value
  metric.timestamp = raw.timestamp === null ? null : Number(raw.timestamp)
  metric.receivedAt = receivedAt
  metric.messageId = messageId
  metric.isTransient = raw.isTransient
  if (raw.properties) metric.quality = propertyNumber(reader, raw.properties, 'Quality') ?? metric.quality
}

/** The value of the metric `bdSeq` in an NBIRTH or NDEATH; null if it has none. Throws DecodeError. */
export function bdSeqOf(payload: Uint8Array, head: PayloadHead): number | null {
  const reader = new ByteReader(payload)
  for (const place of head.metrics) {
    const raw = readMetric(reader, place)
    if (raw.name !== 'bdSeq') continue
    const number = Number(shortValue(reader, raw, raw.type))
    return raw.isNull || !Number.isSafeInteger(number) ? null : number
  }
  return null
}

/** The name of a metric's type; `?` if unknown. */
export function typeName({ type }: Metric): string {
  return type === null ? '?' : dataTypeName(type)
}
