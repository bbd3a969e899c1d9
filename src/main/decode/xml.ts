import { XMLValidator } from 'fast-xml-parser'

/** The result of reading text as XML. */
export type XmlResult =
  | { kind: 'xml'; pretty: string }
  /** Not well-formed; line and column count from 1. */
  | { kind: 'fault'; line: number; column: number; detail: string }

/** Deeper levels are not indented any further. */
const MAX_INDENT = 100

/** Whether text starts like XML, so that parsing it is worth trying. */
export function looksXml(text: string): boolean {
  return /^\ufeff?\s*<(?:\?xml[\s?]|!--|!DOCTYPE\s|[A-Za-z_:\u0080-\uffff][^\s<>]*(?:[\s/>]))/.test(
    text.slice(0, 400)
  )
}

/**
 * Checks that XML is well-formed and indents it by two spaces. Tags, attributes, comments and text stay unchanged; no entity is
 * expanded and nothing is fetched. Elements that mix text and tags keep their line breaks.
 */
export function formatXml(text: string): XmlResult {
  const valid = XMLValidator.validate(text, { allowBooleanAttributes: false })
  if (valid !== true) {
    const { line, col, msg } = valid.err
    // The validator reports unclosed elements on the first line. Report them at the end of the text.
    if (!msg.startsWith("Invalid '[")) return { kind: 'fault', line, column: col, detail: msg }
    const lines = text.trimEnd().split('\n')
    return { kind: 'fault', line: lines.length, column: lines.at(-1)!.length + 1, detail: msg }
  }
  return { kind: 'xml', pretty: indented(text) }
}

function indented(text: string): string {
  const parts: string[] = []
  /** For each open element, whether it mixes text and tags. */
  const mixed: boolean[] = []
  let end = 0
  let lastOpened = false
  for (let start = text.indexOf('<'); start >= 0; start = text.indexOf('<', end)) {
    const between = text.slice(end, start)
    end = endOfMarkup(text, start)
    const markup = text.slice(start, end)
    const blank = between.trim() === ''
    const closing = markup.startsWith('</')
    const opening = /^<[^/!?]/.test(markup) && !markup.endsWith('/>')
    if ((!blank || markup.startsWith('<![CDATA[')) && mixed.length > 0) mixed[mixed.length - 1] = true
    const inText = mixed.at(-1) ?? false
    if (closing) mixed.pop()
    if (inText || !blank || (closing && lastOpened)) parts.push(between)
    else if (parts.length > 0) parts.push('\n', '  '.repeat(Math.min(mixed.length, MAX_INDENT)))
    parts.push(markup)
    // Keep everything inside mixed content on its line.
    if (opening) mixed.push(inText)
    lastOpened = opening
  }
  parts.push(text.slice(end).trimEnd())
  return parts.join('')
}

/** The end of a tag, comment, CDATA section, processing instruction or declaration. */
function endOfMarkup(text: string, start: number): number {
  const after = (closer: string, from: number): number => {
    const at = text.indexOf(closer, from)
    return at < 0 ? text.length : at + closer.length
  }
  if (text.startsWith('<!--', start)) return after('-->', start + 4)
  if (text.startsWith('<![CDATA[', start)) return after(']]>', start + 9)
  if (text.startsWith('<?', start)) return after('?>', start + 2)
  const declaration = text.startsWith('<!', start)
  for (let at = start + 1, brackets = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"' || character === "'") at = after(character, at + 1) - 1
    else if (declaration && character === '[') brackets++
    else if (declaration && character === ']') brackets--
    else if (character === '>' && brackets <= 0) return at + 1
  }
  return text.length
}
