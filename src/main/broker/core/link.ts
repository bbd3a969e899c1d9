import type { Packet } from '../codec/packet'
import type { Output } from './output'

/**
 * Stands between a connection and the network and decides what becomes of its packets: they go on now, later, again or never. A connection
 * has one only while somebody wants it (see `Broker.linker`).
 */
export interface Link extends Pick<Output, 'packet' | 'publish'> {
  /** Bytes came from the client, for `Connection.read`. */
  bytes(chunk: Buffer): void
  /** A packet came whose bytes are `raw`. `handle` has the broker do what it asks. */
  received(packet: Packet, raw: Buffer, handle: () => void): void
  /** Does `work` after what came before: a refusal or the end must not overtake packets. */
  afterwards(work: () => void): void
  /** The broker ends the connection: what is still to be sent must be sent now. */
  flush(): void
  /** The connection is over. */
  closed(): void
}
