import { m } from '../paraglide/messages'

/** Names in a row, with the language's separator. */
export function listed(names: readonly string[]): string {
  return names.join(m.app_list_separator())
}

/** A statement and what explains it, with the language's colon; whatever is empty is left out. */
export function explained(...parts: readonly (string | null | undefined | false)[]): string {
  return parts.filter(Boolean).join(m.app_colon())
}
