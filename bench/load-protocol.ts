/** The load on a broker: one MQTT 3.1.1 publisher, and subscribers that each receive every message. */
export interface Load {
  port: number
  subscribers: number
  messages: number
  /** Bytes per payload. */
  payload: number
  qos: 0 | 1 | 2
  /** Unacknowledged messages of the publisher at QoS 1 and 2. */
  inFlight: number
  /** Whether the broker keeps the subscribers' sessions. */
  kept: boolean
  /** Messages per second; null: as fast as they pass. */
  rate: number | null
}

export type LoadNews = {
  kind: 'through'
  /** From writing the first PUBLISH until every subscriber has read the last one. */
  milliseconds: number
  /** The longest time for which the publisher could not write, in ms. */
  longestHold: number
}
