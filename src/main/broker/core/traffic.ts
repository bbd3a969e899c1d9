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
  /** Messages that a subscriber should have got. */
  dropped = 0
  /** Streams, and CONNECT packets on them. */
  connections = 0
  connects = 0
  /** Clients connected at once, at most. */
  mostClients = 0
  /** Sessions that ended because their client stayed away. */
  sessionsExpired = 0
}
