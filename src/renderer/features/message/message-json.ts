import type { MessageHead } from '../../../shared/message'

/** A message whole as JSON, with the fields of an exported line: text payloads as text, others in Base64. */
export function messageAsJson(head: MessageHead, payload: Uint8Array): string {
  const { properties, receivedAt, ...rest } = head
  return JSON.stringify(
    { ...rest, receivedAt: isoOf(receivedAt), ...writtenOf(payload), properties },
    null,
    2
  )
}

function writtenOf(payload: Uint8Array): { encoding: 'utf8' | 'base64'; payload: string } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload)
    return { encoding: 'utf8', payload: text }
  } catch {
    let characters = ''
    for (const byte of payload) characters += String.fromCharCode(byte)
    return { encoding: 'base64', payload: btoa(characters) }
  }
}

/** µs since 1970 UTC as ISO 8601 with six decimals. */
function isoOf(microseconds: number): string {
  const milliseconds = Math.floor(microseconds / 1_000)
  const rest = String(microseconds - milliseconds * 1_000).padStart(3, '0')
  return new Date(milliseconds).toISOString().replace('Z', `${rest}Z`)
}
