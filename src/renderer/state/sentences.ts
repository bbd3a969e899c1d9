import type { IdentityFault } from '../../shared/contract/connection-tests'
import type { ConnectionFault } from '../../shared/contract/connections'
import type { MqttVersion } from '../../shared/contract/profiles'
import { encodeError, type ErrorCode, type ErrorDetails } from '../../shared/errors'
import { codeName, type CodePacket } from '../../shared/mqtt-codes'
import type { FilterFault, TextFault, TopicFault } from '../../shared/topic'
import { m } from '../paraglide/messages'
import { automationFaults, type AutomationFault } from './automation-faults'
import { explained } from './joined'
import { bytes, count } from './format'
import { proxySentences } from './proxy-sentences'

/** Every fault code that a profile field, a topic or a filter can have. */
export type Fault =
  | 'REQUIRED'
  | 'TOO_LONG'
  | 'HOST_MALFORMED'
  | 'PORT_RANGE'
  | 'PATH_MALFORMED'
  | 'EXPIRY_RANGE'
  | 'SIZE_RANGE'
  | 'DAYS_RANGE'
  | 'KEEP_ALIVE_RANGE'
  | 'TIMEOUT_RANGE'
  | 'PERIOD_RANGE'
  | 'PEM_CERTIFICATE'
  | 'PEM_KEY'
  | 'CLIENT_ID_NEEDED'
  | `TOPIC_${TopicFault}`
  | `TEXT_${TextFault}`
  | `FILTER_${FilterFault}`
  | 'FILTER_REPEATED'
  | 'FILTER_SHARED'
  | 'FILTER_SHARED_RULE'
  | 'FILTER_PLACEHOLDER'
  | 'FILTER_OVERLAPS'
  | 'FILTER_LOOPS'
  | 'PROFILE_LOCAL'
  | 'PROFILE_UNKNOWN'
  | 'TOO_MANY'
  | 'USER_NAME'
  | 'FOLDER_RELATIVE'
  | 'REGEX_MALFORMED'
  | 'HEX_MALFORMED'
  | 'RANGE_REVERSED'
  | 'SCHEMA_NAME'
  | 'SECONDS_RANGE'
  | 'CHANCE_RANGE'
  | 'COUNT_RANGE'
  | 'SEED_RANGE'
  | 'DELAY_RANGE'
  | 'JITTER_RANGE'
  | 'SPEED_RANGE'
  | 'REPLAY_SPEED'
  | 'POINTER_MALFORMED'
  | 'CODE_UNKNOWN'
  | 'LISTENER_UNKNOWN'
  | 'NO_KEYRING'
  | 'FOLDER_INTO_ITSELF'
  | 'FILE_FAULTY'
  | 'SCRIPT_FILE_CHANGED'
  | 'INTERVAL_RANGE'
  | 'UINT16_RANGE'
  | 'PACKET_SIZE_RANGE'
  | 'IDENTIFIER_RANGE'
  | 'BASE64_MALFORMED'
  | 'NO_LOCAL_SHARED'
  | 'HEADER_NAME'
  | 'HEADER_RESERVED'
  | 'HEADER_REPEATED'
  | 'HEADER_VALUE'
  | 'PROXY_COLON'
  | 'SCRAM_VERSION'
  | AutomationFault
  | IdentityFault['fault']

