/** Longer lines are not wrapped: CodeMirror measures a line as a whole before it draws a part of it, which takes 0.3 s per million characters. */
export const LONGEST_WRAPPED = 500_000

/** A text as CodeMirror stores it: with `\n` for every line break, so that offsets in the text match offsets in the view. */
export function documentOf(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}

/** Length of the longest line of a document, in UTF-16 units. */
export function longestLine(document: string): number {
  let longest = 0
  for (let start = 0; start <= document.length;) {
    const found = document.indexOf('\n', start)
    const end = found < 0 ? document.length : found
    longest = Math.max(longest, end - start)
    start = end + 1
  }
  return longest
}
