/** The lines of a file of Mosquitto, without the white space around them, which it ignores. */
export function linesOf(text: string): string[] {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
  return lines
}
