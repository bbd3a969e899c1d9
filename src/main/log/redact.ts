/** The log's door: what may not be written down is taken out here, whatever brought it along. */

const HIDDEN = '[redacted]'
/** Longer texts are cut before anything else is done to them, in characters, at a space: half a secret would not be known for one. */
const MAX_CHARACTERS = 8_192
/** Objects are followed so far down. */
const DEEPEST = 5
/** Of a list or an object so many entries are told. */
const MOST_ENTRIES = 50

/** Names of what nobody may read; also as the end of a longer one (`brokerPassword`, `x-api-key`). */
const SECRET_NAME =
  '(?:pass(?:word|wd|phrase|code)?|pwd|secrets?|token|api[-_]?key|private[-_]?key|access[-_]?key|' +
  'authorization|auth(?:entication)?[-_]?data|credentials?|cookie|signature|pfx)'
const secretKey = new RegExp(`${SECRET_NAME}$`, 'i')
/** What devices say. */
const payloadKey = /(?:payload|correlation[-_]?data)$/i
/** In options of TLS and of requests these names hold secrets, too. */
const bareKey = /^(?:key|pem|auth)$/i

const NAME = `(${SECRET_NAME}\\\\*["']?\\s*)`
/**
 * `"name": "value"`, `name='value'`, also as JSON within JSON: the value ends at a quote with as many backslashes as it began with, and
 * one that does not end is taken to the end of the text.
 */
const quoted = new RegExp(
  `${NAME}(:|=>?|\\s)(\\s*)(\\\\*)(["'])(?:[\\s\\S]*?(?<!\\\\)\\4\\5|[\\s\\S]*$)`,
  'gi'
)
/** `name: value`, to the end of the line, since it may have spaces; `name=value`, and `--name value`, which may not. */
const told = new RegExp(`${NAME}(:|=>)\\s*(?!\\[redacted\\])[^\\r\\n]+`, 'gi')
const given = new RegExp(`${NAME}=\\s*(?!\\[redacted\\])[^\\s&]+`, 'gi')
const flag = new RegExp(`(--[a-z-]{0,40}${SECRET_NAME})\\s+(?!\\[redacted\\])[^\\s]+`, 'gi')
/** Who goes to a server, before its name: up to the last `@`, since a password may hold one. */
const userInfo = /([a-z0-9+.-]{1,20}:\/\/)[^\s"'<>`]*@/gi
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g
const scheme = /\b(bearer|basic)\s+[a-z0-9+/._~-]{8,}=*/gi

/** A text without passwords, keys, tokens, authentication data, and who goes to a server. More is taken out than must be, never less. */
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

/** A value as plain data that can be written as JSON, without what `redactText` takes out, without payloads, and without getters run. */
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

/** Own fields that are values: a getter is somebody's code. */
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
