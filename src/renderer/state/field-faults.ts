import type { IdentityFault } from '../../shared/contract/connection-tests'
import type { FilterFault, TextFault, TopicFault } from '../../shared/topic'
import { m } from '../paraglide/messages'

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
  | 'CHECK_NAME_BRACES'
  | 'CHECK_NAME_TAKEN'
  | 'CHECK_SECRET'
  | 'CHECK_TOO_LARGE'
  | 'CHECK_WITHIN'
  | 'INTERVAL_RANGE'
  | 'UINT16_RANGE'
  | 'PACKET_SIZE_RANGE'
  | 'IDENTIFIER_RANGE'
  | 'BASE64_MALFORMED'
  | 'NO_LOCAL_SHARED'
  | 'WATCH_SECONDS'
  | 'WATCH_SECONDS_1'
  | 'WATCH_NUMBER'
  | 'WATCH_COUNT'
  | 'WATCH_UPPER'
  | 'WATCH_NO_ACTION'
  | 'FILTER_SHARED_WATCH'
  | 'HEADER_NAME'
  | 'HEADER_RESERVED'
  | 'HEADER_REPEATED'
  | 'HEADER_VALUE'
  | 'PROXY_COLON'
  | 'SCRAM_VERSION'
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
  CHECK_NAME_BRACES: m.fault_check_name_braces,
  CHECK_NAME_TAKEN: m.fault_check_name_taken,
  CHECK_SECRET: m.fault_check_secret,
  CHECK_TOO_LARGE: m.fault_check_too_large,
  CHECK_WITHIN: m.fault_check_within,
  INTERVAL_RANGE: m.fault_interval_range,
  UINT16_RANGE: m.fault_uint16_range,
  PACKET_SIZE_RANGE: m.fault_packet_size_range,
  IDENTIFIER_RANGE: m.fault_identifier_range,
  BASE64_MALFORMED: m.publish_not_base64,
  NO_LOCAL_SHARED: m.clients_subscribe_no_local_shared,
  WATCH_SECONDS: m.fault_watch_seconds,
  WATCH_SECONDS_1: m.fault_watch_seconds_1,
  WATCH_NUMBER: m.fault_watch_number,
  WATCH_COUNT: m.fault_watch_count,
  WATCH_UPPER: m.fault_watch_upper,
  WATCH_NO_ACTION: m.fault_watch_no_action,
  FILTER_SHARED_WATCH: m.fault_watch_shared,
  HEADER_NAME: m.fault_header_name,
  HEADER_RESERVED: m.fault_header_reserved,
  HEADER_REPEATED: m.fault_header_repeated,
  HEADER_VALUE: m.fault_header_value,
  PROXY_COLON: m.fault_proxy_colon,
  SCRAM_VERSION: m.fault_scram_version,
  CERT_UNREADABLE: m.fault_cert_unreadable,
  KEY_UNREADABLE: m.fault_key_unreadable,
  KEY_OF_ANOTHER: m.fault_key_of_another,
  PASSPHRASE_NEEDED: m.fault_passphrase_needed,
  PASSPHRASE_WRONG: m.fault_passphrase_wrong,
  PFX_OLD: m.fault_pfx_old,
  PFX_UNREADABLE: m.fault_pfx_unreadable
}

/** What is wrong with a field, by its fault code; a general sentence for an unknown code. */
export function faultSentence(fault: string): string {
  return isFault(fault) ? faults[fault]() : m.fault_other()
}

function isFault(fault: string): fault is Fault {
  return Object.hasOwn(faults, fault)
}
