/** Counts since the broker started. */
export class Traffic {
  /** Packets of every type. */
  packetsReceived = 0
  packetsSent = 0
  bytesReceived = 0
  bytesSent = 0
  messagesReceived = 0
  messagesSent = 0
  payloadReceived = 0
  payloadSent = 0
  dropped = 0
  connections = 0
}
