import type { EncodeFault } from '../../shared/contract/encode'
import { encodeWords } from '../../shared/encode-words'
import { m } from '../paraglide/messages'

/** Which value of a payload cannot be encoded, and why. */
export function encodeSentence(fault: Pick<EncodeFault, 'code' | 'path' | 'detail'>): string {
  return encodeWords(fault, (message, values) =>
    (m[message] as (values: Readonly<Record<string, string>>) => string)(values)
  )
}

/** The same with its place in a text of several lines. */
export function encodeFaultText({ line, column, ...fault }: EncodeFault): string {
  const sentence = encodeSentence(fault)
  return line === 1 ? sentence : m.collections_at({ line, column, sentence })
}
