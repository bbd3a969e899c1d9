/** A CSV field (RFC 4180), in quotes where it needs them. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? csvQuoted(text) : text
}

/** A CSV field in quotes: quotes within it are doubled. */
export function csvQuoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
