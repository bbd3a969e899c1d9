import type { MqttVersion } from '../../../shared/contract/profiles'
import type { Qos } from '../../../shared/message'
import { REASON_CODE } from '../../../shared/mqtt-codes'
import { Message } from './message'
import { TYPE, type Connect, type Will } from './packet'
import {
  checkResponseTopic,
  noProperties,
  pairIn,
  PROPERTY,
  readProperties,
  type Properties
} from './properties'
import type { Reader } from './reader'
import { malformed, protocolError, Refusal } from './refusal'
import { topicName } from './text'

/** In MQTT 3, a bridge sets the highest bit of its protocol version. It asks for what MQTT 5 calls No Local and Retain As Published. */
const BRIDGE_BIT = 0x80

const FLAG = { RESERVED: 0x01, CLEAN: 0x02, WILL: 0x04, WILL_RETAIN: 0x20, PASSWORD: 0x40, USERNAME: 0x80 }

const LARGEST = { SESSION_EXPIRY: 0xffffffff, PACKET: 0xffffffff, RECEIVE: 65_535 }

/** Reads what follows the version in a CONNECT (MQTT 5.0, 3.1). Throws Refusal. */
export function decodeConnect(reader: Reader, version: MqttVersion): Connect {
  const flags = reader.u8()
  // MQTT 3.1 does not use this bit, and does not say that it must be 0.
  if (flags & FLAG.RESERVED && version !== 3)
    throw malformed('The reserved flag of the CONNECT is set [MQTT-3.1.2-3].')
  const willQos = (flags >> 3) & 3
  if (!(flags & FLAG.WILL) && (willQos > 0 || flags & FLAG.WILL_RETAIN))
    throw malformed('Will QoS or Will Retain without a will [MQTT-3.1.2-11], [MQTT-3.1.2-13].')
  if (willQos === 3) throw malformed('A will at QoS 3 [MQTT-3.1.2-12].')
  const keepAlive = reader.u16()
  const userProperties: Connect['userProperties'] = []
  const properties =
    version === 5
      ? readProperties(reader, 'connect', (id, from, to) => {
          if (id === PROPERTY.USER_PROPERTY) userProperties.push(pairIn(reader.bytes, from + 1, to))
        })
      : noProperties
  const number = (id: number, otherwise: number): number =>
    (properties.get(id) as number | undefined) ?? otherwise
  const cleanStart = (flags & FLAG.CLEAN) !== 0
  const authenticationMethod = (properties.get(PROPERTY.AUTHENTICATION_METHOD) as string | undefined) ?? null
  const authenticationData = (properties.get(PROPERTY.AUTHENTICATION_DATA) as Buffer | undefined) ?? null
  if (authenticationData && authenticationMethod === null)
    throw protocolError('Authentication Data without an Authentication Method (3.1.2.11.10).')
  const clientId = reader.text()
  const will =
    flags & FLAG.WILL ? readWill(reader, version, willQos as Qos, (flags & FLAG.WILL_RETAIN) !== 0) : null
  const username = flags & FLAG.USERNAME ? reader.text() : null
  if (flags & FLAG.PASSWORD && username === null && version !== 5)
    throw malformed('A password without a user name [MQTT-3.1.2-22 of 3.1.1].')
  const password = flags & FLAG.PASSWORD ? reader.binary() : null
  reader.expectEnd()
  return {
    type: TYPE.CONNECT,
    version,
    clientId,
    cleanStart,
    keepAlive,
    username,
    password,
    will,
    // Before MQTT 5, a session without Clean Session has no end (3.1.2.4 of 3.1.1).
    sessionExpiry:
      version === 5 ? number(PROPERTY.SESSION_EXPIRY, 0) : cleanStart ? 0 : LARGEST.SESSION_EXPIRY,
    receiveMaximum: number(PROPERTY.RECEIVE_MAXIMUM, LARGEST.RECEIVE),
    maximumPacketSize: number(PROPERTY.MAXIMUM_PACKET_SIZE, LARGEST.PACKET),
    topicAliasMaximum: number(PROPERTY.TOPIC_ALIAS_MAXIMUM, 0),
    requestProblemInformation: number(PROPERTY.REQUEST_PROBLEM_INFORMATION, 1) === 1,
    requestResponseInformation: number(PROPERTY.REQUEST_RESPONSE_INFORMATION, 0) === 1,
    userProperties,
    authenticationMethod,
    authenticationData
  }
}

/** Reads the protocol name and version [MQTT-3.1.2-1], [MQTT-3.1.2-2], and whether it has the bridge bit. Throws Refusal. */
export function readVersion(reader: Reader): { version: MqttVersion; isBridge: boolean } {
  const name = reader.text()
  if (name !== 'MQTT' && name !== 'MQIsdp')
    throw malformed('The protocol name is neither MQTT nor MQIsdp [MQTT-3.1.2-1].')
  const version = reader.u8()
  const level = version > (BRIDGE_BIT | 4) ? version : version & ~BRIDGE_BIT
  if (name === 'MQIsdp' ? level !== 3 : level !== 4 && level !== 5)
    throw new Refusal(
      `Protocol version ${version} of ${name} is not supported [MQTT-3.1.2-2].`,
      REASON_CODE.UNSUPPORTED_PROTOCOL_VERSION
    )
  return { version: level as MqttVersion, isBridge: level !== version }
}

/** The will's properties, topic and payload (MQTT 5.0, 3.1.3.2 to 3.1.3.4). */
function readWill(reader: Reader, version: MqttVersion, qos: Qos, retain: boolean): Will {
  let properties: Properties = noProperties
  const kept: Buffer[] = []
  if (version === 5)
    properties = readProperties(reader, 'will', (id, from, to) => {
      if (id !== PROPERTY.WILL_DELAY && id !== PROPERTY.MESSAGE_EXPIRY)
        kept.push(reader.bytes.subarray(from, to))
    })
  checkResponseTopic(properties)
  const start = reader.at + 2
  reader.skip(reader.u16())
  const topic = topicName(reader.bytes, start, reader.at)
  if (topic === '') throw malformed('The topic of the will is empty [MQTT-4.7.3-1].')
  const message = Message.of(topic, reader.binary(), {
    qos,
    retain,
    properties: Buffer.concat(kept),
    expiry: (properties.get(PROPERTY.MESSAGE_EXPIRY) as number | undefined) ?? null
  })
  return { message, delay: (properties.get(PROPERTY.WILL_DELAY) as number | undefined) ?? 0 }
}
