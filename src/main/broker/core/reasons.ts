import { REASON_CODE } from '../../../shared/mqtt-codes'

/** How the broker refuses a message: `reason` is the Reason String; empty: none. */
export interface Denial {
  code: number
  reason: string
}

/** A topic of the broker itself. There is no more to say, and clients that compare answers byte by byte expect no Reason String. */
export const RESERVED: Denial = { code: REASON_CODE.NOT_AUTHORIZED, reason: '' }

export const NO_ROOM: Denial = {
  code: REASON_CODE.QUOTA_EXCEEDED,
  reason: 'The broker holds as many bytes of retained messages as it may.'
}

/** The Reason String for what a hook refuses: rules, or faults on demand, which may choose any code. */
export function reasonOf(code: number): string {
  return code === REASON_CODE.NOT_AUTHORIZED ? 'The rules of this broker do not allow it.' : ''
}
