import type { EncodeCode } from './contract/encode'

/** Messages of `messages/LANGUAGE/encode.json`. */
export type EncodeMessage =
  Lowercase<EncodeCode> | 'encode_syntax_end' | 'encode_at_path' | 'encode_unknown_field_none'

type Say<T> = (message: EncodeMessage, values: Record<string, string | T>) => T

/** Why a payload cannot be encoded: the value that is meant, and what is wrong with it. */
export function encodeWords<T>(
  { code, path, detail }: { code: EncodeCode; path: string; detail: string },
  say: Say<T>
): T {
  const message =
    code === 'ENCODE_SYNTAX' && detail === ''
      ? 'encode_syntax_end'
      : code === 'ENCODE_UNKNOWN_FIELD' && detail === ''
        ? 'encode_unknown_field_none'
        : (code.toLowerCase() as Lowercase<EncodeCode>)
  const sentence = say(message, { detail })
  return path === '' ? sentence : say('encode_at_path', { path, sentence })
}
