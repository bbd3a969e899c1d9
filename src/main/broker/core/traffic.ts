import type { DropCause } from './hooks'

/** Counts since the broker started. */
export class Traffic {
  /** Packets of every type. */
  packetsReceived = 0
  packetsSent = 0
  bytesReceived = 0
  /** Bytes that the network has been given. */
  bytesSent = 0
  messagesReceived = 0
  messagesSent = 0
  payloadReceived = 0
  payloadSent = 0
  /** Messages that did not reach a subscriber, or had none. */
  readonly drops: Record<DropCause, number> = {
    'nobody subscribed': 0,
    expired: 0,
    'queue full': 0,
    'too large': 0,
    refused: 0
  }
  /** Streams, and CONNECT packets on them. */
  connections = 0
  connects = 0
  /** Clients connected at once, at most. */
  mostClients = 0
  /** Sessions that ended because their client stayed away. */
  sessionsExpired = 0

  /** Messages that a subscriber should have got. */
  get dropped(): number {
    const { drops } = this
    return drops.expired + drops['queue full'] + drops['too large'] + drops.refused
  }
}
