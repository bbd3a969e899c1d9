/** A string or number in a JSON text. */
export interface ScalarPlace {
  /** Where its lexeme begins and ends; a string's includes the quotes. */
  start: number
  end: number
  isString: boolean
  /** How many arrays and objects are around it. */
  depth: number
  /** Its JSON Pointer (RFC 6901). Asked while it is the current one. */
  pointer: () => string
}

/** An array or object around the current value: its index, or the lexeme of its key. */
interface Level {
  index: number
  /** null: an array. */
  key: string | null
}

/**
 * The strings and numbers of a text that `JSON.parse` accepts, without the keys, in order. The text has one character for each byte
 * (latin1). Uses no recursion, so that no depth of nesting overflows the stack.
 */
export function* jsonScalars(text: string): Generator<ScalarPlace> {
  const levels: Level[] = []
  const pointer = (): string =>
    levels.map(({ key, index }) => `/${key === null ? index : escaped(key)}`).join('')
  for (let at = 0; at < text.length;) {
    const level = levels.at(-1)
    switch (text.charAt(at)) {
      case '{':
        levels.push({ index: 0, key: '' })
        at++
        break
      case '[':
        levels.push({ index: 0, key: null })
        at++
        break
      case '}':
      case ']':
        levels.pop()
        at++
        break
      case ',':
        if (level) level.index++
        at++
        break
      case '"': {
        const end = stringEnd(text, at)
        const after = spaceEnd(text, end)
        if (level && level.key !== null && text[after] === ':') {
          level.key = text.slice(at, end)
          at = after + 1
        } else {
          yield { start: at, end, isString: true, depth: levels.length, pointer }
          at = end
        }
        break
      }
      case ' ':
      case '\n':
      case '\r':
      case '\t':
        at++
        break
      default: {
        const end = wordEnd(text, at)
        if (/[-0-9]/.test(text[at]!)) yield { start: at, end, isString: false, depth: levels.length, pointer }
        at = end
      }
    }
  }
}

function stringEnd(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

function spaceEnd(text: string, start: number): number {
  let at = start
  while (' \n\r\t'.includes(text[at] ?? '.')) at++
  return at
}

/** The end of a number or a literal. */
function wordEnd(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && /[-+.\w]/.test(text[at]!)) at++
  return at
}

/** A key as a level of a pointer. */
function escaped(lexeme: string): string {
  const key = JSON.parse(Buffer.from(lexeme, 'latin1').toString('utf8')) as string
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
