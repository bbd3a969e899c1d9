/** What the broker allows, so that no client can take its memory. */
export interface Limits {
  /** Clients connected at once. */
  clients: number
  /** Largest packet from a client, in bytes with its header. */
  packetSize: number
  /** Messages and bytes that may wait for one session. Beyond either, the oldest is dropped. */
  queueMessages: number
  queueBytes: number
  /** ms within which the CONNECT must have come. */
  connectTimeout: number
  /**
   * Longest keep alive in seconds. MQTT 5 clients that ask for more, or for none, are told this one, so that a vanished client is noticed.
   */
  keepAlive: number
  /** Unacknowledged QoS 1 and 2 messages at once, from a client (MQTT 5) and to a client. */
  receiveMaximum: number
  /** Topic Aliases that a client may use. */
  topicAliases: number
}

export const defaultLimits: Limits = {
  clients: 20_000,
  packetSize: 20_000_000,
  queueMessages: 100_000,
  queueBytes: 100_000_000,
  connectTimeout: 10_000,
  keepAlive: 60,
  receiveMaximum: 1_000,
  topicAliases: 10
}
