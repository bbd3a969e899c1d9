import { ByteReader } from './byte-reader'
import { DecodeError } from './fault'
import { PrintCut, Printer, type PrintLimits } from './printer'
import { readHead, readMetric, type RawMetric } from './sparkplug-payload'
import { timeText } from './sparkplug-scalar'
import { nameOf, printMetric, printMetricValue, typeOf, type BirthNames } from './sparkplug-value'

/** Limits for a metric's value in a row. */
const SHORT: PrintLimits = { characters: 60, depth: 8, oneLine: true }

/**
 * Writes a Sparkplug B payload (Sparkplug 3.0, 6.4): times in ISO 8601, exact integers, and names instead of aliases if a birth is known.
 * Throws DecodeError, PrintCut.
 */
export function readSparkplug(
  bytes: Uint8Array,
  names: BirthNames | null,
  printer: Printer,
  partial = false
): void {
  const reader = new ByteReader(bytes)
  const head = readHead(bytes, partial)
  printer.begin('map')
  if (head.timestamp !== null) {
    printer.string('timestamp')
    printer.scalar(timeText(head.timestamp))
  }
  if (head.seq !== null) {
    printer.string('seq')
    printer.scalar(String(head.seq))
  }
  if (head.uuid !== null) {
    printer.string('uuid')
    printer.string(head.uuid)
  }
  printer.string('metrics')
  printer.begin('list')
  for (const place of head.metrics) printMetric(reader, readMetric(reader, place), names, printer)
  printer.end()
  if (head.body) {
    printer.string('body')
    printer.bytes(head.body)
  }
  if (head.cut) throw new PrintCut('length')
  printer.end()
}

/** A payload's metrics as one line: `Temperature: 21.4, #7: true`. Skips metrics that are cut off. Throws DecodeError. */
export function sparkplugLine(
  bytes: Uint8Array,
  partial: boolean,
  names: BirthNames | null,
  length: number
): { text: string; cut: boolean } {
  const reader = new ByteReader(bytes)
  let line = ''
  for (const place of readHead(bytes, partial).metrics) {
    const metric = readMetric(reader, place)
    const name = nameOf(metric, names) ?? `#${metric.alias ?? '?'}`
    line += `${line && ', '}${name}: ${shortValue(reader, metric, typeOf(metric, names))}`
    if (line.length > length) return { text: line.slice(0, length), cut: true }
  }
  return { text: line, cut: partial }
}

/** Formats a metric's value as one short line. Throws DecodeError. */
export function shortValue(reader: ByteReader, metric: RawMetric, type: number | null): string {
  const printer = new Printer(SHORT)
  try {
    printMetricValue(reader, metric, type, null, printer)
    return printer.text
  } catch (error) {
    if (!(error instanceof PrintCut)) throw error
    return `${printer.text}…`
  }
}

/** Reads the names and types of a birth's metrics; empty if the birth cannot be read. */
export function birthNames(payload: Uint8Array): BirthNames {
  const byAlias = new Map<bigint, { name: string; type: number | null }>()
  const types = new Map<string, number>()
  try {
    const reader = new ByteReader(payload)
    for (const place of readHead(payload).metrics) {
      const { name, alias, type } = readMetric(reader, place)
      if (name === null) continue
      if (alias !== null) byAlias.set(alias, { name, type })
      if (type !== null) types.set(name, type)
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
  }
  return { byAlias, types }
}
