import type { Profile } from '../../shared/contract/profiles'
import type { PlainSecrets, RequestField } from '../../shared/contract/transport'

/** The path with which a profile's WebSocket is opened, with its query. */
export function pathOf({ path, request }: Profile, secrets: PlainSecrets): string {
  const query = new URLSearchParams(pairsOf(request.query, secrets)).toString()
  if (query === '') return path
  return `${path}${path.includes('?') ? '&' : '?'}${query}`
}

/** The headers that are added to the request. */
export function headersOf({ request }: Profile, secrets: PlainSecrets): Record<string, string> {
  return Object.fromEntries(pairsOf(request.headers, secrets))
}

/** Names and values. A secret that is not stored, or cannot be read here, is left out. */
function pairsOf(fields: readonly RequestField[], secrets: PlainSecrets): [string, string][] {
  return fields.flatMap(({ name, value, secret }): [string, string][] => {
    const text = secret === null ? value : secrets[`field:${secret}`]
    return text === null || text === undefined ? [] : [[name, text]]
  })
}
