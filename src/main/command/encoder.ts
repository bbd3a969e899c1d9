import { basename } from 'node:path'
import type { Encoding, EncodingFormat } from '../../shared/contract/encode'
import { SchemaFiles } from '../decode/schema-files'
import { encode } from '../encode/encode'
import { encodeSentence } from '../encode/sentence'
import { Misuse } from './command'
import type { MessageValues } from './commands/message-options'
import { bytesOf } from './values'

type Payloads = AsyncIterable<Buffer>

/** Encodes payloads that are JSON as the options say; without them they stay as they are. Throws Misuse, also for a payload. */
export async function encoderOf(values: MessageValues): Promise<(payloads: Payloads) => Payloads> {
  const { encode: format, schema: files, 'message-type': type } = values
  if (format === undefined) {
    if (files.length > 0 || type !== undefined) throw new Misuse('--schema and --message-type need --encode.')
    return (payloads) => payloads
  }
  const needed = format === 'protobuf' || format === 'avro'
  if (needed && files.length === 0) throw new Misuse(`--encode ${format} needs a schema: --schema FILE.`)
  if (format === 'protobuf' && type === undefined)
    throw new Misuse('--encode protobuf needs the name of the message: --message-type NAME.')
  const schemas = new SchemaFiles(
    await Promise.all(
      files.map(async (file) => ({ name: basename(file), bytes: await bytesOf('--schema', file) }))
    )
  )
  const encoding: Encoding = {
    format: format as EncodingFormat,
    ...(needed && { schema: basename(files[0]!) }),
    ...(type !== undefined && { type })
  }
  return (payloads) => encoded(payloads, encoding, schemas)
}

async function* encoded(
  payloads: Payloads,
  encoding: Encoding,
  schemas: SchemaFiles
): AsyncGenerator<Buffer> {
  for await (const payload of payloads) {
    const result = encode(payload.toString(), encoding, schemas)
    if ('fault' in result) throw new Misuse(`The payload cannot be encoded. ${encodeSentence(result.fault)}`)
    yield Buffer.from(result.bytes)
  }
}
