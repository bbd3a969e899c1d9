import type { DecodeFault } from '../../shared/contract/decode'

/** Thrown by a decoder that cannot continue: says why and where. */
export class DecodeError extends Error {
  constructor(readonly fault: DecodeFault) {
    super(JSON.stringify(fault))
    this.name = 'DecodeError'
  }
}

/** A fault at a byte offset in the decoded payload. `detail` is a technical hint. */
export function faultAt(code: DecodeFault['code'], offset: number | null, detail: string | null = null) {
  return new DecodeError({ code, place: offset === null ? null : { offset }, detail })
}
