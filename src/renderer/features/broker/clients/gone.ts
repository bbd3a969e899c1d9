import { isAppError } from '../../../../shared/errors'

/** The answer to a question about a client, or the given one if the client is gone: it has left, and with it all that it had. */
export function unlessGone<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  return answer.catch((error: unknown) => {
    if (isAppError(error, 'NOT_FOUND')) return otherwise
    throw error
  })
}
