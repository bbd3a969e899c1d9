import { escapeTemplate } from '../../../shared/is-template'
import { AppError } from '../../../shared/errors'

/** A value that no file may have, and the variable that stands for it; null: the collection has no variable with this value. */
export interface HiddenValue {
  value: string
  variable: string | null
}

/** Shorter values are found everywhere by chance: they are replaced in texts, but refused nowhere. */
const SHORTEST = 4

/**
 * A part of a check with variables in place of secret values. Throws INVALID_INPUT for one that no variable can stand for: a secret of
 * another collection, or one in a name, a number, or bytes.
 */
export function hideSecrets<T>(part: T, hidden: readonly HiddenValue[]): T {
  // The longest first: a secret may be part of another.
  const secrets = hidden
    .filter(({ value }) => value !== '')
    .map((each) => ({ ...each, text: escapeTemplate(each.value) }))
    .sort((a, b) => b.text.length - a.text.length)
  if (secrets.length === 0) return part
  const long = secrets.filter(({ value }) => value.length >= SHORTEST)

  const refuseIf = (isIn: (value: string) => boolean): void => {
    if (long.some(({ value }) => isIn(value)))
      throw new AppError('INVALID_INPUT', { issues: [{ path: 'match', fault: 'CHECK_SECRET' }] })
  }

  const hide = (text: string, from = 0): string => {
    const secret = secrets[from]
    if (!secret) return text
    const pieces = text.split(secret.text)
    if (pieces.length > 1 && secret.variable === null) {
      refuseIf((value) => value === secret.value)
      return hide(text, from + 1)
    }
    return pieces.map((piece) => hide(piece, from + 1)).join(`{{${secret.variable}}}`)
  }

  const visit = (value: unknown, key: string): unknown => {
    if (typeof value === 'number') refuseIf((secret) => String(value).includes(secret))
    if (typeof value === 'string') {
      // In the text of JSON, it may be escaped; a variable's value would not be.
      refuseIf((secret) => {
        const escaped = JSON.stringify(secret).slice(1, -1)
        return escaped !== secret && value.includes(escaped)
      })
      for (const coding of CODINGS)
        if (key === 'payload' || key === coding)
          refuseIf((secret) => Buffer.from(value, coding).includes(secret))
      return hide(value)
    }
    if (Array.isArray(value)) return value.map((each) => visit(each, key))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => {
        refuseIf((secret) => name.includes(secret))
        return [name, visit(each, name)]
      })
    )
  }
  return visit(part, '') as T
}

const CODINGS = ['hex', 'base64'] as const
