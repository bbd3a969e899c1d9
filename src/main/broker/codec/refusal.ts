import { REASON_CODE } from '../../../shared/mqtt-codes'

/**
 * Why a packet or a connection is refused. `message` is for people and becomes the Reason String of MQTT 5; `reasonCode` is the code of
 * MQTT 5 (table 2-6), from which the return codes of older versions are derived.
 */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly reasonCode: number = REASON_CODE.MALFORMED_PACKET
  ) {
    super(message)
  }
}

/** A packet that no version allows (MQTT 5.0, 1.2 "Malformed Packet"). */
export function malformed(message: string): Refusal {
  return new Refusal(message)
}

/** A well-formed packet at the wrong time or with a forbidden value (MQTT 5.0, 1.2 "Protocol Error"). */
export function protocolError(message: string): Refusal {
  return new Refusal(message, REASON_CODE.PROTOCOL_ERROR)
}
