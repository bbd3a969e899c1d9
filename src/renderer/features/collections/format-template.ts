import { EXPRESSION } from '../../state/json-text'

/** A JSON string, or the mark of an expression outside of one. */
const STRING_OR_MARK = /"(?:[^"\\]|\\.)*"|\ue000(\d+)\ue001/gs

/**
 * Re-indents JSON that contains expressions in double braces, in strings or in place of values. The text itself if it is not JSON, or if more
 * than white space would change, as with numbers beyond 2^53.
 */
export function formatTemplate(text: string): string {
  // Characters for private use (Unicode, 23.5) mark the expressions while the rest is formatted.
  if (/[\ue000-\ue003]/.test(text)) return text
  const expressions: string[] = []
  const marked = text.replace(EXPRESSION, (expression) => `\ue000${expressions.push(expression) - 1}\ue001`)
  // One that stands for a value is a string meanwhile.
  const json = marked.replace(STRING_OR_MARK, (part, index?: string) =>
    index === undefined ? part : `"\ue002${index}\ue003"`
  )
  try {
    const formatted = JSON.stringify(JSON.parse(json), null, 2)
    if (formatted.replace(/\s/g, '') !== json.replace(/\s/g, '')) return text
    return formatted.replace(
      /"\ue002(\d+)\ue003"|\ue000(\d+)\ue001/g,
      (_mark, value?: string, inside?: string) => expressions[Number(value ?? inside)]!
    )
  } catch {
    return text
  }
}
