import catalogue from '../../../../messages/en/collections.json'
import type { FileFault } from '../../../shared/contract/collections'
import type { TemplateFault } from '../../../shared/contract/template-fault'
import { EncodeCode } from '../../../shared/contract/encode'
import { encodeSentence } from '../../encode/sentence'

/** What is wrong with a file, in a sentence. `line` is from 1; null: no line in particular. */
export interface Problem {
  file: string
  line: number | null
  sentence: string
}

/** A file that cannot be used. */
export class BadFile extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(problemText).join('\n'))
  }
}

export function problemText({ file, line, sentence }: Problem): string {
  return line === null ? `${file}: ${sentence}` : `${file}:${line}: ${sentence}`
}

/** The English messages that the page shows. */
const messages = catalogue as unknown as Record<string, string>

function said(key: string, values: Record<string, string> = {}): string {
  return messages[key]!.replace(/\{(\w+)\}/g, (whole, word: string) => values[word] ?? whole)
}

const fileFaults: Record<FileFault['code'], (fault: FileFault) => string> = {
  NOT_YAML: ({ detail }) => said('collections_file_not_yaml', { reason: detail }),
  NOT_A_MAP: () => said('collections_file_not_a_map'),
  UNKNOWN_KEY: ({ key }) => said('collections_file_unknown_key', { key }),
  WRONG_TYPE: ({ key, detail }) => said('collections_file_wrong_type', { key, expected: detail }),
  NO_TOPIC: () => said('collections_file_no_topic'),
  NO_CONNECTION: () => said('collections_file_no_connection'),
  ALIASES: () => said('collections_file_aliases'),
  TOO_LARGE: ({ detail }) =>
    said('collections_file_too_large', { limit: `${Number(detail).toLocaleString('en')} bytes` }),
  TOO_LONG: ({ detail }) => said('collections_file_too_long', { limit: Number(detail).toLocaleString('en') }),
  TOO_DEEP: () => said('collections_file_too_deep'),
  TOO_MANY: ({ detail }) => said('collections_file_too_many', { limit: Number(detail).toLocaleString('en') }),
  TOO_MUCH: ({ detail }) =>
    said('collections_file_too_much', { limit: `${Number(detail).toLocaleString('en')} bytes` }),
  UNREADABLE: ({ detail }) => said('collections_file_unreadable', { reason: detail })
}

export function fileProblem(fault: FileFault): Problem {
  return { file: fault.file, line: fault.line, sentence: fileFaults[fault.code](fault) }
}

const templateFaults: Record<Exclude<TemplateFault['code'], EncodeCode>, (fault: TemplateFault) => string> = {
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
  NO_ENV: ({ name }) => `The environment variable "${name}" is not set.`,
  NO_SECRET: ({ name }) =>
    `The secret "${name}" is in another computer's keyring. Give its value with --variable, or take it from the environment with { env: NAME }.`,
  NO_CAPTURE: ({ name }) => said('collections_fault_no_capture', { name }),
  ROWS_UNREADABLE: ({ name, detail }) => said('collections_fault_rows', { name, reason: detail }),
  NO_COLUMN: ({ name, detail }) => said('collections_fault_no_column', { name, columns: detail }),
  TOPIC: ({ detail }) => `The topic is not valid (${detail}).`,
  NOT_JSON: ({ detail }) => said('collections_fault_not_json', { reason: detail }),
  NOT_HEX: () => said('collections_fault_not_hex'),
  NOT_BASE64: () => said('collections_fault_not_base64'),
  PROPERTY: ({ name, detail }) => `The property "${name}" is not possible (${detail}).`,
  SCRIPT_MISSING: ({ name }) => said('collections_fault_script_missing', { path: name }),
  SCRIPT_OFF: ({ name }) => said('collections_fault_script_off', { path: name }),
  SCRIPT_CHANGED: ({ name }) => said('collections_fault_script_changed', { path: name }),
  SCRIPT_CANCELLED: ({ detail }) => said('collections_fault_script_cancelled', { reason: detail }),
  SCRIPT_FAILED: ({ name, line, detail }) =>
    said('collections_fault_script_failed', { path: name, line: String(line), message: detail }),
  SCRIPT_LIMIT: ({ name, detail }) => said('collections_fault_script_limit', { path: name, limit: detail })
}

export function templateSentence(fault: TemplateFault): string {
  const encoding = EncodeCode.safeParse(fault.code).data
  if (encoding) return encodeSentence({ ...fault, code: encoding, path: fault.name })
  const sentence = templateFaults[fault.code as keyof typeof templateFaults](fault)
  return fault.variable === null ? sentence : `In the variable "${fault.variable}": ${sentence}`
}
