import { REASON_CODE } from '../../../shared/mqtt-codes'
import { TYPE, type Packet } from '../codec/packet'
import { Refusal } from '../codec/refusal'

/** Bytes of a refused packet that are kept. */
const REPORTED_BYTES = 1_024
/** Characters of a reason that are sent and kept. It may quote what the client sent. */
const REASON_LENGTH = 300

/** Why a client was refused, with its packet. */
export interface RefusalReport {
  at: number
  clientId: string
  address: string
  reasonCode: number
  reason: string
  /** The packet's first bytes. */
  packet: Buffer
}

export function reportOf(
  { reasonCode, message }: Refusal,
  { clientId, address }: { clientId: string; address: string },
  packet: Buffer,
  at: number
): RefusalReport {
  const reason = message.slice(0, REASON_LENGTH)
  return {
    at,
    clientId,
    address,
    reasonCode,
    reason,
    packet: Buffer.from(packet.subarray(0, REPORTED_BYTES))
  }
}

/** A refused packet as it is reported: the password, which is the last field of a CONNECT (3.1.3), is overwritten. */
export function withoutPassword(packet: Packet | null, raw: Buffer): Buffer {
  if (packet?.type === TYPE.CONNECT && packet.password) raw.fill('*', raw.length - packet.password.length)
  return raw
}

/** An error that is no refusal is a fault of the broker, which must cost this connection only. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  return new Refusal(`The broker failed: ${(error as Error).message}`, REASON_CODE.IMPLEMENTATION_SPECIFIC)
}