const faults: Record<Fault, () => string> = {
  REQUIRED: m.fault_required,
  TOO_LONG: m.fault_too_long,
  HOST_MALFORMED: m.fault_host_malformed,
  PORT_RANGE: m.fault_port_range,
  PATH_MALFORMED: m.fault_path_malformed,
  EXPIRY_RANGE: m.fault_expiry_range,
  SIZE_RANGE: m.fault_size_range,
  DAYS_RANGE: m.fault_days_range,
  KEEP_ALIVE_RANGE: m.fault_keep_alive_range,
  TIMEOUT_RANGE: m.fault_timeout_range,
  PERIOD_RANGE: m.fault_period_range,
  PEM_CERTIFICATE: m.fault_pem_certificate,
  PEM_KEY: m.fault_pem_key,
  CLIENT_ID_NEEDED: m.fault_client_id_needed,
  TOPIC_EMPTY: m.fault_topic_empty,
  TOPIC_WILDCARD: m.fault_topic_wildcard,
  TOPIC_NULL_CHARACTER: m.fault_null_character,
  TOPIC_LONE_SURROGATE: m.fault_lone_surrogate,
  TOPIC_TOO_LONG: m.fault_text_too_long,
  TEXT_NULL_CHARACTER: m.fault_null_character,
  TEXT_LONE_SURROGATE: m.fault_lone_surrogate,
  TEXT_TOO_LONG: m.fault_text_too_long,
  FILTER_EMPTY: m.fault_filter_empty,
  FILTER_HASH_NOT_LAST: m.fault_filter_hash_not_last,
  FILTER_WILDCARD_NOT_ALONE: m.fault_filter_wildcard_not_alone,
  FILTER_NULL_CHARACTER: m.fault_null_character,
  FILTER_LONE_SURROGATE: m.fault_lone_surrogate,
  FILTER_TOO_LONG: m.fault_text_too_long,
  FILTER_SHARE_INCOMPLETE: m.fault_filter_share_incomplete,
  FILTER_REPEATED: m.fault_filter_repeated,
  FILTER_SHARED: m.fault_filter_shared,
  FILTER_SHARED_RULE: m.fault_filter_shared_rule,
  FILTER_PLACEHOLDER: m.fault_filter_placeholder,
  FILTER_OVERLAPS: m.fault_filter_overlaps,
  FILTER_LOOPS: m.fault_filter_loops,
  PROFILE_LOCAL: m.fault_profile_local,
  PROFILE_UNKNOWN: m.fault_profile_unknown,
  TOO_MANY: m.fault_too_many,
  USER_NAME: m.fault_user_name,
  FOLDER_RELATIVE: m.fault_folder_relative,
  REGEX_MALFORMED: m.fault_regex_malformed,
  HEX_MALFORMED: m.fault_hex_malformed,
  RANGE_REVERSED: m.fault_range_reversed,
  SCHEMA_NAME: m.fault_schema_name,
  SECONDS_RANGE: m.fault_seconds_range,
  CHANCE_RANGE: m.fault_chance_range,
  COUNT_RANGE: m.fault_count_range,
  SEED_RANGE: m.fault_seed_range,
  DELAY_RANGE: m.fault_delay_range,
  JITTER_RANGE: m.fault_jitter_range,
  SPEED_RANGE: m.fault_speed_range,
  REPLAY_SPEED: m.fault_replay_speed,
  POINTER_MALFORMED: m.fault_replay_pointer,
  CODE_UNKNOWN: m.fault_code_unknown,
  LISTENER_UNKNOWN: m.fault_listener_unknown,
  NO_KEYRING: m.fault_no_keyring,
  FOLDER_INTO_ITSELF: m.fault_folder_into_itself,
  FILE_FAULTY: m.fault_file_faulty,
  SCRIPT_FILE_CHANGED: m.fault_script_file_changed,
  INTERVAL_RANGE: m.fault_interval_range,
  UINT16_RANGE: m.fault_uint16_range,
  PACKET_SIZE_RANGE: m.fault_packet_size_range,
  IDENTIFIER_RANGE: m.fault_identifier_range,
  BASE64_MALFORMED: m.publish_not_base64,
  NO_LOCAL_SHARED: m.clients_subscribe_no_local_shared,
  HEADER_NAME: m.fault_header_name,
  HEADER_RESERVED: m.fault_header_reserved,
  HEADER_REPEATED: m.fault_header_repeated,
  HEADER_VALUE: m.fault_header_value,
  PROXY_COLON: m.fault_proxy_colon,
  SCRAM_VERSION: m.fault_scram_version,
  ...automationFaults,
  CERT_UNREADABLE: m.fault_cert_unreadable,
  KEY_UNREADABLE: m.fault_key_unreadable,
  KEY_OF_ANOTHER: m.fault_key_of_another,
  PASSPHRASE_NEEDED: m.fault_passphrase_needed,
  PASSPHRASE_WRONG: m.fault_passphrase_wrong,
  PFX_OLD: m.fault_pfx_old,
  PFX_UNREADABLE: m.fault_pfx_unreadable
}

const certificateFaults: Record<ErrorDetails['CERTIFICATE_INVALID']['fault'], () => string> = {
  CERT_UNREADABLE: m.error_certificate_unreadable,
  KEY_UNREADABLE: m.error_certificate_key_unreadable,
  KEY_ENCRYPTED: m.error_certificate_key_encrypted,
  NOT_A_PAIR: m.error_certificate_not_a_pair,
  EXPIRED: m.error_certificate_expired
}

/** What `NOT_FOUND` may be about that users know by its id. */
const named: readonly string[] = ['client', 'retained message', 'schema', 'subscription', 'trace', 'user']

