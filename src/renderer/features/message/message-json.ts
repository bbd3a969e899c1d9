import type { MessageHead } from '../../../shared/message'
import { isoTime } from '../../../shared/time-text'

/** A complete message as JSON, with the fields of an exported line: text payloads as text, others as Base64. */
export function messageAsJson(head: MessageHead, payload: Uint8Array): string {
  const { properties, receivedAt, ...rest } = head
  return JSON.stringify(
    { ...rest, receivedAt: isoTime(receivedAt), ...writtenOf(payload), properties },
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
