import type { Words } from '../../../shared/contract/sentence'
import { differs } from './compare'
import { contentFault } from './content'
import { StepFailure } from './failure'
import type { StepInput } from './format'
import { textFault } from './match'
import { reasonOf, said } from './said'
import type { CheckSession } from './session'
import { jsonPart } from './step-expect'
import { seconds } from './step-messages'

/** Bytes of an answer. */
const MAX_ANSWER = 5_000_000

/** Calls an HTTP API, and checks its answer. Without an expected status, it must be 200 to 299. */
export async function httpStep(session: CheckSession, wanted: StepInput<'http'>): Promise<void> {
  const { url, method = wanted.body === undefined && wanted.json === undefined ? 'GET' : 'POST' } = wanted
  const within = wanted.within ?? session.within
  const body = wanted.json === undefined ? wanted.body : JSON.stringify(wanted.json)
  const { status, headers, text } = await answerOf(session, within, url, {
    method,
    headers: { ...(wanted.json !== undefined && { 'content-type': 'application/json' }), ...wanted.headers },
    ...(body !== undefined && { body })
  })
  const {
    status: expectedStatus,
    headers: expectedHeaders,
    text: expectedText,
    ...content
  } = wanted.expect ?? {}
  const details = text === '' ? [] : [said('failure_answer', { text: text.slice(0, 1_000) })]
  const check = (fault: Words | null): void => {
    if (fault !== null)
      throw new StepFailure(said('failure_of', { subject: `${method} ${url}`, fault }), { details })
  }
  if (expectedStatus !== undefined) check(differs(status, expectedStatus, true, 'status'))
  else if (status < 200 || status > 299) check(said('failure_status', { status }))
  for (const [name, value] of Object.entries(expectedHeaders ?? {}))
    check(differs(headers.get(name) ?? undefined, value, true, name))
  if (expectedText !== undefined) check(textFault('text', text, expectedText))
  try {
    check(contentFault(text, content, session.schemas))
  } catch (error) {
    if (error instanceof StepFailure) throw error
    throw new StepFailure(said('failure_unchecked', { reason: reasonOf(error) }))
  }
  for (const [name, from] of Object.entries(wanted.capture ?? {})) {
    const value =
      from === 'text'
        ? text
        : from === 'status'
          ? String(status)
          : from.startsWith('$')
            ? jsonPart(text, from)
            : headers.get(from)
    if (value === undefined || value === null)
      throw new StepFailure(said('failure_no_capture_answer', { name, from }), { details })
    session.scope.capture(name, value)
  }
}

async function answerOf(
  session: CheckSession,
  within: number,
  url: string,
  request: RequestInit
): Promise<{ status: number; headers: Headers; text: string }> {
  const late = AbortSignal.timeout(Math.max(1, within))
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.any([late, session.signal]) })
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of response.body ?? []) {
      size += (chunk as Uint8Array).length
      if (size > MAX_ANSWER) throw new StepFailure(said('failure_answer_large', { url, most: MAX_ANSWER }))
      chunks.push(chunk)
    }
    return { status: response.status, headers: response.headers, text: Buffer.concat(chunks).toString() }
  } catch (error) {
    session.signal.throwIfAborted()
    if (error instanceof StepFailure) throw error
    if (late.aborted) throw new StepFailure(said('failure_url_silent', { url, time: seconds(within) }))
    const { cause, message } = error as Error
    throw new StepFailure(
      said('failure_url_unreachable', { url, reason: (cause as Error | undefined)?.message ?? message })
    )
  }
}
