import type { TemplateFault } from './contract/template-fault'
import type { ConnectionFault } from './contract/connections'
import type { EncodeFault } from './contract/encode'
import type { MqttVersion } from './contract/profiles'

/**
 * Errors that a user can see. They cross every boundary as `{ code, details }`. The renderer, menu or command line that shows
 * one turns it into a sentence that says what to do, in the user's language.
 */
export interface ErrorDetails {
  /** A call's input does not match its schema. Each of `issues` names a field and its fault. */
  INVALID_INPUT: { issues: { path: string; fault: string }[] }
  NOT_FOUND: { what: string; id: string }
  NOT_CONNECTED: { name: string }
  /** Variables in the fields of a profile stand for nothing, or for something that the field cannot be. */
  PROFILE_VARIABLES: { name: string; faults: TemplateFault[] }
  /** `next` is the next free port, or null if none was found. `udp`: it is a port of UDP. */
  PORT_IN_USE: { host: string; port: number; next: number | null; udp?: boolean }
  /** The user has no permission to listen on the port. */
  PORT_DENIED: { host: string; port: number }
  ADDRESS_UNAVAILABLE: { host: string; port: number }
  /** The broker's limit, or MQTT's own, in bytes. */
  PAYLOAD_TOO_LARGE: { size: number; limit: number }
  /** A payload cannot be encoded as it is written. */
  NOT_ENCODABLE: EncodeFault
  /** The broker refused the message with a v5 reason code. */
  PUBLISH_REFUSED: { reasonCode: number; reasonString: string | null }
  /** The broker refused a subscription that something needs, with a code of its SUBACK. */
  SUBSCRIBE_REFUSED: { filter: string; reasonCode: number; reasonString: string | null; version: MqttVersion }
  UNSUBSCRIBE_REFUSED: { filter: string; reasonCode: number; reasonString: string | null }
  QOS_NOT_SUPPORTED: { maximum: number }
  RETAIN_NOT_SUPPORTED: Record<string, never>
  /** Beyond the broker's Topic Alias Maximum; 0: it accepts none. */
  TOPIC_ALIAS_TOO_LARGE: { maximum: number }
  /** No answer from the broker within `milliseconds`. */
  TIMED_OUT: { milliseconds: number }
  /** Retained messages are being looked up, cleared or restored already. */
  RETAINED_BUSY: Record<string, never>
  RETAINED_FAILED: Record<string, never>
  /** Messages are being recorded, and the operation would stop or disturb that. */
  RECORDING: { connections: number; broker: boolean }
  /** A replay would publish on the connection whose history it reads, and so record its messages again. */
  REPLAY_INTO_SOURCE: Record<string, never>
  /** Another run of checks is in progress. */
  CHECKS_RUNNING: Record<string, never>
  HISTORY_UNAVAILABLE: { reason: string }
  FILE_UNWRITABLE: { path: string; reason: string }
  /** Only an empty folder, or one that does not exist yet, is written to. */
  FOLDER_NOT_EMPTY: { path: string }
  FILE_UNREADABLE: { path: string; reason: string }
  /** The file is not a Treetop recording, or it contains foreign tables or triggers. */
  NOT_A_RECORDING: { path: string }
  /** The recording has another format: made by a newer Treetop, or by one that was never released. */
  RECORDING_TOO_NEW: { path: string; found: number; known: number }
  RECORDING_TOO_OLD: { path: string; found: number; known: number }
  /** The recording is truncated, or contains data that no Treetop writes. */
  RECORDING_DAMAGED: { path: string; reason: string }
  /** The limit of uploads, in bytes. */
  RECORDING_TOO_LARGE: { limit: number }
  /** Another process holds the data directory. */
  DATA_DIRECTORY_IN_USE: { path: string; pid: number }
  /** The file of the local broker's sessions and retained messages cannot be opened. */
  BROKER_FILE_UNUSABLE: { path: string; reason: string }
  /** A certificate or private key that TLS cannot use: no PEM, a passphrase, another certificate's key, or expired. */
  CERTIFICATE_INVALID: {
    fault: 'CERT_UNREADABLE' | 'KEY_UNREADABLE' | 'KEY_ENCRYPTED' | 'NOT_A_PAIR' | 'EXPIRED'
  }
  BROKER_NOT_RUNNING: Record<string, never>
  /** A broker cannot be probed, because it does not accept a connection. */
  BROKER_UNREACHABLE: { fault: ConnectionFault }
  /** The remote side of a channel closed before it answered the call. */
  CHANNEL_CLOSED: Record<string, never>
  INTERNAL: { message: string }
}

export type ErrorCode = keyof ErrorDetails

export class AppError<C extends ErrorCode = ErrorCode> extends Error {
  constructor(
    readonly code: C,
    readonly details: ErrorDetails[C]
  ) {
    super(`${code} ${JSON.stringify(details)}`)
    this.name = 'AppError'
  }
}

/** Narrows an unknown error to an AppError of the given code. */
export function isAppError<C extends ErrorCode>(error: unknown, code: C): error is AppError<C> {
  return error instanceof AppError && error.code === code
}

/** Any error as `{ code, details }`: an AppError unchanged, anything else as INTERNAL with its message and no stack. */
export function encodeError(error: unknown): { code: ErrorCode; details: ErrorDetails[ErrorCode] } {
  if (error instanceof AppError) {
    const { code, details } = error as AppError
    return { code, details }
  }
  return { code: 'INTERNAL', details: { message: error instanceof Error ? error.message : String(error) } }
}
