/** MQTT-SN clients that publish at QoS 1, each its next message once the last one is acknowledged. */
export interface SnLoad {
  port: number
  clients: number
  /** Of all clients together. */
  messages: number
}

export type SnNews =
  | { kind: 'there'; seconds: number }
  /** `milliseconds`: how long each PUBACK took. */
  | { kind: 'published'; seconds: number; milliseconds: number[]; again: number }
