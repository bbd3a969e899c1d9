import { connack } from '../codec/encode'
import type { Connect } from '../codec/packet'
import { PROPERTY } from '../codec/properties'
import type { Connection } from './connection'
import type { Limits } from './limits'

/** What the broker decided about a CONNECT that it accepts. */
interface Decision {
  /** Seconds; 0: off. */
  keepAlive: number
  /** The client has a session from before. */
  isPresent: boolean
  /** The last of an AUTH exchange. */
  authenticationData: Buffer | null
}

/** The CONNACK that accepts a client (MQTT 5.0, 3.2.2.3). */
export function connackFor(
  { version, clientId }: Connection,
  connect: Connect,
  { keepAlive, isPresent, authenticationData }: Decision,
  { topicAliases, packetSize, receiveMaximum }: Limits
): Buffer {
  const properties: [number, number | string | Buffer][] = [
    [PROPERTY.TOPIC_ALIAS_MAXIMUM, topicAliases],
    [PROPERTY.MAXIMUM_PACKET_SIZE, packetSize],
    [PROPERTY.RECEIVE_MAXIMUM, receiveMaximum]
  ]
  if (keepAlive !== connect.keepAlive) properties.push([PROPERTY.SERVER_KEEP_ALIVE, keepAlive])
  if (connect.clientId === '') properties.push([PROPERTY.ASSIGNED_CLIENT_ID, clientId])
  if (connect.authenticationMethod !== null) {
    properties.push([PROPERTY.AUTHENTICATION_METHOD, connect.authenticationMethod])
    if (authenticationData) properties.push([PROPERTY.AUTHENTICATION_DATA, authenticationData])
  }
  // Before MQTT 3.1.1 there was no Session Present.
  return connack(version, { sessionPresent: version !== 3 && isPresent, reasonCode: 0, properties })
}

/** The keep alive that a client gets, in seconds. Only MQTT 5 clients can be given another one [MQTT-3.2.2-21]. */
export function keepAliveFor({ version, keepAlive }: Connect, { keepAlive: longest }: Limits): number {
  return version === 5 && (keepAlive === 0 || keepAlive > longest) ? longest : keepAlive
}
