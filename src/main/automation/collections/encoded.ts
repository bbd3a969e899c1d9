import type { EncodedText, Encoding } from '../../../shared/contract/encode'
import type { Made } from './to-message'

export interface Outgoing extends Made {
  /** What the payload's decoder shows; null: it is not encoded. */
  decoded: string | null
}

/** A message with its payload encoded. One that has faults already stays as it is. */
export async function encoded(
  made: Made,
  encoding: Encoding | null,
  encode: (text: string, encoding: Encoding) => Promise<EncodedText>
): Promise<Outgoing> {
  if (!encoding || made.faults.length > 0) return { ...made, decoded: null }
  const result = await encode(made.text, encoding)
  if ('bytes' in result)
    return { ...made, message: { ...made.message, payload: result.bytes }, decoded: result.shown }
  const { code, path, detail, line, column } = result.fault
  return {
    ...made,
    faults: [{ field: 'payload', variable: null, line, column, code, name: path, detail }],
    decoded: null
  }
}
