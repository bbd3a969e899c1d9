/** A broker tells each bridge of another Treetop who it is, in a message on this topic that needs no subscription. */
export const IDENTITY_TOPIC = '$SYS/broker/treetop/id'

const CLIENT_ID = /^bridge([0-9a-f]{8})[0-9a-f]{6}$/

/**
 * The client id of a bridge on both its sides, from the ids of Treetop's broker (8 hex digits) and of the bridge (6). Every broker accepts
 * it: at most 23 letters and digits [MQTT-3.1.3-5].
 */
export function bridgeClientId(broker: string, bridge: string): string {
  return `bridge${broker}${bridge}`
}

/** The id of the broker that a bridge belongs to, from the bridge's client id; null: that is no client id of a bridge. */
export function brokerOfBridge(clientId: string): string | null {
  return CLIENT_ID.exec(clientId)?.[1] ?? null
}
