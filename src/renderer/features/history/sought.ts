import type { SearchQuery } from '../../../shared/contract/messages'
import { microsecondsOf } from '../../state/local-time'

/** The values of the search fields. */
export interface Sought {
  text: string
  /** The text is bytes in hex. */
  hex: boolean
  /** Topic filter; empty: every topic. */
  filter: string
  /** Local times, as in the value of a datetime-local field; empty: no limit. */
  from: string
  to: string
  qos: 'any' | 0 | 1 | 2
  retain: 'any' | 'yes' | 'no'
  direction: 'any' | 'in' | 'out'
}

export const NO_CONDITIONS = {
  filter: '',
  from: '',
  to: '',
  qos: 'any',
  retain: 'any',
  direction: 'any'
} as const satisfies Partial<Sought>

export const NOTHING_SOUGHT: Sought = { text: '', hex: false, ...NO_CONDITIONS }

/** The number of active conditions. */
export function conditionsIn(sought: Sought): number {
  const conditions = Object.entries(NO_CONDITIONS) as [keyof typeof NO_CONDITIONS, string][]
  return conditions.filter(([name, none]) => sought[name] !== none).length
}

/** Whether there is anything to search for: a text or a condition. */
export function isSought(sought: Sought): boolean {
  return textOf(sought) !== '' || conditionsIn(sought) > 0
}

export function queryOf(sought: Sought): SearchQuery {
  return {
    text: textOf(sought),
    hex: sought.hex,
    filter: sought.filter === '' ? null : sought.filter,
    from: microsecondsOf(sought.from),
    to: microsecondsOf(sought.to),
    qos: sought.qos === 'any' ? null : sought.qos,
    retain: sought.retain === 'any' ? null : sought.retain === 'yes',
    direction: sought.direction === 'any' ? null : sought.direction
  }
}

/** Whether the last hex byte has only one digit so far, because the user may still be typing. */
export function isHalfTyped({ text, hex }: Sought): boolean {
  return hex && /^(\s*[0-9a-f]{2})*\s*[0-9a-f]$/i.test(text)
}

/** Blanks count in text, but not around hex. */
function textOf({ text, hex }: Sought): string {
  return hex ? text.trim() : text
}
