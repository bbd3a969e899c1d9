import { afterEach, describe, expect, it } from 'vitest'
import {
  neverConnected,
  ProxyProblem,
  ScramProblem,
  type ConnectionFault,
  type ConnectionState,
  type ConnectionStatus
} from '../../shared/contract/connections'
import { AppError, type ErrorCode, type ErrorDetails } from '../../shared/errors'
import { overwriteGetLocale } from '../paraglide/runtime'
import { connectionSentence, olderVersionMayHelp } from './connection-sentences'
import { faultSentence, type Fault } from './field-faults'
import { reasonName, sentenceFor, storeFaultSentence } from './sentences'

/** One sample of every error; the type enforces completeness. */
const errors: { [C in ErrorCode]: ErrorDetails[C] } = {
  INVALID_INPUT: { issues: [{ path: 'draft.host', fault: 'REQUIRED' }] },
  NOT_FOUND: { what: 'profile', id: 'p1' },
  NOT_CONNECTED: { name: 'Plant' },
  PROFILE_VARIABLES: {
    name: 'Plant',
    faults: [
      {
        ...{ field: 'subscriptions.1.filter', variable: null, line: 1, column: 1 },
        ...{ code: 'UNKNOWN_VARIABLE', name: 'sitte', detail: 'site' }
      }
    ]
  },
  PORT_IN_USE: { host: '127.0.0.1', port: 1883, next: 1884 },
  PORT_DENIED: { host: '127.0.0.1', port: 80 },
  ADDRESS_UNAVAILABLE: { host: '10.0.0.1', port: 1883 },
  PAYLOAD_TOO_LARGE: { size: 2_000_000, limit: 1_000_000 },
  SUBSCRIBE_REFUSED: { filter: 'a', reasonCode: 0x87, reasonString: null, version: 5 },
  UNSUBSCRIBE_REFUSED: { filter: 'a/#', reasonCode: 0x87, reasonString: null },
  NOT_ENCODABLE: { code: 'ENCODE_TYPE', path: 'temperature', detail: 'float', line: 2, column: 17 },
  PUBLISH_REFUSED: { reasonCode: 0x87, reasonString: 'no' },
  QOS_NOT_SUPPORTED: { maximum: 1 },
  RETAIN_NOT_SUPPORTED: {},
  TOPIC_ALIAS_TOO_LARGE: { maximum: 10 },
  TIMED_OUT: { milliseconds: 30_000 },
  RETAINED_BUSY: {},
  RETAINED_FAILED: {},
  RECORDING: { connections: 1, broker: true },
  CHECKS_RUNNING: {},
  REPLAY_INTO_SOURCE: {},
  HISTORY_UNAVAILABLE: { reason: 'disk full' },
  FILE_UNWRITABLE: { path: '/x', reason: 'EACCES' },
  FILE_UNREADABLE: { path: '/x', reason: 'EACCES' },
  FOLDER_NOT_EMPTY: { path: '/x' },
  NOT_A_RECORDING: { path: '/x' },
  RECORDING_TOO_NEW: { path: '/x', found: 3, known: 2 },
  RECORDING_TOO_OLD: { path: '/x', found: 1, known: 2 },
  RECORDING_DAMAGED: { path: '/x', reason: 'cut off' },
  RECORDING_TOO_LARGE: { limit: 10_000_000_000 },
  DATA_DIRECTORY_IN_USE: { path: '/x', pid: 7 },
  BROKER_FILE_UNUSABLE: { path: '/x', reason: 'EACCES' },
  CERTIFICATE_INVALID: { fault: 'NOT_A_PAIR' },
  BROKER_NOT_RUNNING: {},
  BROKER_UNREACHABLE: { fault: { kind: 'network', code: 'ECONNREFUSED', message: 'refused' } },
  CHANNEL_CLOSED: {},
  INTERNAL: { message: 'boom' }
}

