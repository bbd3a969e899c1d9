import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Recording } from '../../shared/contract/recordings'
import { encodeError } from '../../shared/errors'

/** Maximum length of a file name in an answer, in characters. */
const MAX_NAME = 255

/**
 * Receives a recording uploaded by the page: the body is the file, of any length, and `file` its name. Answers with the recording, or
 * with an error in the contract's format (status 422).
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
    // Skip the answer if the page closed the connection during the upload.
    if (!request.destroyed || request.complete) send(response, 422, encodeError(error))
  }
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(value))
}
