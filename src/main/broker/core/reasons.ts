import { REASON_CODE } from '../../../shared/mqtt-codes'

/** The Reason Strings of PUBACK, PUBREC and SUBACK (MQTT 5.0, 3.4.2.2.2, 3.9.2.1.2). Codes without one say all there is to say. */
const reasons: Record<number, string> = {
  [REASON_CODE.NOT_AUTHORIZED]:
    'The rules of this broker do not allow it, or the topic belongs to the broker.',
  [REASON_CODE.QUOTA_EXCEEDED]: 'The broker holds as many bytes of retained messages as it may.'
}

/** The Reason String for a code; empty: none. */
export function reasonFor(code: number): string {
  return reasons[code] ?? ''
}
