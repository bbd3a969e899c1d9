import type {
  ConnectionFault,
  ConnectionState,
  ConnectionStatus,
  RecordingFault,
  ScramProblem
} from '../../shared/contract/connections'
import { LOCAL_PROFILE_ID, type MqttVersion } from '../../shared/contract/profiles'
import { connackRefusesVersion } from '../../shared/mqtt-codes'
import { m } from '../paraglide/messages'
import { proxySentences } from './proxy-sentences'
import { reasonName, variableSentence } from './sentences'

/** The name that the local broker's profile is created with. */
const LOCAL_PROFILE_NAME = 'Local broker'

/** What the user reads about a connection: its state, and what to do about it. */
export interface ConnectionSentence {
  title: string
  advice: string | null
}

/** The state of a connection or, if it has a fault, the fault and its remedy. */
export function connectionSentence(status: ConnectionStatus): ConnectionSentence {
  if (status.fault) return faultSentences(status.fault, status)
  return { title: stateSentences[status.state]({ address: status.address }), advice: null }
}

/** Why a broker at an address could not be reached, or ended the connection. */
export function faultTitle(fault: ConnectionFault, address: string): string {
  return faultSentences(fault, { address }).title
}

/** Whether an older MQTT version may work: the broker refused MQTT 5, or closed the connection instead of sending a CONNACK. */
export function olderVersionMayHelp({ version, fault }: ConnectionStatus): boolean {
  if (version !== 5 || !fault) return false
  if (fault.kind === 'connack') return connackRefusesVersion(fault.version, fault.code)
  return fault.kind === 'closed' && fault.beforeConnack
}

const stateWords: Record<ConnectionState, () => string> = {
  connecting: m.connection_connecting,
  online: m.connection_online,
  reconnecting: m.connection_reconnecting,
  offline: m.connection_offline,
  failed: m.connection_failed
}

/** The state in one word. */
export function stateWord(state: ConnectionState): string {
  return stateWords[state]()
}

const recordingSentences: Record<RecordingFault['kind'], (fault: { reason: string }) => string> = {
  full: () => m.recording_full(),
  locked: () => m.recording_locked(),
  unwritable: m.recording_unwritable,
  damaged: () => m.recording_damaged(),
  newer: () => m.recording_newer(),
  other: m.recording_other
}

/** Why messages are not being recorded, and what to do about it. */
export function recordingSentence({ kind, reason }: RecordingFault): string {
  return recordingSentences[kind]({ reason })
}

/** The display name of a profile or connection. The local broker's is translated unless the user renamed it. */
export function connectionName({ id, name }: { id: string; name: string }): string {
  return id === LOCAL_PROFILE_ID && name === LOCAL_PROFILE_NAME ? m.connections_local() : name
}

const stateSentences: Record<ConnectionState, (status: { address: string }) => string> = {
  connecting: m.state_connecting,
  online: m.state_online,
  reconnecting: m.state_reconnecting,
  offline: m.state_offline,
  failed: m.state_failed
}

const scramAdvices: Record<ScramProblem, () => string> = {
  malformed: m.scram_malformed,
  iterations: m.scram_iterations,
  signature: m.scram_signature,
  saslprep: m.scram_saslprep
}

/** Why there is no connection to an address, and what to do about it. */
export function faultSentences(
  fault: ConnectionFault,
  { address }: Pick<ConnectionStatus, 'address'>
): ConnectionSentence {
  switch (fault.kind) {
    case 'connack':
      return {
        title: m.connack_title({ name: reasonName(fault.code, fault.version) }),
        advice: connackAdvice(fault.version, fault.code)
      }
    case 'disconnect':
      return {
        title: m.disconnect_title({ name: reasonName(fault.code, 5, 'DISCONNECT') }),
        advice: disconnectAdvice(fault.code)
      }
    case 'network':
      return networkSentence(fault.code, fault.message, address)
    case 'proxy':
      return proxySentences(fault, address)
    case 'scram':
      return { title: m.scram_title(), advice: scramAdvices[fault.problem]() }
    case 'variables':
      return { title: m.variables_title(), advice: variableSentence(fault.fault) }
    case 'timeout':
      return {
        title: m.timeout_title({ address, seconds: Math.round(fault.milliseconds / 1_000) }),
        advice: m.timeout_advice()
      }
    case 'closed':
      return fault.beforeConnack
        ? { title: m.closed_before_title({ address }), advice: m.closed_before_advice() }
        : { title: m.closed_title({ address }), advice: m.closed_advice() }
    case 'protocol':
      return { title: m.protocol_title({ address }), advice: m.protocol_advice({ message: fault.message }) }
    case 'crashed':
      return { title: m.crashed_title(), advice: m.crashed_advice({ message: fault.message }) }
  }
}

