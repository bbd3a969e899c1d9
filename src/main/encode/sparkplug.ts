import type { NodeOf, ValueNode } from '../../shared/value-text/node'
import { LENGTH, VARINT } from '../decode/wire'
import { ByteWriter } from './byte-writer'
import { EncodeError, wrongType } from './fault'
import { boolean, bytes, integer, text } from './scalars'
import { timeOf, writeScalar } from './sparkplug-scalar'
import { dataTypeOf, KINDS } from './sparkplug-types'

/**
 * Encodes a Sparkplug B payload (Sparkplug 3.0, 6.4) from what the decoder prints: `timestamp`, `seq` and `metrics`, of which each has a
 * name or alias, a type and a value. Times are in ISO 8601 or ms since 1970 UTC. Throws EncodeError.
 */
export function writeSparkplug(node: ValueNode): Uint8Array {
  return fields(node, 'Payload', {
    timestamp: (value, writer) => varintField(1, timeOf(value), writer),
    metrics(value, writer) {
      for (const metric of itemsOf(value, 'list of metrics')) delimited(2, metricOf(metric), writer)
    },
    seq: (value, writer) => varintField(3, integer(value, 'seq', 0n, 255n), writer),
    uuid: (value, writer) => textField(4, value, writer),
    body: (value, writer) => delimited(5, bytes(value, 'bytes'), writer)
  })
}

type Write = (value: ValueNode, writer: ByteWriter) => void

/** Writes the entries of a map by their names. `null` leaves one out. Throws EncodeError. */
function fields(node: ValueNode, name: string, known: Readonly<Record<string, Write>>): Uint8Array {
  if (node.kind !== 'map') return wrongType(node, name)
  const writer = new ByteWriter()
  for (const { key, value } of node.entries) {
    const write = key.kind === 'string' && Object.hasOwn(known, key.value) ? known[key.value]! : null
    if (!write) throw new EncodeError('ENCODE_UNKNOWN_FIELD', key.from, Object.keys(known).join(', '))
    if (value.kind !== 'null') write(value, writer)
  }
  return writer.bytes
}

/** A metric (6.4.6). Without a value, or with `null`, it is null. */
function metricOf(node: ValueNode): Uint8Array {
  if (node.kind !== 'map') return wrongType(node, 'Metric')
  const has = (name: string): ValueNode | undefined => entryOf(node, name)
  if (!has('name') && !has('alias'))
    throw new EncodeError('ENCODE_MISSING_FIELD', node.from, 'String', 'name')
  const type = has('type')
  const writer = new ByteWriter()
  const head = fields(node, 'Metric', {
    name: (value, into) => textField(1, value, into),
    alias: (value, into) => varintField(2, integer(value, 'alias', 0n, 2n ** 64n - 1n), into),
    timestamp: (value, into) => varintField(3, timeOf(value), into),
    type: (value, into) => varintField(4, dataTypeOf(value).number, into),
    isHistorical: (value, into) => flag(5, value, into),
    isTransient: (value, into) => flag(6, value, into),
    metadata: (value, into) => delimited(8, metadataOf(value), into),
    properties: (value, into) => delimited(9, propertiesOf(value), into),
    value: () => undefined
  })
  writer.raw(head)
  const value = has('value')
  if (!value) varintField(7, 1n, writer)
  else if (!type) throw new EncodeError('ENCODE_MISSING_FIELD', node.from, 'Double, String, …', 'type')
  else writeTyped(10, METRIC_KINDS, value, type, writer)
  return writer.bytes
}

const METRIC_KINDS = [
  'int',
  'long',
  'float',
  'double',
  'boolean',
  'string',
  'bytes',
  'dataset',
  'template'
] as const
const PROPERTY_KINDS = [
  'int',
  'long',
  'float',
  'double',
  'boolean',
  'string',
  'propertySet',
  'propertySets'
] as const
const BASIC_KINDS = ['int', 'long', 'float', 'double', 'boolean', 'string'] as const

