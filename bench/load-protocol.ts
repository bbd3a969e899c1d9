/** What goes through a broker. */
export interface Load {
  port: number
  publishers: number
  /** Each gets every message. */
  subscribers: number
  /** In all, of all publishers. */
  messages: number
  /** Bytes. */
  payload: number
  qos: 0 | 1
}

export interface LoadNews {
  kind: 'through'
  /** From the first PUBLISH written to the last one that every subscriber has read. */
  milliseconds: number
}