const faults: Record<Fault, true> = {
  REQUIRED: true,
  REGEX_MALFORMED: true,
  TOO_LONG: true,
  HOST_MALFORMED: true,
  PORT_RANGE: true,
  PATH_MALFORMED: true,
  EXPIRY_RANGE: true,
  SIZE_RANGE: true,
  DAYS_RANGE: true,
  KEEP_ALIVE_RANGE: true,
  TIMEOUT_RANGE: true,
  PERIOD_RANGE: true,
  PEM_CERTIFICATE: true,
  PEM_KEY: true,
  CLIENT_ID_NEEDED: true,
  TOPIC_EMPTY: true,
  TOPIC_WILDCARD: true,
  TOPIC_NULL_CHARACTER: true,
  TOPIC_LONE_SURROGATE: true,
  TOPIC_TOO_LONG: true,
  FILTER_EMPTY: true,
  FILTER_HASH_NOT_LAST: true,
  FILTER_WILDCARD_NOT_ALONE: true,
  FILTER_NULL_CHARACTER: true,
  FILTER_LONE_SURROGATE: true,
  FILTER_TOO_LONG: true,
  FILTER_SHARE_INCOMPLETE: true,
  FILTER_REPEATED: true,
  FILTER_SHARED: true,
  FILTER_SHARED_RULE: true,
  FILTER_PLACEHOLDER: true,
  FILTER_OVERLAPS: true,
  FILTER_LOOPS: true,
  PROFILE_LOCAL: true,
  PROFILE_UNKNOWN: true,
  TOO_MANY: true,
  USER_NAME: true,
  FOLDER_RELATIVE: true,
  HEX_MALFORMED: true,
  RANGE_REVERSED: true,
  SCHEMA_NAME: true,
  REPLAY_SPEED: true,
  POINTER_MALFORMED: true,
  SECONDS_RANGE: true,
  CHANCE_RANGE: true,
  COUNT_RANGE: true,
  SEED_RANGE: true,
  DELAY_RANGE: true,
  JITTER_RANGE: true,
  SPEED_RANGE: true,
  CODE_UNKNOWN: true,
  LISTENER_UNKNOWN: true,
  NO_KEYRING: true,
  FOLDER_INTO_ITSELF: true,
  FILE_FAULTY: true,
  SCRIPT_FILE_CHANGED: true,
  CHECK_NAME_BRACES: true,
  CHECK_NAME_TAKEN: true,
  CHECK_SECRET: true,
  CHECK_TOO_LARGE: true,
  CHECK_WITHIN: true,
  INTERVAL_RANGE: true,
  UINT16_RANGE: true,
  PACKET_SIZE_RANGE: true,
  IDENTIFIER_RANGE: true,
  BASE64_MALFORMED: true,
  NO_LOCAL_SHARED: true,
  TEXT_NULL_CHARACTER: true,
  TEXT_LONE_SURROGATE: true,
  TEXT_TOO_LONG: true,
  WATCH_SECONDS: true,
  WATCH_SECONDS_1: true,
  WATCH_NUMBER: true,
  WATCH_COUNT: true,
  WATCH_UPPER: true,
  WATCH_NO_ACTION: true,
  FILTER_SHARED_WATCH: true,
  HEADER_NAME: true,
  HEADER_RESERVED: true,
  HEADER_REPEATED: true,
  HEADER_VALUE: true,
  PROXY_COLON: true,
  SCRAM_VERSION: true,
  CERT_UNREADABLE: true,
  KEY_UNREADABLE: true,
  KEY_OF_ANOTHER: true,
  PASSPHRASE_NEEDED: true,
  PASSPHRASE_WRONG: true,
  PFX_OLD: true,
  PFX_UNREADABLE: true
}

