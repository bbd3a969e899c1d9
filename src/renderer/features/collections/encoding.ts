import type { SchemaInfo } from '../../../shared/contract/decode'
import type { Encoding, EncodingFormat } from '../../../shared/contract/encode'
import { usableSchemas } from '../../state/decoding'

/** An encoding that was chosen by its format, with the first schema that it can use; null: none. */
export function chosenEncoding(
  format: EncodingFormat | undefined,
  schemas: readonly SchemaInfo[]
): Encoding | null {
  if (format === undefined) return null
  const [first] = usableSchemas(format, schemas)
  return first ? withFile({ format }, first.name, schemas) : { format }
}

/** The same with a schema file, and its first message if it is for Protobuf. */
export function withFile(
  { format }: Pick<Encoding, 'format'>,
  schema: string,
  schemas: readonly SchemaInfo[]
): Encoding {
  const type = schemas.find(({ name }) => name === schema)?.types[0]
  return { format, schema, ...(format === 'protobuf' && type !== undefined && { type }) }
}
