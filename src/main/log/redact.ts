/** Removes secrets and payloads from everything that is logged. */

const HIDDEN = '[redacted]'
/** Maximum text length in characters. Longer texts are first cut at a space, because half a secret would not be recognised. */
const MAX_CHARACTERS = 8_192
/** Maximum depth of nested objects. */
const DEEPEST = 5
/** Maximum number of entries of a list or an object. */
const MOST_ENTRIES = 50

/** Names of secret fields; they also match at the end of longer names (`brokerPassword`, `x-api-key`). */
const SECRET_NAME =
  '(?:pass(?:word|wd|phrase|code)?|pwd|secrets?|token|api[-_]?key|private[-_]?key|access[-_]?key|' +
  'authorization|auth(?:entication)?[-_]?data|credentials?|cookie|signature|pfx)'
const secretKey = new RegExp(`${SECRET_NAME}$`, 'i')
/** Names of payload fields. */
const payloadKey = /(?:payload|correlation[-_]?data)$/i
/** Names of further secret fields, in TLS and request options. Any header may be one that a profile keeps secret. */
const bareKey = /^(?:key|pem|auth|headers)$/i

const NAME = `(${SECRET_NAME}\\\\*["']?\\s*)`
/**
 * Matches `"name": "value"` and `name='value'`, also as JSON within JSON: the value ends at a quote with as many backslashes as its
 * opening quote has. A value without an end extends to the end of the text.
 */
const quoted = new RegExp(
  `${NAME}(:|=>?|\\s)(\\s*)(\\\\*)(["'])(?:[\\s\\S]*?(?<!\\\\)\\4\\5|[\\s\\S]*$)`,
  'gi'
)
/** Matches `name: value` to the end of the line (the value may contain spaces), and `name=value` and `--name value` to the next space. */
const told = new RegExp(`${NAME}(:|=>)\\s*(?!\\[redacted\\])[^\\r\\n]+`, 'gi')
const given = new RegExp(`${NAME}=\\s*(?!\\[redacted\\])[^\\s&]+`, 'gi')
const flag = new RegExp(`(--[a-z-]{0,40}${SECRET_NAME})\\s+(?!\\[redacted\\])[^\\s]+`, 'gi')
/** Matches the credentials in a URL: everything up to the last `@`, since a password may contain one. */
const userInfo = /([a-z0-9+.-]{1,20}:\/\/)[^\s"'<>`]*@/gi
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g
const scheme = /\b(bearer|basic)\s+[a-z0-9+/._~-]{8,}=*/gi

/** Removes passwords, keys, tokens, authentication data and URL credentials from a text. If in doubt, it removes more. */
export function redactText(text: string): string {
  return cut(text)
    .replace(privateKey, HIDDEN)
    .replace(userInfo, `$1${HIDDEN}@`)
    .replace(quoted, `$1$2$3${HIDDEN}`)
    .replace(told, `$1$2 ${HIDDEN}`)
    .replace(given, `$1=${HIDDEN}`)
    .replace(flag, `$1 ${HIDDEN}`)
    .replace(scheme, `$1 ${HIDDEN}`)
}

function cut(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text
  const kept = text.slice(0, MAX_CHARACTERS)
  return `${kept.slice(0, Math.max(kept.lastIndexOf(' '), kept.lastIndexOf('\n')) + 1)}…`
}

/** Converts a value to plain data for JSON, without what `redactText` removes and without payloads. Getters are not called. */
export function redactValue(value: unknown, depth = 0, above: readonly object[] = []): unknown {
  switch (typeof value) {
    case 'string':
      return redactText(value)
    case 'number':
      return Number.isFinite(value) ? value : String(value)
    case 'boolean':
      return value
    case 'undefined':
      return undefined
    case 'bigint':
    case 'symbol':
      return redactText(String(value))
    case 'function':
      return '[function]'
    case 'object':
      return value === null ? null : redactObject(value, depth, above)
  }
}

function redactObject(value: object, depth: number, above: readonly object[]): unknown {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
  if (above.includes(value)) return '[circular]'
  if (depth >= DEEPEST) return '[…]'
  const path = [...above, value]
  const next = (each: unknown): unknown => redactValue(each, depth + 1, path)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof Map)
    return entriesOf(
      [...value].map(([key, each]) => [nameOf(key), each]),
      next
    )
  const list = value instanceof Set ? [...value] : value
  if (Array.isArray(list)) return short(list).map(next)
  if (value instanceof Error) {
    const { name, message, stack } = value
    return {
      ...entriesOf(
        [
          ['name', name],
          ['message', message],
          ['stack', stack]
        ],
        next
      ),
      ...entriesOf(fieldsOf(value), next)
    }
  }
  return entriesOf(fieldsOf(value), next)
}

function entriesOf(
  entries: readonly (readonly [string, unknown])[],
  next: (value: unknown) => unknown
): Record<string, unknown> {
  return Object.fromEntries(
    short(entries).map(([name, value]) => [redactText(name), isHidden(name) ? HIDDEN : next(value)])
  )
}

function isHidden(name: string): boolean {
  return secretKey.test(name) || payloadKey.test(name) || bareKey.test(name)
}

/** The own data properties. Getters are left out, because they run foreign code. */
function fieldsOf(value: object): [string, unknown][] {
  return Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(
    ([name, field]): [string, unknown][] => ('value' in field ? [[name, field.value as unknown]] : [])
  )
}

function nameOf(key: unknown): string {
  return typeof key === 'string' || typeof key === 'number' ? String(key) : `[${typeof key}]`
}

function short<T>(list: readonly T[]): T[] {
  return list.slice(0, MOST_ENTRIES)
}
