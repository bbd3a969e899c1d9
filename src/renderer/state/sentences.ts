import type { TemplateFault } from '../../shared/contract/template-fault'
import type { ConnectionFault } from '../../shared/contract/connections'
import type { MqttVersion } from '../../shared/contract/profiles'
import { encodeError, type ErrorCode, type ErrorDetails } from '../../shared/errors'
import { codeName, type CodePacket } from '../../shared/mqtt-codes'
import { m } from '../paraglide/messages'
import { encodeFaultText } from './encode-words'
import { faultSentence } from './field-faults'
import { bytes, count } from './format'
import { explained } from './joined'
import { profileFieldName } from './profile-field-names'
import { proxySentences } from './proxy-sentences'
import { templateFaultText } from './template-words'

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
  PROFILE_VARIABLES: ({ name, faults: [fault] }) =>
    m.error_profile_variables({ name, fault: fault ? variableSentence(fault) : m.fault_other() }),
  PORT_IN_USE: ({ host, port }) => m.error_port_in_use({ host, port }),
  PORT_DENIED: ({ port }) => m.error_port_denied({ port }),
  ADDRESS_UNAVAILABLE: ({ host }) => m.error_address_unavailable({ host }),
  PAYLOAD_TOO_LARGE: ({ size, limit }) =>
    m.error_payload_too_large({ size: count(size), limit: count(limit) }),
  NOT_ENCODABLE: (fault) => encodeFaultText(fault),
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
/** What is wrong with a variable in a field of a profile. */
export function variableSentence(fault: TemplateFault): string {
  return m.profile_variable_fault({
    field: profileFieldName(fault.field),
    sentence: templateFaultText(fault)
  })
}

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
    case 'variables':
      return variableSentence(fault.fault)
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
