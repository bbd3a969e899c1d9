import { AppError } from '../../shared/errors'

/** Longest wait for a PUBACK or PUBCOMP, in ms. */
const PUBLISH_TIMEOUT = 30_000

/** Returns what the work returns. Throws TIMED_OUT if it takes too long. */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const error = new AppError('TIMED_OUT', { milliseconds: PUBLISH_TIMEOUT })
  const timer = setTimeout(() => late.reject(error), PUBLISH_TIMEOUT)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
