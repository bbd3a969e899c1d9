import catalogue from '../../../messages/en/encode.json'
import type { EncodeFault } from '../../shared/contract/encode'
import { encodeWords } from '../../shared/encode-words'

/** Why a payload cannot be encoded, in English. */
export function encodeSentence(fault: Pick<EncodeFault, 'code' | 'path' | 'detail'>): string {
  return encodeWords(fault, (message, values) =>
    catalogue[message].replace(/\{(\w+)\}/g, (whole, word: string) => values[word] ?? whole)
  )
}
