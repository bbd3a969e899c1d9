import type { DecodeFault } from '../../shared/contract/decode'

/** Thrown by a decoder that cannot go on: why, and where. */
export class DecodeError extends Error {
  constructor(readonly fault: DecodeFault) {
    super(JSON.stringify(fault))
    this.name = 'DecodeError'
  }
}

/** Something is wrong at a byte, counted from the start of what is decoded. `detail` is a technical word on what. */
export function faultAt(code: DecodeFault['code'], offset: number | null, detail: string | null = null) {
  return new DecodeError({ code, place: offset === null ? null : { offset }, detail })
}
