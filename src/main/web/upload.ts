import type { IncomingMessage, ServerResponse } from 'node:http'
import { Transform, type Readable } from 'node:stream'
import type { Recording } from '../../shared/contract/recordings'
import { AppError, encodeError } from '../../shared/errors'

/** Maximum length of a file name in an answer, in characters. */
const MAX_NAME = 255

interface Options {
  /** Bytes. */
  maxUpload: number
  receiveRecording(this: void, content: Readable, file: string): Promise<Recording>
}

/**
 * Receives a recording uploaded by the page: the body is the file, and `file` its name. Answers with the recording, or with an error in
 * the contract's format (status 422), RECORDING_TOO_LARGE among them.
 */
export async function takeRecording(
  request: IncomingMessage,
  response: ServerResponse,
  file: string | null,
  { maxUpload, receiveRecording }: Options
): Promise<void> {
  const name = (file ?? '').slice(0, MAX_NAME) || 'recording.treetop'
  if (Number(request.headers['content-length'] ?? 0) > maxUpload) {
    // A browser reads the answer once it has sent everything.
    request.resume()
    return send(response, 422, encodeError(new AppError('RECORDING_TOO_LARGE', { limit: maxUpload })))
  }
  try {
    send(response, 200, await receiveRecording(request.pipe(counter(maxUpload)), name))
  } catch (error) {
    // Skip the answer if the page closed the connection during the upload.
    if (!request.destroyed || request.complete) send(response, 422, encodeError(error))
  }
}

/** Passes on at most so many bytes; more, of a body whose length was not said, are an error. */
function counter(most: number): Transform {
  let left = most
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length
      if (left < 0) done(new AppError('RECORDING_TOO_LARGE', { limit: most }))
      else done(null, chunk)
    }
  })
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(value))
}
