import { randomUUID } from 'node:crypto'
import { REASON_CODE } from '../../../shared/mqtt-codes'
import type { Connect } from '../codec/packet'
import { Refusal } from '../codec/refusal'

/** How the client identifiers begin that the broker gives out. */
export const ASSIGNED_ID = 'auto-'

/**
 * An identifier for a client that leaves it to the broker [MQTT-3.1.3-6]. Throws Refusal: before MQTT 5 it may do so only for a clean session
 * [MQTT-3.1.3-8 of 3.1.1].
 */
export function newClientId({ version, cleanStart }: Connect): string {
  if (version === 3 || (version === 4 && !cleanStart))
    throw new Refusal(
      'The client identifier is empty, and the session is to be kept [MQTT-3.1.3-7 of 3.1.1].',
      REASON_CODE.CLIENT_IDENTIFIER_NOT_VALID
    )
  return `${ASSIGNED_ID}${randomUUID()}`
}
