import type { TemplateFault } from '../../shared/contract/template-fault'
import { EncodeCode } from '../../shared/contract/encode'
import { m } from '../paraglide/messages'
import { encodeSentence } from './encode-words'
import { faultSentence } from './field-faults'
import { limitText } from './script-limit'

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
  PROPERTY: ({ detail }) => faultSentence(detail),
  SCRIPT_MISSING: ({ name }) => m.collections_fault_script_missing({ path: name }),
  SCRIPT_OFF: ({ name }) => m.collections_fault_script_off({ path: name }),
  SCRIPT_CHANGED: ({ name }) => m.collections_fault_script_changed({ path: name }),
  SCRIPT_CANCELLED: ({ detail }) => m.collections_fault_script_cancelled({ reason: detail }),
  SCRIPT_FAILED: ({ name, line, detail }) =>
    m.collections_fault_script_failed({ path: name, line, message: detail }),
  SCRIPT_LIMIT: ({ name, detail }) =>
    m.collections_fault_script_limit({ path: name, limit: limitText(detail) })
}

/** Faults of a whole field, which have no place in it. */
const WHOLE = new Set<TemplateFault['code']>(['TOPIC', 'NOT_JSON', 'NOT_HEX', 'NOT_BASE64', 'PROPERTY'])

function sentenceOf(fault: TemplateFault): string {
  const code = EncodeCode.safeParse(fault.code).data
  if (!code) return templateFaults[fault.code as keyof typeof templateFaults](fault)
  return encodeSentence({ code, path: fault.name, detail: fault.detail })
}

/** What is wrong, and where in a field's text: in the first line, the field alone says enough. */
export function templateFaultText(fault: TemplateFault): string {
  const sentence = sentenceOf(fault)
  const { variable, line, column } = fault
  if (variable !== null) return m.collections_in_variable({ variable, sentence })
  return WHOLE.has(fault.code) || fault.field === 'script' || line === 1
    ? sentence
    : m.collections_at({ line, column, sentence })
}
