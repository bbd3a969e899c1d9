/** Many clients of a broker, which do nothing once they are there. */
export interface Crowd {
  port: number
  clients: number
  /** Topic filters of each client. */
  subscriptions: number
  /** Retained messages that each client publishes, with payloads of `payload` bytes. */
  retained: number
  payload: number
}

export type CrowdNews =
  | { kind: 'there' }
  /** How long each of some messages took to the one subscriber that they match, in ms. */
  | { kind: 'reached'; milliseconds: number[] }

/** Publishes to topics that nobody has published to before, one after another. */
export interface Reach {
  kind: 'reach'
  times: number
}
