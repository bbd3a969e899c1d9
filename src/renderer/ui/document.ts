/** A text as CodeMirror stores it: with `\n` for every line break, so that offsets in the text match offsets in the view. */
export function documentOf(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}
