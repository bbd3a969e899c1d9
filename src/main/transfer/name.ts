import type { ExportFormat } from '../../shared/contract/transfer'

/** Longest part of a name, in UTF-8 bytes: the whole name must fit in 255 bytes. */
const MAX_PART = 80

/**
 * A file name for an export, valid everywhere: `<profile>-<topic or all>-<local date>.<format>`. A recording is always complete, and
 * there may be several a day: `<profile>-<local date>-<hours and minutes>.treetop`.
 */
export function suggestedName(
  profile: string,
  filter: string | null,
  format: ExportFormat,
  date: Date
): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const name = safe(profile) || 'treetop'
  if (format === 'treetop') return `${name}-${day}-${two(date.getHours())}${two(date.getMinutes())}.treetop`
  return `${name}-${safe(filter ?? '') || 'all'}-${day}.${format === 'csvSafe' ? 'csv' : format}`
}

/** Keeps letters and digits of any script, replaces the rest with hyphens. Without dots, no part can be a reserved name such as `con.x`. */
function safe(text: string): string {
  const plain = text.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}_]+/gu, '-')
  let cut = ''
  for (const character of plain) {
    if (Buffer.byteLength(cut + character) > MAX_PART) break
    cut += character
  }
  return cut.replace(/^-+|-+$/g, '')
}