/** Writes a value into the field for its type: `first` and the following ones are those of the kinds. */
function writeTyped(
  first: number,
  kinds: readonly string[],
  value: ValueNode,
  type: ValueNode,
  writer: ByteWriter
): void {
  const { name } = dataTypeOf(type)
  const kind = KINDS[name]
  const index = kinds.indexOf(kind)
  if (index === -1) throw new EncodeError('ENCODE_UNSUPPORTED', type.from, name)
  const field = first + index
  switch (kind) {
    case 'dataset':
      return delimited(field, dataSetOf(value), writer)
    case 'template':
      return delimited(field, templateOf(value), writer)
    case 'propertySet':
      return delimited(field, propertiesOf(value), writer)
    case 'propertySets': {
      const list = new ByteWriter()
      for (const item of itemsOf(value, 'list of property sets')) delimited(1, propertiesOf(item), list)
      return delimited(field, list.bytes, writer)
    }
    case 'boolean':
    case 'bytes':
    case 'double':
    case 'float':
    case 'int':
    case 'long':
    case 'string':
      return writeScalar(field, name, value, writer)
  }
}

/** A data set (6.4.9). */
function dataSetOf(node: ValueNode): Uint8Array {
  const types = node.kind === 'map' ? itemsOf(required(node, 'types'), 'list of types') : []
  const columns = node.kind === 'map' ? itemsOf(required(node, 'columns'), 'list of names') : []
  if (columns.length !== types.length)
    throw new EncodeError(
      'ENCODE_LENGTH',
      (entryOf(node as NodeOf<'map'>, 'types') ?? node).from,
      String(columns.length)
    )
  const writer = new ByteWriter()
  varintField(1, BigInt(columns.length), writer)
  for (const column of columns) textField(2, column, writer)
  for (const type of types) varintField(3, dataTypeOf(type).number, writer)
  const rows = fields(node, 'DataSet', {
    columns: () => undefined,
    types: () => undefined,
    rows(value, into) {
      for (const row of itemsOf(value, 'list of rows')) {
        const cells = itemsOf(row, 'list of cells')
        if (cells.length !== types.length)
          throw new EncodeError('ENCODE_LENGTH', row.from, String(types.length))
        const content = new ByteWriter()
        for (const [index, cell] of cells.entries()) {
          const element = new ByteWriter()
          if (cell.kind !== 'null') writeTyped(1, BASIC_KINDS, cell, types[index]!, element)
          delimited(1, element.bytes, content)
        }
        delimited(4, content.bytes, into)
      }
    }
  })
  writer.raw(rows)
  return writer.bytes
}

/** A template (6.4.13). A parameter has the type that its value is written in, or one beside it. */
function templateOf(node: ValueNode): Uint8Array {
  return fields(node, 'Template', {
    version: (value, writer) => textField(1, value, writer),
    metrics(value, writer) {
      for (const metric of itemsOf(value, 'list of metrics')) delimited(2, metricOf(metric), writer)
    },
    parameters(value, writer) {
      for (const [name, content] of entriesOf(value)) {
        const parameter = new ByteWriter()
        textField(1, name, parameter)
        writeInferred({ type: 2, isNull: null, kinds: BASIC_KINDS }, content, parameter)
        delimited(3, parameter.bytes, writer)
      }
    },
    template: (value, writer) => textField(4, value, writer),
    isDefinition: (value, writer) => varintField(5, boolean(value, 'Boolean') ? 1n : 0n, writer)
  })
}

/** Properties (6.4.7): two lists of the same length, of keys and of values. */
function propertiesOf(node: ValueNode): Uint8Array {
  const entries = entriesOf(node)
  const writer = new ByteWriter()
  for (const [key] of entries) textField(1, key, writer)
  for (const [, value] of entries) {
    const property = new ByteWriter()
    writeInferred({ type: 1, isNull: 2, kinds: PROPERTY_KINDS }, value, property)
    delimited(2, property.bytes, writer)
  }
  return writer.bytes
}