/** Advice by MQTT 5 CONNACK reason code (table 3-1). */
const connackAdvices = new Map<number, () => string>([
  [0x84, m.connack_version],
  [0x85, m.connack_identifier],
  [0x86, m.connack_credentials],
  [0x87, m.connack_not_authorized],
  [0x88, m.connack_unavailable],
  [0x89, m.connack_unavailable],
  [0x8a, m.connack_banned],
  [0x8c, m.connack_auth_method],
  [0x90, m.connack_will_topic],
  [0x95, m.connack_too_large],
  [0x97, m.connack_full],
  [0x99, m.connack_will_payload],
  [0x9a, m.connack_will_retain],
  [0x9b, m.connack_will_qos],
  [0x9c, m.connack_full],
  [0x9d, m.connack_moved],
  [0x9f, m.connack_full]
])

/** The MQTT 5 reason codes that correspond to the MQTT 3.1.1 return codes 1 to 5, by return code. */
const returnCodeMeanings = [0, 0x84, 0x85, 0x88, 0x86, 0x87]

function connackAdvice(version: MqttVersion, code: number): string {
  const meaning = version === 5 && code >= 0x80 ? code : (returnCodeMeanings[code] ?? 0)
  return (connackAdvices.get(meaning) ?? m.connack_other)()
}

/** Advice by DISCONNECT reason code (MQTT 5.0, table 3-10). */
const disconnectAdvices = new Map<number, () => string>([
  [0x87, m.disconnect_not_authorized],
  [0x8b, m.disconnect_shutting_down],
  [0x8d, m.disconnect_keep_alive],
  [0x8e, m.disconnect_taken_over],
  [0x95, m.disconnect_too_large],
  [0x96, m.disconnect_rate],
  [0x98, m.disconnect_administrative]
])

function disconnectAdvice(code: number): string {
  return (disconnectAdvices.get(code) ?? m.connack_other)()
}

type Sentence = (inputs: { address: string }) => string
type Advice = (inputs: { message: string }) => string

/** Sentences by error code of the socket, Node's TLS or OpenSSL. */
const networkSentences: Record<string, [Sentence, Advice]> = {
  ECONNREFUSED: [m.network_refused, m.network_refused_advice],
  ENOTFOUND: [m.network_not_found, m.network_not_found_advice],
  EAI_AGAIN: [m.network_lookup, m.network_lookup_advice],
  ETIMEDOUT: [m.network_silent, m.network_silent_advice],
  EHOSTUNREACH: [m.network_unreachable, m.network_unreachable_advice],
  ENETUNREACH: [m.network_unreachable, m.network_unreachable_advice],
  EADDRNOTAVAIL: [m.network_unreachable, m.network_unreachable_advice],
  ECONNRESET: [m.network_reset, m.network_reset_advice],
  EPIPE: [m.network_reset, m.network_reset_advice],
  DEPTH_ZERO_SELF_SIGNED_CERT: [m.tls_self_signed, m.tls_self_signed_advice],
  SELF_SIGNED_CERT_IN_CHAIN: [m.tls_self_signed_chain, m.tls_ca_advice],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [m.tls_unverified, m.tls_ca_advice],
  UNABLE_TO_GET_ISSUER_CERT: [m.tls_unverified, m.tls_ca_advice],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [m.tls_unverified, m.tls_ca_advice],
  CERT_HAS_EXPIRED: [m.tls_expired, m.tls_expired_advice],
  CERT_NOT_YET_VALID: [m.tls_not_yet_valid, m.tls_expired_advice],
  ERR_TLS_CERT_ALTNAME_INVALID: [m.tls_name, m.tls_name_advice],
  ERR_SSL_WRONG_VERSION_NUMBER: [m.tls_not_spoken, m.tls_not_spoken_advice],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: [m.tls_not_spoken, m.tls_not_spoken_advice],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: [m.tls_client_certificate, m.tls_client_certificate_advice],
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: [m.tls_client_certificate, m.tls_client_certificate_advice],
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: [m.tls_key_mismatch, m.tls_key_mismatch_advice]
}

/** Node and the WebSocket client report some faults only in the message of an error with a general code. */
function networkSentence(code: string, message: string, address: string): ConnectionSentence {
  const known = Object.hasOwn(networkSentences, code) ? networkSentences[code] : undefined
  if (known) return { title: known[0]({ address }), advice: known[1]({ message }) }
  const status = /^(?:HTTP[_ ]?)?(\d{3})$/.exec(code) ?? /Unexpected server response: (\d{3})/.exec(message)
  if (status?.[1]) return { title: m.http_title({ address, status: status[1] }), advice: m.http_advice() }
  if (/wrong version number/i.test(message))
    return { title: m.tls_not_spoken({ address }), advice: m.tls_not_spoken_advice() }
  if (/mac verify failure|bad decrypt|interrupted or cancelled/i.test(message))
    return { title: m.tls_passphrase(), advice: m.tls_passphrase_advice() }
  if (code.startsWith('ERR_OSSL_'))
    return { title: m.tls_key_mismatch(), advice: m.tls_key_mismatch_advice({ message }) }
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO')
    return { title: m.tls_handshake({ address }), advice: m.tls_handshake_advice({ message }) }
  return { title: m.network_other({ code }), advice: m.network_other_advice({ message }) }
}
