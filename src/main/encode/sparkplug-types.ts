import { DATA_TYPES, type DataType } from '../../shared/sparkplug-types'
import type { ValueNode } from '../../shared/value-text/node'
import { dataTypeName, type ValueKind } from '../decode/sparkplug-types'
import { EncodeError, wrongType } from './fault'

/** The kind of value that holds each data type (Sparkplug 3.0, 6.4.16). */
export const KINDS: Record<DataType, ValueKind> = {
  ...({ Unknown: 'string', Int8: 'int', Int16: 'int', Int32: 'int', Int64: 'long' } as const),
  ...({ UInt8: 'int', UInt16: 'int', UInt32: 'int', UInt64: 'long' } as const),
  ...({ Float: 'float', Double: 'double', Boolean: 'boolean', String: 'string' } as const),
  ...({ DateTime: 'long', Text: 'string', UUID: 'string', DataSet: 'dataset' } as const),
  ...({ Bytes: 'bytes', File: 'bytes', Template: 'template' } as const),
  ...({ PropertySet: 'propertySet', PropertySetList: 'propertySets' } as const),
  ...({ Int8Array: 'bytes', Int16Array: 'bytes', Int32Array: 'bytes', Int64Array: 'bytes' } as const),
  ...({ UInt8Array: 'bytes', UInt16Array: 'bytes', UInt32Array: 'bytes', UInt64Array: 'bytes' } as const),
  ...({ FloatArray: 'bytes', DoubleArray: 'bytes', BooleanArray: 'bytes' } as const),
  ...({ StringArray: 'bytes', DateTimeArray: 'bytes' } as const)
}

/** A data type by its name or number. Throws EncodeError. */
export function dataTypeOf(node: ValueNode): { name: DataType; number: bigint } {
  if (node.kind !== 'string' && node.kind !== 'number') return wrongType(node, 'data type')
  const wanted = node.kind === 'string' ? node.value : dataTypeName(Number(node.text))
  const index = DATA_TYPES.findIndex((name) => name.toLowerCase() === wanted.toLowerCase())
  if (index < 1) throw new EncodeError('ENCODE_CHOICE', node.from, DATA_TYPES.slice(1).join(', '))
  return { name: DATA_TYPES[index]!, number: BigInt(index) }
}
