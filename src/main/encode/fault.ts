import type { EncodeCode } from '../../shared/contract/encode'

/** A value that cannot be encoded, with its place in the text. */
export class EncodeError extends Error {
  constructor(
    readonly code: EncodeCode,
    /** Where it stands (UTF-16). */
    readonly offset: number,
    readonly detail = '',
    /** A field of the value there that is meant. */
    readonly field: string | null = null
  ) {
    super(`${code} at ${offset}: ${detail}`)
    this.name = 'EncodeError'
  }
}

/** Throws ENCODE_TYPE. */
export function wrongType({ from }: { from: number }, wanted: string): never {
  throw new EncodeError('ENCODE_TYPE', from, wanted)
}
