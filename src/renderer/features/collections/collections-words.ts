import type { FileFault, TemplateFault } from '../../../shared/contract/collections'
import { EncodeCode } from '../../../shared/contract/encode'
import { encodeWords } from '../../../shared/encode-words'
import { m } from '../../paraglide/messages'
import { bytes, count, milliseconds, time, toTheSecond } from '../../state/format'
import { faultSentence, reasonName, sentenceFor } from '../../state/sentences'
import type { Published } from './request-draft.svelte'

/** The collection in the data directory has no name before the user gives it one. */
export function collectionName(name: string): string {
  return name === '' ? m.collections_default() : name
}

const fileFaults: Record<FileFault['code'], (fault: FileFault) => string> = {
  NOT_YAML: ({ detail }) => m.collections_file_not_yaml({ reason: detail }),
  NOT_A_MAP: () => m.collections_file_not_a_map(),
  UNKNOWN_KEY: ({ key }) => m.collections_file_unknown_key({ key }),
  WRONG_TYPE: ({ key, detail }) => m.collections_file_wrong_type({ key, expected: detail }),
  NO_TOPIC: () => m.collections_file_no_topic(),
  ALIASES: () => m.collections_file_aliases(),
  TOO_LARGE: ({ detail }) => m.collections_file_too_large({ limit: bytes(Number(detail)) }),
  TOO_LONG: ({ detail }) => m.collections_file_too_long({ limit: count(Number(detail)) }),
  TOO_DEEP: () => m.collections_file_too_deep(),
  TOO_MANY: ({ detail }) => m.collections_file_too_many({ limit: count(Number(detail)) }),
  TOO_MUCH: ({ detail }) => m.collections_file_too_much({ limit: bytes(Number(detail)) }),
  UNREADABLE: ({ detail }) => m.collections_file_unreadable({ reason: detail })
}

/** File, line and what is wrong with it. */
export function fileFaultText(fault: FileFault): string {
  const sentence = fileFaults[fault.code](fault)
  const { file, line } = fault
  return line === null
    ? m.collections_in_file({ file, sentence })
    : m.collections_in_line({ file, line, sentence })
}

const templateFaults: Record<Exclude<TemplateFault['code'], EncodeCode>, (fault: TemplateFault) => string> = {
  NOT_CLOSED: () => m.collections_fault_not_closed({ open: '{{', close: '}}', escaped: '\\{{' }),
  EMPTY: () => m.collections_fault_empty({ example: '{{room}}' }),
  UNKNOWN_VARIABLE: ({ name, detail }) =>
    detail === ''
      ? m.collections_fault_unknown_variable({ name, escaped: '\\{{' })
      : m.collections_fault_similar_variable({ name, similar: detail }),
  UNKNOWN_GENERATOR: ({ name, detail }) => m.collections_fault_unknown_generator({ name, known: detail }),
  MISSING_ARGUMENT: ({ name }) => m.collections_fault_missing_argument({ name }),
  BAD_NUMBER: ({ name, detail }) => m.collections_fault_bad_number({ name, value: detail }),
  BAD_RANGE: ({ detail }) => m.collections_fault_bad_range({ range: detail }),
  UNKNOWN_ARGUMENT: ({ name }) => m.collections_fault_unknown_argument({ name }),
  CYCLE: ({ detail }) => m.collections_fault_cycle({ cycle: detail }),
  TOO_DEEP: () => m.collections_fault_too_deep(),
  TOO_LONG: () => m.collections_fault_too_long(),
  TOO_MANY: () => m.collections_fault_too_many(),
  NO_ENV: ({ name }) => m.collections_fault_no_env({ name }),
  NO_SECRET: ({ name }) => m.collections_fault_no_secret({ name }),
  NO_CAPTURE: ({ name }) => m.collections_fault_no_capture({ name }),
  ROWS_UNREADABLE: ({ name, detail }) => m.collections_fault_rows({ name, reason: detail }),
  NO_COLUMN: ({ name, detail }) => m.collections_fault_no_column({ name, columns: detail }),
  TOPIC: ({ detail }) => faultSentence(`TOPIC_${detail}`),
  NOT_JSON: ({ detail }) => m.collections_fault_not_json({ reason: detail }),
  NOT_HEX: () => m.collections_fault_not_hex(),
  NOT_BASE64: () => m.collections_fault_not_base64(),
  PROPERTY: ({ detail }) => faultSentence(detail)
}

/** Faults of a whole field, which have no place in it. */
const WHOLE = new Set<TemplateFault['code']>(['TOPIC', 'NOT_JSON', 'NOT_HEX', 'NOT_BASE64', 'PROPERTY'])

function sentenceOf(fault: TemplateFault): string {
  const code = EncodeCode.safeParse(fault.code).data
  if (!code) return templateFaults[fault.code as keyof typeof templateFaults](fault)
  return encodeWords({ code, path: fault.name, detail: fault.detail }, (message, values) =>
    (m[message] as (values: Readonly<Record<string, string>>) => string)(values)
  )
}

/** What is wrong, and where in a field's text: in the first line, the field alone says enough. */
export function templateFaultText(fault: TemplateFault): string {
  const sentence = sentenceOf(fault)
  const { variable, line, column } = fault
  if (variable !== null) return m.collections_in_variable({ variable, sentence })
  return WHOLE.has(fault.code) || line === 1 ? sentence : m.collections_at({ line, column, sentence })
}

/** What came of a publish, in one line. */
export function publishedText({ at, to, outcome }: Published): string {
  const when = toTheSecond(time(at * 1_000))
  if ('error' in outcome) return `${sentenceFor(outcome.error)} · ${when}`
  if ('faults' in outcome) return m.collections_not_published()
  const { topic, result } = outcome
  const took = milliseconds(result.milliseconds)
  const reason = result.reasonCode ? ` · ${reasonName(result.reasonCode, 5, 'PUBACK')}` : ''
  const packet = { sent: '', puback: ' · PUBACK', pubcomp: ' · PUBCOMP' }[result.outcome]
  return m.collections_published({ topic, to, packet: packet + reason, size: bytes(result.size), took, when })
}

/** Whether the last publish went well. */
export function isPublished({ outcome }: Published): boolean {
  return 'result' in outcome
}
