import type { DecodeFault } from '../../../shared/contract/decode'
import type { Sentence } from '../../../shared/contract/sentence'
import { said } from './said'

/** Why, and where, a payload cannot be decoded. Bytes are counted from 0, lines and columns from 1. */
export function decodeFault({ code, place, detail }: DecodeFault): Sentence {
  const reason = reasons[code](detail ?? '')
  const fault =
    detail !== null && code === 'MALFORMED' ? said('decode_fault_detail', { fault: reason, detail }) : reason
  if (!place) return fault
  return 'offset' in place
    ? said('decode_fault_at_byte', { fault, offset: place.offset })
    : said('decode_fault_at_line', { fault, line: place.line, column: place.column })
}

const reasons: Record<DecodeFault['code'], (detail: string) => Sentence> = {
  ENDS_EARLY: () => said('decode_ends_early'),
  TRAILING_BYTES: () => said('decode_trailing'),
  MALFORMED: () => said('decode_malformed'),
  NOT_UTF8: () => said('decode_not_utf8'),
  SCHEMA_MISSING: (name) => said('failure_schema_missing', { name }),
  SCHEMA_BROKEN: (name) => said('decode_schema_broken', { name }),
  TYPE_UNKNOWN: (name) => said('decode_type_unknown', { name }),
  SCHEMA_NEEDED: () => said('failure_schema_needed'),
  TOO_LARGE: (limit) => said('decode_too_large', { limit }),
  UNSUPPORTED: (what) => said('decode_unsupported', { what }),
  NOT_AN_IMAGE: () => said('decode_not_an_image')
}
