import type { ByteReader } from './byte-reader'
import { faultAt } from './fault'
import type { Printer } from './printer'
import { readMetric, type RawMetric, type RawValue } from './sparkplug-payload'
import { printBytes, scalarText, timeText } from './sparkplug-scalar'
import {
  CELL_VALUES,
  dataTypeName,
  PARAMETER_VALUES,
  PROPERTY_VALUES,
  WIRE,
  type ValueKind
} from './sparkplug-types'
import { at, fieldsOf, VARINT, type Occurrence } from './wire'

/** Names and types of metrics from births, needed to read data messages. */
export interface BirthNames {
  byAlias: ReadonlyMap<bigint, { name: string; type: number | null }>
  types: ReadonlyMap<string, number>
}

type Fields = Map<number, Occurrence[]>

/** A metric's own type, or the one from its birth. */
export function typeOf({ type, name, alias }: RawMetric, names: BirthNames | null): number | null {
  if (type !== null) return type
  if (name !== null) return names?.types.get(name) ?? null
  return alias === null ? null : (names?.byAlias.get(alias)?.type ?? null)
}

/** A metric's own name, or the one that its birth assigned to its alias. */
export function nameOf({ name, alias }: RawMetric, names: BirthNames | null): string | null {
  return name ?? (alias === null ? null : (names?.byAlias.get(alias)?.name ?? null))
}

/** Writes a metric as a map: name, alias, type, value, then its other fields. Throws DecodeError, PrintCut. */
export function printMetric(
  reader: ByteReader,
  metric: RawMetric,
  names: BirthNames | null,
  printer: Printer
): void {
  const name = nameOf(metric, names)
  const type = typeOf(metric, names)
  printer.begin('map')
  if (name !== null) entry(printer, 'name').string(name)
  if (metric.alias !== null) entry(printer, 'alias').scalar(String(metric.alias))
  if (type !== null) entry(printer, 'type').string(dataTypeName(type))
  printMetricValue(reader, metric, type, names, entry(printer, 'value'))
  if (metric.timestamp !== null) entry(printer, 'timestamp').scalar(timeText(metric.timestamp))
  if (metric.isHistorical) entry(printer, 'isHistorical').scalar('true')
  if (metric.isTransient) entry(printer, 'isTransient').scalar('true')
  if (metric.properties) printProperties(at(reader, metric.properties), entry(printer, 'properties'))
  if (metric.metadata) printMetadata(at(reader, metric.metadata), entry(printer, 'metadata'))
  printer.end()
}

/** Writes a metric's value, or `null` if it has none. Throws DecodeError, PrintCut. */
export function printMetricValue(
  reader: ByteReader,
  { isNull, value }: RawMetric,
  type: number | null,
  names: BirthNames | null,
  printer: Printer
): void {
  if (isNull || !value) printer.scalar('null')
  else printValue(reader, value, type, names, printer)
}

function printValue(
  outer: ByteReader,
  { kind, content }: RawValue,
  type: number | null,
  names: BirthNames | null,
  printer: Printer
): void {
  const reader = at(outer, content)
  switch (kind) {
    case 'string':
      return printer.string(reader.text(reader.left))
    case 'bytes':
      return printBytes(reader, type, printer)
    case 'dataset':
      return printDataSet(reader, printer)
    case 'template':
      return printTemplate(reader, names, printer)
    case 'propertySet':
      return printProperties(reader, printer)
    case 'propertySets': {
      printer.begin('list')
      for (const place of fieldsOf(reader).fields.get(1) ?? []) printProperties(at(reader, place), printer)
      return printer.end()
    }
    case 'int':
    case 'long':
    case 'float':
    case 'double':
    case 'boolean':
      return printer.scalar(scalarText(reader, kind, type))
  }
}

function printDataSet(reader: ByteReader, printer: Printer): void {
  const { fields } = fieldsOf(reader)
  const types = numbers(reader, fields.get(3))
  printer.begin('map')
  entry(printer, 'columns').begin('list')
  for (const place of fields.get(2) ?? []) printer.string(textAt(reader, place))
  printer.end()
  entry(printer, 'types').begin('list')
  for (const type of types) printer.string(dataTypeName(type))
  printer.end()
  entry(printer, 'rows').begin('list')
  for (const place of fields.get(4) ?? []) {
    const row = at(reader, place)
    printer.begin('list')
    for (const [column, cell] of (fieldsOf(row).fields.get(1) ?? []).entries())
      printOneOf(at(row, cell), CELL_VALUES, types[column] ?? null, printer)
    printer.end()
  }
  printer.end()
  printer.end()
}