const connectionFaults: { [K in ConnectionFault['kind']]: Extract<ConnectionFault, { kind: K }>[] } = {
  connack: [
    ...[1, 2, 3, 4, 5, 6].map((code) => ({
      kind: 'connack' as const,
      version: 4 as const,
      code,
      reasonString: null
    })),
    ...Array.from({ length: 36 }, (_, index) => ({
      kind: 'connack' as const,
      version: 5 as const,
      code: 0x80 + index,
      reasonString: null
    }))
  ],
  disconnect: [0x8b, 0x8e, 0x98, 0xa0].map((code) => ({ kind: 'disconnect', code, reasonString: null })),
  network: [
    ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ECONNRESET'],
    ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ...[
      'CERT_HAS_EXPIRED',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'HTTP_404',
      'ESTRANGE'
    ],
    ...['ERR_OSSL_PEM_BAD_BASE64_DECODE', 'ERR_OSSL_PKCS12', 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE']
  ].map((code) => ({ kind: 'network', code, message: 'details' })),
  proxy: ProxyProblem.options.map((problem) => ({
    ...{ kind: 'proxy', problem, proxy: 'proxy.example:8080', message: 'details' }
  })),
  scram: ScramProblem.options.map((problem) => ({ kind: 'scram', problem, message: 'details' })),
  variables: [
    {
      kind: 'variables',
      fault: {
        ...{ field: 'host', variable: null, line: 1, column: 1 },
        code: 'UNKNOWN_VARIABLE',
        name: 'x',
        detail: 'site'
      }
    }
  ],
  timeout: [{ kind: 'timeout', milliseconds: 10_000 }],
  closed: [
    { kind: 'closed', beforeConnack: true },
    { kind: 'closed', beforeConnack: false }
  ],
  protocol: [{ kind: 'protocol', message: 'details' }],
  crashed: [{ kind: 'crashed', message: 'details' }]
}

const allConnectionFaults = Object.values<ConnectionFault[]>(connectionFaults).flat()
const states: ConnectionState[] = ['connecting', 'online', 'reconnecting', 'offline', 'failed']

function status(changes: Partial<ConnectionStatus>): ConnectionStatus {
  return {
    ...neverConnected('p1', 1),
    name: 'Plant',
    address: 'plant.example:1883',
    state: 'failed',
    attempts: 1,
    ...changes
  }
}

const certificateFaults: ErrorDetails['CERTIFICATE_INVALID']['fault'][] = [
  'CERT_UNREADABLE',
  'KEY_UNREADABLE',
  'KEY_ENCRYPTED',
  'NOT_A_PAIR',
  'EXPIRED'
]

function everySentence(): string[] {
  return [
    storeFaultSentence('ENOSPC'),
    ...certificateFaults.map((fault) => sentenceFor(new AppError('CERTIFICATE_INVALID', { fault }))),
    ...Object.entries(errors).map(([code, details]) => sentenceFor(new AppError(code as ErrorCode, details))),
    ...Object.keys(faults).map(faultSentence),
    ...states.map((state) => connectionSentence(status({ state })).title),
    ...allConnectionFaults.flatMap((fault) => {
      const { title, advice } = connectionSentence(status({ fault }))
      return advice === null ? [title] : [title, advice]
    })
  ]
}

afterEach(() => overwriteGetLocale(() => 'en'))

describe('sentences', () => {
  it('exist in English and in Chinese for every error, fault, state and refusal', () => {
    overwriteGetLocale(() => 'en')
    const english = everySentence()
    expect(
      english.filter((sentence) => sentence.length < 8 || /\p{Script=Han}|[{}]|undefined/u.test(sentence))
    ).toEqual([])
    overwriteGetLocale(() => 'zh-CN')
    const chinese = everySentence()
    expect(
      chinese.filter((sentence) => !/\p{Script=Han}/u.test(sentence) || /[{}]|undefined/.test(sentence))
    ).toEqual([])
  })

  it('distinguish every fault of a field from an unknown one', () => {
    const unknown = faultSentence('NEVER_HEARD_OF')
    expect(Object.keys(faults).filter((fault) => faultSentence(fault) === unknown)).toEqual([])
    expect(faultSentence('constructor')).toBe(unknown)
  })

  it('describe any other error as internal, with its message', () => {
    expect(sentenceFor(new Error('boom'))).toContain('boom')
  })

  it('name a code with its number as written in the specification of its version', () => {
    expect(reasonName(5, 4)).toBe('Not authorized (5)')
    expect(reasonName(0x87, 5)).toBe('Not authorized (0x87)')
    expect(reasonName(0x80, 4, 'SUBACK')).toBe('Failure (0x80)')
  })

  it('say that a port does not speak TLS, for every OpenSSL wording of it', () => {
    const fault = {
      kind: 'network',
      code: 'EPROTO',
      message: '0A00010B:SSL routines::wrong version number'
    } as const
    expect(connectionSentence(status({ fault })).title).toContain('does not use TLS')
  })

  it('include the HTTP status of a refused WebSocket', () => {
    const fault = { kind: 'network', code: 'ERR', message: 'Unexpected server response: 401' } as const
    expect(connectionSentence(status({ fault })).title).toContain('HTTP 401')
  })
})

describe('olderVersionMayHelp', () => {
  it('is true for a broker that refuses MQTT 5 or closes the connection on it', () => {
    const helped = (changes: Partial<ConnectionStatus>): boolean => olderVersionMayHelp(status(changes))
    expect(helped({ fault: { kind: 'connack', version: 5, code: 0x84, reasonString: null } })).toBe(true)
    expect(helped({ fault: { kind: 'connack', version: 5, code: 1, reasonString: null } })).toBe(true)
    expect(helped({ fault: { kind: 'closed', beforeConnack: true } })).toBe(true)
    expect(helped({ fault: { kind: 'closed', beforeConnack: true }, version: 4 })).toBe(false)
    expect(helped({ fault: { kind: 'closed', beforeConnack: false } })).toBe(false)
    expect(helped({ fault: { kind: 'connack', version: 5, code: 0x86, reasonString: null } })).toBe(false)
  })
})
