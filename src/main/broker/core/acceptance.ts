import { connack } from '../codec/encode'
import type { Connect } from '../codec/packet'
import { PROPERTY } from '../codec/properties'
import type { Connection } from './connection'
import type { Limits } from './limits'

/** What a CONNACK says besides the limits. */
interface Accepted {
  /** Seconds. */
  keepAlive: number
  isPresent: boolean
  /** The last of an AUTH exchange. */
  authenticationData: Buffer | null
}

/** The CONNACK for a client that is accepted (MQTT 5.0, 3.2). */
export function acceptance(
  { version, clientId }: Connection,
  connect: Connect,
  { topicAliases, packetSize, receiveMaximum }: Limits,
  { keepAlive, isPresent, authenticationData }: Accepted
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
