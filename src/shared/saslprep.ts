/**
 * SASLprep (RFC 4013) without its checks of unassigned characters and of text directions. null: the text is empty, or has a character that
 * SASLprep forbids.
 */
export function saslprep(text: string): string | null {
  const mapped = text
    .replace(/\u00ad|[\u200b-\u200d]|\u2060|\ufeff|[\ufe00-\ufe0f]/g, '')
    .replace(/\p{Zs}/gu, ' ')
  const result = mapped.normalize('NFKC')
  return result === '' || /[\p{Cc}\p{Co}\p{Cs}\ufff9-\ufffd]/u.test(result) ? null : result
}