/**
 * A value whose type is not written: truth values, texts, integers of 32 and of 64 bits, doubles and, for properties, sets of them. The
 * decoder shows no types there either; `{"type": …, "value": …}` gives one.
 */
function writeInferred(
  into: { type: number; isNull: number | null; kinds: readonly string[] },
  node: ValueNode,
  writer: ByteWriter
): void {
  const typed = node.kind === 'map' && node.entries.length === 2 ? entryOf(node, 'type') : undefined
  const value = typed && node.kind === 'map' ? entryOf(node, 'value') : undefined
  const type: ValueNode =
    typed && value ? typed : { kind: 'string', value: inferred(node), from: node.from, to: node.to }
  varintField(into.type, dataTypeOf(type).number, writer)
  if (node.kind !== 'null') writeTyped(3, into.kinds, typed && value ? value : node, type, writer)
  else if (into.isNull !== null) varintField(into.isNull, 1n, writer)
}

function inferred(node: ValueNode): string {
  switch (node.kind) {
    case 'boolean':
      return 'Boolean'
    case 'string':
    case 'null':
      return 'String'
    case 'number':
      if (!/^-?\d+$/.test(node.text)) return 'Double'
      return BigInt.asIntN(32, BigInt(node.text)) === BigInt(node.text) ? 'Int32' : 'Int64'
    case 'map':
      return 'PropertySet'
    case 'list':
      return 'PropertySetList'
    case 'bytes':
    case 'special':
    case 'tag':
    case 'template':
    case 'undefined':
      return wrongType(node, 'property')
  }
}

/** Metadata (6.4.8). */
function metadataOf(node: ValueNode): Uint8Array {
  const number =
    (field: number): Write =>
    (value, writer) =>
      varintField(field, integer(value, 'UInt64', 0n, 2n ** 64n - 1n), writer)
  const name =
    (field: number): Write =>
    (value, writer) =>
      textField(field, value, writer)
  return fields(node, 'MetaData', {
    isMultiPart: (value, writer) => varintField(1, boolean(value, 'Boolean') ? 1n : 0n, writer),
    contentType: name(2),
    size: number(3),
    seq: number(4),
    fileName: name(5),
    fileType: name(6),
    md5: name(7),
    description: name(8)
  })
}

function itemsOf(node: ValueNode, wanted: string): ValueNode[] {
  return node.kind === 'list' ? node.items : wrongType(node, wanted)
}

function entriesOf(node: ValueNode): [key: ValueNode, value: ValueNode][] {
  return node.kind === 'map'
    ? node.entries.map(({ key, value }) => [key, value])
    : wrongType(node, 'PropertySet')
}

/** The value under a key; undefined if there is none, or `null`. */
function entryOf(node: NodeOf<'map'>, name: string): ValueNode | undefined {
  const value = node.entries.find(({ key }) => key.kind === 'string' && key.value === name)?.value
  return value?.kind === 'null' ? undefined : value
}

function required(node: NodeOf<'map'>, name: string): ValueNode {
  const value = entryOf(node, name)
  if (!value) throw new EncodeError('ENCODE_MISSING_FIELD', node.from, 'list', name)
  return value
}

function flag(field: number, value: ValueNode, writer: ByteWriter): void {
  if (boolean(value, 'Boolean')) varintField(field, 1n, writer)
}

function varintField(field: number, value: bigint, writer: ByteWriter): void {
  writer.varint((field << 3) | VARINT)
  writer.varint(value)
}

function textField(field: number, value: ValueNode, writer: ByteWriter): void {
  delimited(field, Buffer.from(text(value, 'String')), writer)
}

function delimited(field: number, content: Uint8Array, writer: ByteWriter): void {
  writer.varint((field << 3) | LENGTH)
  writer.varint(content.length)
  writer.raw(content)
}
