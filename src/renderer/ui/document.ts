/** A text as CodeMirror keeps it: every line break is one `\n`, so that places in the text are places in the view. */
export function documentOf(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}
