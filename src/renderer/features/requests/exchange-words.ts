import type { RequestStatus } from '../../../shared/contract/requests'
import { AppError, type ErrorCode } from '../../../shared/errors'
import { m } from '../../paraglide/messages'
import { count, milliseconds } from '../../state/format'
import { sentenceFor } from '../../state/sentences'

/** Whether a request still waits. */
export function isWaiting({ state }: RequestStatus): boolean {
  return state === 'subscribing' || state === 'waiting'
}

/** How a request stands, in a sentence. */
export function exchangeState(status: RequestStatus): string {
  const { state, wanted, timeout, answers, error } = status
  const words = { came: count(answers.length), wanted: count(wanted), time: milliseconds(timeout) }
  switch (state) {
    case 'subscribing':
      return m.requests_subscribing({ topic: status.responseTopic })
    case 'waiting':
      return wanted === 1 ? m.requests_waiting(words) : m.requests_waiting_more(words)
    case 'answered':
      return m.requests_answered({
        count: answers.length,
        time: milliseconds(answers.at(-1)?.milliseconds ?? 0)
      })
    case 'timedOut':
      return answers.length === 0
        ? m.requests_timed_out({ ...words, topic: status.responseTopic })
        : m.requests_timed_out_after(words)
    case 'cancelled':
      return m.requests_cancelled()
    case 'failed':
      return error ? sentenceFor(new AppError(error.code as ErrorCode, error.details as never)) : ''
  }
}

/** Correlation data as text if it is readable, otherwise as hex digits. */
export function correlationText(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (/^\P{Cc}+$/u.test(text)) return text
  } catch {
    // Bytes that are no text.
  }
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
