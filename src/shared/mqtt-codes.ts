/**
 * The specification's names for the codes in a broker's answers, and which refusals are worth a retry.
 * Sources: MQTT 3.1.1, tables 3.1 and 3.9.3; MQTT 5.0, table 2-6 "Reason Codes".
 */
import type { MqttVersion } from './contract/profiles'

/** A packet that carries a return code or a reason code. */
export type CodePacket =
  'CONNACK' | 'PUBACK' | 'PUBREC' | 'PUBREL' | 'PUBCOMP' | 'SUBACK' | 'UNSUBACK' | 'DISCONNECT' | 'AUTH'

/** Return codes of CONNACK before MQTT 5. */
export const RETURN_CODE = {
  UNACCEPTABLE_PROTOCOL_VERSION: 1,
  IDENTIFIER_REJECTED: 2,
  SERVER_UNAVAILABLE: 3,
  BAD_USER_NAME_OR_PASSWORD: 4,
  NOT_AUTHORIZED: 5
} as const

/** Reason codes of MQTT 5 that Treetop acts on; codes of 0x80 and above are failures. */
export const REASON_CODE = {
  SUCCESS: 0x00,
  DISCONNECT_WITH_WILL: 0x04,
  NO_MATCHING_SUBSCRIBERS: 0x10,
  NO_SUBSCRIPTION_EXISTED: 0x11,
  CONTINUE_AUTHENTICATION: 0x18,
  REAUTHENTICATE: 0x19,
  MALFORMED_PACKET: 0x81,
  PROTOCOL_ERROR: 0x82,
  IMPLEMENTATION_SPECIFIC: 0x83,
  UNSUPPORTED_PROTOCOL_VERSION: 0x84,
  CLIENT_IDENTIFIER_NOT_VALID: 0x85,
  BAD_USER_NAME_OR_PASSWORD: 0x86,
  NOT_AUTHORIZED: 0x87,
  SERVER_UNAVAILABLE: 0x88,
  SERVER_BUSY: 0x89,
  BANNED: 0x8a,
  SERVER_SHUTTING_DOWN: 0x8b,
  BAD_AUTHENTICATION_METHOD: 0x8c,
  KEEP_ALIVE_TIMEOUT: 0x8d,
  SESSION_TAKEN_OVER: 0x8e,
  TOPIC_FILTER_INVALID: 0x8f,
  TOPIC_NAME_INVALID: 0x90,
  RECEIVE_MAXIMUM_EXCEEDED: 0x93,
  TOPIC_ALIAS_INVALID: 0x94,
  PACKET_TOO_LARGE: 0x95,
  QUOTA_EXCEEDED: 0x97,
  ADMINISTRATIVE_ACTION: 0x98,
  USE_ANOTHER_SERVER: 0x9c,
  SERVER_MOVED: 0x9d,
  CONNECTION_RATE_EXCEEDED: 0x9f,
  MAXIMUM_CONNECT_TIME: 0xa0,
  IDENTIFIERS_NOT_SUPPORTED: 0xa1
} as const

/** The first code that means failure, in SUBACK of every version and in all of MQTT 5. */
export const FIRST_FAILURE = 0x80

const returnCodes = new Map<number, string>([
  [0x00, 'Connection Accepted'],
  [0x01, 'Unacceptable protocol version'],
  [0x02, 'Identifier rejected'],
  [0x03, 'Server unavailable'],
  [0x04, 'Bad user name or password'],
  [0x05, 'Not authorized']
])

const grantedCodes = new Map<number, string>([
  [0x00, 'Granted QoS 0'],
  [0x01, 'Granted QoS 1'],
  [0x02, 'Granted QoS 2']
])

