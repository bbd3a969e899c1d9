import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Recording } from '../../shared/contract/recordings'
import { encodeError } from '../../shared/errors'

/** Longest file name that is told back, in characters. */
const MAX_NAME = 255

/**
 * Takes in a recording that the page sends: the body is the file, however long, and `file` its name. Answers with the recording, or with what is
 * wrong with it as the contract's calls do (status 422).
 */
export async function takeRecording(
  request: IncomingMessage,
  response: ServerResponse,
  file: string | null,
  receive: (content: IncomingMessage, file: string) => Promise<Recording>
): Promise<void> {
  const name = (file ?? '').slice(0, MAX_NAME) || 'recording.treetop'
  try {
    send(response, 200, await receive(request, name))
  } catch (error) {
    // A page that broke off hears nothing more.
    if (!request.destroyed || request.complete) send(response, 422, encodeError(error))
  }
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(value))
}