function printTemplate(reader: ByteReader, names: BirthNames | null, printer: Printer): void {
  const { fields } = fieldsOf(reader)
  const [version, reference, definition] = [1, 4, 5].map((field) => fields.get(field)?.at(-1))
  printer.begin('map')
  if (version) entry(printer, 'version').string(textAt(reader, version))
  if (reference) entry(printer, 'template').string(textAt(reader, reference))
  if (definition) entry(printer, 'isDefinition').scalar(scalarText(at(reader, definition), 'boolean', null))
  entry(printer, 'metrics').begin('list')
  for (const place of fields.get(2) ?? []) printMetric(reader, readMetric(reader, place), names, printer)
  printer.end()
  const parameters = fields.get(3) ?? []
  if (parameters.length > 0) {
    entry(printer, 'parameters').begin('map')
    for (const place of parameters) {
      const parameter = at(reader, place)
      const parts = fieldsOf(parameter).fields
      const name = parts.get(1)?.at(-1)
      entry(printer, name ? textAt(parameter, name) : '')
      printFields(parameter, parts, PARAMETER_VALUES, numbers(parameter, parts.get(2))[0] ?? null, printer)
    }
    printer.end()
  }
  printer.end()
}

/** Keys and values are two lists of the same length (payloads-propertyset-keys-array-size). */
function printProperties(reader: ByteReader, printer: Printer): void {
  const { fields } = fieldsOf(reader)
  const keys = fields.get(1) ?? []
  printer.begin('map')
  for (const [index, place] of (fields.get(2) ?? []).entries()) {
    const key = keys[index]
    const property = at(reader, place)
    const parts = fieldsOf(property).fields
    entry(printer, key ? textAt(reader, key) : '')
    const isNull = numbers(property, parts.get(2))[0] === 1
    if (isNull) printer.scalar('null')
    else printFields(property, parts, PROPERTY_VALUES, numbers(property, parts.get(1))[0] ?? null, printer)
  }
  printer.end()
}

/** Reads an integer property of a metric; null if there is none with that name. Throws DecodeError. */
export function propertyNumber(outer: ByteReader, properties: Occurrence, key: string): number | null {
  const reader = at(outer, properties)
  const { fields } = fieldsOf(reader)
  const index = (fields.get(1) ?? []).findIndex((place) => textAt(reader, place) === key)
  const place = fields.get(2)?.[index]
  if (!place) return null
  const property = at(reader, place)
  const parts = fieldsOf(property).fields
  const [value] = numbers(property, parts.get(3) ?? parts.get(4))
  return value ?? null
}

const METADATA = ['isMultiPart', 'contentType', 'size', 'seq', 'fileName', 'fileType', 'md5', 'description']

function printMetadata(reader: ByteReader, printer: Printer): void {
  printer.begin('map')
  for (const [number, places] of [...fieldsOf(reader).fields].sort(([a], [b]) => a - b)) {
    const name = METADATA[number - 1]
    const place = places.at(-1)!
    if (name === undefined) continue
    entry(printer, name)
    if (place.wire !== VARINT) printer.string(textAt(reader, place))
    else printer.scalar(scalarText(at(reader, place), number === 1 ? 'boolean' : 'long', null))
  }
  printer.end()
}

/** Writes the value of a message that holds one of several kinds. */
function printOneOf(
  reader: ByteReader,
  kinds: ReadonlyMap<number, ValueKind>,
  type: number | null,
  printer: Printer
): void {
  printFields(reader, fieldsOf(reader).fields, kinds, type, printer)
}

function printFields(
  reader: ByteReader,
  fields: Fields,
  kinds: ReadonlyMap<number, ValueKind>,
  type: number | null,
  printer: Printer
): void {
  for (const [number, kind] of kinds) {
    const content = fields.get(number)?.at(-1)
    if (!content) continue
    if (content.wire !== WIRE[kind])
      throw faultAt('MALFORMED', reader.base + content.from, `wire type ${content.wire}`)
    return printValue(reader, { kind, content }, type, null, printer)
  }
  printer.scalar('null')
}

/** Reads the small numbers of a repeated field, packed or not. */
function numbers(reader: ByteReader, places: readonly Occurrence[] | undefined): number[] {
  const found: number[] = []
  for (const place of places ?? []) {
    const content = at(reader, place)
    while (content.left > 0) found.push(content.short())
  }
  return found
}

function textAt(reader: ByteReader, place: Occurrence): string {
  const content = at(reader, place)
  return content.text(content.left)
}

function entry(printer: Printer, key: string): Printer {
  printer.string(key)
  return printer
}