/** Only the meaning of 0x00 to 0x02 depends on the packet. */
const reasonCodes = new Map<number, string>([
  [0x00, 'Success'],
  [0x04, 'Disconnect with Will Message'],
  [0x10, 'No matching subscribers'],
  [0x11, 'No subscription existed'],
  [0x18, 'Continue authentication'],
  [0x19, 'Re-authenticate'],
  [0x80, 'Unspecified error'],
  [0x81, 'Malformed Packet'],
  [0x82, 'Protocol Error'],
  [0x83, 'Implementation specific error'],
  [0x84, 'Unsupported Protocol Version'],
  [0x85, 'Client Identifier not valid'],
  [0x86, 'Bad User Name or Password'],
  [0x87, 'Not authorized'],
  [0x88, 'Server unavailable'],
  [0x89, 'Server busy'],
  [0x8a, 'Banned'],
  [0x8b, 'Server shutting down'],
  [0x8c, 'Bad authentication method'],
  [0x8d, 'Keep Alive timeout'],
  [0x8e, 'Session taken over'],
  [0x8f, 'Topic Filter invalid'],
  [0x90, 'Topic Name invalid'],
  [0x91, 'Packet Identifier in use'],
  [0x92, 'Packet Identifier not found'],
  [0x93, 'Receive Maximum exceeded'],
  [0x94, 'Topic Alias invalid'],
  [0x95, 'Packet too large'],
  [0x96, 'Message rate too high'],
  [0x97, 'Quota exceeded'],
  [0x98, 'Administrative action'],
  [0x99, 'Payload format invalid'],
  [0x9a, 'Retain not supported'],
  [0x9b, 'QoS not supported'],
  [0x9c, 'Use another server'],
  [0x9d, 'Server moved'],
  [0x9e, 'Shared Subscriptions not supported'],
  [0x9f, 'Connection rate exceeded'],
  [0xa0, 'Maximum connect time'],
  [0xa1, 'Subscription Identifiers not supported'],
  [0xa2, 'Wildcard Subscriptions not supported']
])

const retryableReturnCodes = new Set<number>([RETURN_CODE.SERVER_UNAVAILABLE])

const retryableReasonCodes = new Set<number>([
  REASON_CODE.SERVER_UNAVAILABLE,
  REASON_CODE.SERVER_BUSY,
  REASON_CODE.QUOTA_EXCEEDED,
  REASON_CODE.USE_ANOTHER_SERVER,
  REASON_CODE.CONNECTION_RATE_EXCEEDED
])

const finalDisconnects = new Set<number>([
  REASON_CODE.NOT_AUTHORIZED,
  REASON_CODE.BAD_AUTHENTICATION_METHOD,
  REASON_CODE.SESSION_TAKEN_OVER,
  REASON_CODE.SERVER_MOVED
])

/** The specification's name for a code; null: no such code. */
export function codeName(packet: CodePacket, version: MqttVersion, code: number): string | null {
  if (packet === 'SUBACK') {
    if (version !== 5 && code === FIRST_FAILURE) return 'Failure'
    if (code < FIRST_FAILURE) return grantedCodes.get(code) ?? null
  }
  if (packet === 'CONNACK' && isReturnCode(version, code)) return returnCodes.get(code) ?? null
  if (packet === 'DISCONNECT' && code === 0x00) return 'Normal disconnection'
  return reasonCodes.get(code) ?? null
}

/**
 * Whether the broker may accept a refused CONNECT later, unchanged: it is unavailable, busy or full. Any other refusal (a wrong
 * password, a rejected client id, an unknown version) persists until the profile changes.
 */
export function connackRetryable(version: MqttVersion, code: number): boolean {
  return (isReturnCode(version, code) ? retryableReturnCodes : retryableReasonCodes).has(code)
}

/**
 * Whether to reconnect after the broker's DISCONNECT (MQTT 5.0, 3.14.2.1). Not if another client took over the session, because the two
 * would take turns disconnecting each other, nor if the broker told this client not to return.
 */
export function disconnectRetryable(code: number): boolean {
  return !finalDisconnects.has(code)
}

/** Whether a CONNACK says that the broker does not support the requested version. */
export function connackRefusesVersion(version: MqttVersion, code: number): boolean {
  return isReturnCode(version, code)
    ? code === RETURN_CODE.UNACCEPTABLE_PROTOCOL_VERSION
    : code === REASON_CODE.UNSUPPORTED_PROTOCOL_VERSION
}

/** A broker that does not know MQTT 5 answers its CONNECT with a return code of 3.1.1 [MQTT-3.1.2-2]. */
function isReturnCode(version: MqttVersion, code: number): boolean {
  return version !== 5 || (code > 0 && code < FIRST_FAILURE)
}
