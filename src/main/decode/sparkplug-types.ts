import { DATA_TYPES, type DataType } from '../../shared/sparkplug-types'
import { FIXED32, FIXED64, LENGTH, VARINT } from './wire'

/** The data type with a number; null if the specification has none. */
export function dataType(number: number): DataType | null {
  return DATA_TYPES[number] ?? null
}

/** The name of a data type; the number if it is unknown. */
export function dataTypeName(number: number): string {
  return dataType(number) ?? String(number)
}

/** Widths of the signed integers, which are sent as unsigned ones in two's complement (6.4.17). */
export const SIGNED_BITS: Partial<Record<DataType, number>> = { Int8: 8, Int16: 16, Int32: 32, Int64: 64 }

/** The kind of a value, known from the field that holds it. */
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

/** Kinds of value by field number (6.4.1), for metrics, properties, data set cells and template parameters. */
export const METRIC_VALUES = from(10, [...BASIC, 'bytes', 'dataset', 'template'])
export const PROPERTY_VALUES = from(3, [...BASIC, 'propertySet', 'propertySets'])
export const CELL_VALUES = from(1, BASIC)
export const PARAMETER_VALUES = from(3, BASIC)
