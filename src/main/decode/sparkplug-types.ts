import { FIXED32, FIXED64, LENGTH, VARINT } from './wire'

/** Sparkplug data types by their number (Sparkplug 3.0, 6.4.16). */
const NAMES = [
  'Unknown',
  'Int8',
  'Int16',
  'Int32',
  'Int64',
  'UInt8',
  'UInt16',
  'UInt32',
  'UInt64',
  'Float',
  'Double',
  'Boolean',
  'String',
  'DateTime',
  'Text',
  'UUID',
  'DataSet',
  'Bytes',
  'File',
  'Template',
  'PropertySet',
  'PropertySetList',
  'Int8Array',
  'Int16Array',
  'Int32Array',
  'Int64Array',
  'UInt8Array',
  'UInt16Array',
  'UInt32Array',
  'UInt64Array',
  'FloatArray',
  'DoubleArray',
  'BooleanArray',
  'StringArray',
  'DateTimeArray'
] as const
export type DataType = (typeof NAMES)[number]

/** A data type by its number; null for a number that the specification does not have. */
export function dataType(number: number): DataType | null {
  return NAMES[number] ?? null
}

/** What a type is called: one that is not known, by its number. */
export function dataTypeName(number: number): string {
  return dataType(number) ?? String(number)
}

/** Bits of the signed integers: they travel as unsigned ones, in two's complement (6.4.17). */
export const SIGNED_BITS: Partial<Record<DataType, number>> = { Int8: 8, Int16: 16, Int32: 32, Int64: 64 }

/** What the field of a value tells of it. */
export type ValueKind =
  | 'int'
  | 'long'
  | 'float'
  | 'double'
  | 'boolean'
  | 'string'
  | 'bytes'
  | 'dataset'
  | 'template'
  | 'propertySet'
  | 'propertySets'

/** Wire types of the kinds of value. */
export const WIRE: Record<ValueKind, number> = {
  int: VARINT,
  long: VARINT,
  float: FIXED32,
  double: FIXED64,
  boolean: VARINT,
  string: LENGTH,
  bytes: LENGTH,
  dataset: LENGTH,
  template: LENGTH,
  propertySet: LENGTH,
  propertySets: LENGTH
}

const BASIC: readonly ValueKind[] = ['int', 'long', 'float', 'double', 'boolean', 'string']
const from = (first: number, kinds: readonly ValueKind[]): ReadonlyMap<number, ValueKind> =>
  new Map(kinds.map((kind, index) => [first + index, kind]))

/** Kinds by field number, where values are (6.4.1): of metrics, properties, cells of a data set and template parameters. */
export const METRIC_VALUES = from(10, [...BASIC, 'bytes', 'dataset', 'template'])
export const PROPERTY_VALUES = from(3, [...BASIC, 'propertySet', 'propertySets'])
export const CELL_VALUES = from(1, BASIC)
export const PARAMETER_VALUES = from(3, BASIC)
