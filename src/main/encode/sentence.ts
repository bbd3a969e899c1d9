import catalogue from '../../../messages/en/encode.json'
import { encodeWords } from '../../shared/encode-words'
import type { EncodeFault } from './encode'

/** Why a payload cannot be encoded, in English. */
export function encodeSentence(fault: Pick<EncodeFault, 'code' | 'path' | 'detail'>): string {
  return encodeWords(fault, (message, values) =>
    catalogue[message].replace(/\{(\w+)\}/g, (whole, word: string) => values[word] ?? whole)
  )
}
