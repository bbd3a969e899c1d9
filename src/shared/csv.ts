/** A CSV field (RFC 4180), quoted if needed. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? csvQuoted(text) : text
}

/** A quoted CSV field. Quotes within it are doubled. */
export function csvQuoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