const errors: { [C in ErrorCode]: (details: ErrorDetails[C]) => string } = {
  INVALID_INPUT: ({ issues: [issue] }) =>
    m.error_invalid_input({ field: issue?.path ?? '', fault: faultSentence(issue?.fault ?? '') }),
  NOT_FOUND: ({ what, id }) => (named.includes(what) ? m.error_not_found_named({ id }) : m.error_not_found()),
  NOT_CONNECTED: (details) => m.error_not_connected(details),
  PORT_IN_USE: ({ host, port }) => m.error_port_in_use({ host, port }),
  PORT_DENIED: ({ port }) => m.error_port_denied({ port }),
  ADDRESS_UNAVAILABLE: ({ host }) => m.error_address_unavailable({ host }),
  PAYLOAD_TOO_LARGE: ({ size, limit }) =>
    m.error_payload_too_large({ size: count(size), limit: count(limit) }),
  PUBLISH_REFUSED: ({ reasonCode, reasonString }) =>
    m.error_publish_refused({
      reason: explained(reasonName(reasonCode, 5, 'PUBACK'), reasonString)
    }),
  SUBSCRIBE_REFUSED: ({ filter, reasonCode, reasonString, version }) =>
    m.error_subscribe_refused({
      filter,
      reason: explained(reasonName(reasonCode, version, 'SUBACK'), reasonString)
    }),
  UNSUBSCRIBE_REFUSED: ({ filter, reasonCode, reasonString }) =>
    m.error_unsubscribe_refused({
      filter,
      reason: explained(reasonName(reasonCode, 5, 'UNSUBACK'), reasonString)
    }),
  QOS_NOT_SUPPORTED: ({ maximum }) => m.error_qos_not_supported({ maximum }),
  RETAIN_NOT_SUPPORTED: () => m.error_retain_not_supported(),
  TOPIC_ALIAS_TOO_LARGE: ({ maximum }) =>
    maximum === 0 ? m.error_topic_alias_none() : m.error_topic_alias_too_large({ maximum: count(maximum) }),
  TIMED_OUT: ({ milliseconds }) => m.error_timed_out({ seconds: count(milliseconds / 1_000) }),
  RETAINED_BUSY: () => m.error_retained_busy(),
  RETAINED_FAILED: () => m.error_retained_failed(),
  RECORDING: () => m.error_recording(),
  CHECKS_RUNNING: () => m.error_checks_running(),
  REPLAY_INTO_SOURCE: () => m.error_replay_into_source(),
  HISTORY_UNAVAILABLE: (details) => m.error_history_unavailable(details),
  FILE_UNWRITABLE: (details) => m.error_file_unwritable(details),
  FOLDER_NOT_EMPTY: (details) => m.error_folder_not_empty(details),
  FILE_UNREADABLE: (details) => m.error_file_unreadable(details),
  NOT_A_RECORDING: (details) => m.error_not_a_recording(details),
  RECORDING_TOO_NEW: (details) => m.error_recording_too_new(details),
  RECORDING_TOO_OLD: (details) => m.error_recording_too_old(details),
  RECORDING_DAMAGED: (details) => m.error_recording_damaged(details),
  RECORDING_TOO_LARGE: ({ limit }) => m.error_recording_too_large({ limit: bytes(limit) }),
  DATA_DIRECTORY_IN_USE: ({ path, pid }) => m.error_data_directory_in_use({ path, pid }),
  BROKER_FILE_UNUSABLE: (details) => m.error_broker_file_unusable(details),
  CERTIFICATE_INVALID: ({ fault }) => certificateFaults[fault](),
  BROKER_NOT_RUNNING: () => m.error_broker_not_running(),
  BROKER_UNREACHABLE: ({ fault }) => m.error_broker_unreachable({ reason: faultText(fault) }),
  CHANNEL_CLOSED: () => m.error_channel_closed(),
  INTERNAL: (details) => m.error_internal(details)
}

/** What went wrong and what to do, in the user's language. Errors other than AppError are described as INTERNAL. */
export function sentenceFor(error: unknown): string {
  const { code, details } = encodeError(error)
  return (errors[code] as (details: unknown) => string)(details)
}

/** Why the running broker no longer writes to disk, and what to do. */
export function storeFaultSentence(reason: string): string {
  return m.broker_store_fault({ reason })
}

/** What is wrong with a field, by its fault code; a general sentence for an unknown code. */
export function faultSentence(fault: string): string {
  return isFault(fault) ? faults[fault]() : m.fault_other()
}

/**
 * The code of a broker's answer with its name: `Not authorized (0x87)`, or `(5)` for a return code before MQTT 5. Names are
 * MQTT's own, in English, so that the user can look them up.
 */
export function reasonName(code: number, version: MqttVersion, packet: CodePacket = 'CONNACK'): string {
  const name = codeName(packet, version, code) ?? m.code_unknown()
  return m.code_named({ name, code: codeText(code) })
}

/** A code as the specifications write it: decimal below 0x10, hexadecimal otherwise. */
function codeText(code: number): string {
  return code < 0x10 ? String(code) : `0x${code.toString(16).toUpperCase().padStart(2, '0')}`
}

/** Why a connection was not accepted, in a few words. */
function faultText(fault: ConnectionFault): string {
  switch (fault.kind) {
    case 'connack':
      return explained(reasonName(fault.code, fault.version), fault.reasonString)
    case 'disconnect':
      return explained(reasonName(fault.code, 5, 'DISCONNECT'), fault.reasonString)
    case 'proxy':
      return proxySentences(fault, '').title
    case 'scram':
      return m.scram_title()
    case 'network':
    case 'protocol':
    case 'crashed':
      return fault.message
    case 'timeout':
      return m.error_timed_out({ seconds: count(fault.milliseconds / 1_000) })
    case 'closed':
      return m.error_closed_unanswered()
  }
}

function isFault(fault: string): fault is Fault {
  return Object.hasOwn(faults, fault)
}

/** What a notice offers to do next. */
export interface NextStep {
  label: string
  run: () => void
}

/** Shows a notice. */
export type Notify = (tone: 'good' | 'bad', text: string, next?: NextStep) => void

/** A handler that tells the user of an error. */
export function failureTo(notify: Notify): (error: unknown) => void {
  return (error) => notify('bad', sentenceFor(error))
}
