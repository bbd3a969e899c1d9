/** The load on a broker. */
export interface Load {
  port: number
  publishers: number
  /** Each subscriber receives every message. */
  subscribers: number
  /** Total of all publishers. */
  messages: number
  /** Bytes per payload. */
  payload: number
  qos: 0 | 1
}

export interface LoadNews {
  kind: 'through'
  /** From writing the first PUBLISH until every subscriber has read the last one. */
  milliseconds: number
}
