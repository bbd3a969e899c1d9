import type { CheckProblem } from '../../../shared/contract/checks'
import type { FileFault } from '../../../shared/contract/collections'
import { EncodeCode, type EncodeFault } from '../../../shared/contract/encode'
import type { Sentence, Words } from '../../../shared/contract/sentence'
import type { TemplateFault } from '../../../shared/contract/template-fault'
import { encodeWords } from '../../../shared/encode-words'
import { fieldFault } from './field-fault'
import { english, said } from './said'

/** A file that cannot be used. */
export class BadFile extends Error {
  constructor(readonly problems: readonly CheckProblem[]) {
    super(problems.map(problemText).join('\n'))
  }
}

/** `lamp.test.yaml:8: …`, in English. */
export function problemText({ file, line, sentence }: CheckProblem): string {
  return `${line === null ? file : `${file}:${line}`}: ${english(sentence)}`
}

function bytes(count: string): Sentence {
  return said('failure_bytes_of', { count: Number(count).toLocaleString('en') })
}

const fileFaults: Record<FileFault['code'], (fault: FileFault) => Sentence> = {
  NOT_YAML: ({ detail }) => said('collections_file_not_yaml', { reason: detail }),
  NOT_A_MAP: () => said('collections_file_not_a_map'),
  UNKNOWN_KEY: ({ key }) => said('collections_file_unknown_key', { key }),
  WRONG_TYPE: ({ key, detail }) => said('collections_file_wrong_type', { key, expected: detail }),
  NO_TOPIC: () => said('collections_file_no_topic'),
  NO_CONNECTION: () => said('collections_file_no_connection'),
  ALIASES: () => said('collections_file_aliases'),
  TOO_LARGE: ({ detail }) => said('collections_file_too_large', { limit: bytes(detail) }),
  TOO_LONG: ({ detail }) => said('collections_file_too_long', { limit: Number(detail).toLocaleString('en') }),
  TOO_DEEP: () => said('collections_file_too_deep'),
  TOO_MANY: ({ detail }) => said('collections_file_too_many', { limit: Number(detail).toLocaleString('en') }),
  TOO_MUCH: ({ detail }) => said('collections_file_too_much', { limit: bytes(detail) }),
  UNREADABLE: ({ detail }) => said('collections_file_unreadable', { reason: detail })
}

export function fileSentence(fault: FileFault): Sentence {
  return fileFaults[fault.code](fault)
}

export function fileProblem(fault: FileFault): CheckProblem {
  return { file: fault.file, line: fault.line, sentence: fileSentence(fault) }
}

const templateFaults: Record<
  Exclude<TemplateFault['code'], EncodeCode>,
  (fault: TemplateFault) => Sentence
> = {
  NOT_CLOSED: () => said('collections_fault_not_closed', { open: '{{', close: '}}', escaped: '\\{{' }),
  EMPTY: () => said('collections_fault_empty', { example: '{{room}}' }),
  UNKNOWN_VARIABLE: ({ name, detail }) =>
    detail === ''
      ? said('collections_fault_unknown_variable', { name, escaped: '\\{{' })
      : said('collections_fault_similar_variable', { name, similar: detail }),
  UNKNOWN_GENERATOR: ({ name, detail }) =>
    said('collections_fault_unknown_generator', { name, known: detail }),
  MISSING_ARGUMENT: ({ name }) => said('collections_fault_missing_argument', { name }),
  BAD_NUMBER: ({ name, detail }) => said('collections_fault_bad_number', { name, value: detail }),
  BAD_RANGE: ({ detail }) => said('collections_fault_bad_range', { range: detail }),
  UNKNOWN_ARGUMENT: ({ name }) => said('collections_fault_unknown_argument', { name }),
  CYCLE: ({ detail }) => said('collections_fault_cycle', { cycle: detail }),
  TOO_DEEP: () => said('collections_fault_too_deep'),
  TOO_LONG: () => said('collections_fault_too_long'),
  TOO_MANY: () => said('collections_fault_too_many'),
  NO_ENV: ({ name }) => said('failure_no_env', { name }),
  NO_SECRET: ({ name }) => said('failure_no_secret', { name, example: '{ env: NAME }' }),
  NO_CAPTURE: ({ name }) => said('collections_fault_no_capture', { name }),
  ROWS_UNREADABLE: ({ name, detail }) => said('collections_fault_rows', { name, reason: detail }),
  NO_COLUMN: ({ name, detail }) => said('collections_fault_no_column', { name, columns: detail }),
  TOPIC: ({ detail }) => said('failure_topic_invalid', { fault: fieldFault(`TOPIC_${detail}`) }),
  NOT_JSON: ({ detail }) => said('collections_fault_not_json', { reason: detail }),
  NOT_HEX: () => said('collections_fault_not_hex'),
  NOT_BASE64: () => said('collections_fault_not_base64'),
  PROPERTY: ({ name, detail }) => said('failure_property', { name, fault: fieldFault(detail) }),
  SCRIPT_MISSING: ({ name }) => said('collections_fault_script_missing', { path: name }),
  SCRIPT_OFF: ({ name }) => said('collections_fault_script_off', { path: name }),
  SCRIPT_CHANGED: ({ name }) => said('collections_fault_script_changed', { path: name }),
  SCRIPT_CANCELLED: ({ detail }) => said('collections_fault_script_cancelled', { reason: detail }),
  SCRIPT_FAILED: ({ name, line, detail }) =>
    said('collections_fault_script_failed', { path: name, line, message: detail }),
  SCRIPT_LIMIT: ({ name, detail }) => said('collections_fault_script_limit', { path: name, limit: detail })
}

export function templateSentence(fault: TemplateFault): Sentence {
  const encoding = EncodeCode.safeParse(fault.code).data
  if (encoding) return encodeSentence({ code: encoding, path: fault.name, detail: fault.detail })
  const sentence = templateFaults[fault.code as keyof typeof templateFaults](fault)
  return fault.variable === null
    ? sentence
    : said('failure_in_variable', { variable: fault.variable, fault: sentence })
}

/** Why a payload cannot be encoded. */
export function encodeSentence(fault: Pick<EncodeFault, 'code' | 'path' | 'detail'>): Sentence {
  return encodeWords<Sentence>(fault, said)
}

/** One sentence after another. */
export function together(sentences: readonly Words[]): Words {
  return sentences.reduce((first, second) => said('failure_then', { first, second }))
}
