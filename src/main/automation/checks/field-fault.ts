import errors from '../../../../messages/en/errors.json'
import type { Sentence } from '../../../shared/contract/sentence'
import { said, type MessageName } from './said'

/** What is wrong with a value that a schema of the contract has refused, by its code. A text of zod, or a code without a message, stays. */
export function fieldFault(code: string): Sentence {
  // A form shows a chance in percent.
  if (code === 'CHANCE_RANGE') return said('failure_chance')
  const message = `fault_${code.toLowerCase()}`
    .replace(/_(?:topic|filter|text)_(null_character|lone_surrogate)$/, '_$1')
    .replace(/_(?:topic|filter)_too_long$/, '_text_too_long')
  return Object.hasOwn(errors, message)
    ? said(message as MessageName)
    : said('failure_error', { reason: code })
}
