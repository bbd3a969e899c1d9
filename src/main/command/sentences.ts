import { AppError, isAppError, type ErrorCode } from '../../shared/errors'
import { codeName } from '../../shared/mqtt-codes'
import { profileFault } from '../automation/checks/profile-fault'
import { english } from '../automation/checks/said'
import { sentenceFor } from '../web/sentences'

/** Describes why a command failed, and what to do about it. */
export function sentenceOf(error: unknown): string {
  if (isAppError(error, 'FILE_UNWRITABLE'))
    return `Cannot write ${error.details.path}: ${error.details.reason}`
  if (isAppError(error, 'HISTORY_UNAVAILABLE')) return `Cannot read the history: ${error.details.reason}`
  if (isAppError(error, 'PUBLISH_REFUSED')) {
    const { reasonCode, reasonString } = error.details
    const name = codeName('PUBACK', 5, reasonCode)
    const hex = `0x${reasonCode.toString(16).toUpperCase().padStart(2, '0')}`
    return `The broker refused the message with ${hex}${name ? ` (${name})` : ''}${reasonString ? `: ${reasonString}` : ''}.`
  }
  if (isAppError(error, 'PAYLOAD_TOO_LARGE')) {
    const { size, limit } = error.details
    return `The payload has ${size} bytes, and the broker accepts at most ${limit}.`
  }
  if (isAppError(error, 'QOS_NOT_SUPPORTED'))
    return `The broker accepts no QoS above ${error.details.maximum}. Give a lower one with --qos.`
  if (isAppError(error, 'TOPIC_ALIAS_TOO_LARGE'))
    return 'The broker accepts no topic alias that high. Give a lower one with --topic-alias, or none.'
  if (isAppError(error, 'PROFILE_VARIABLES')) {
    const { name, faults } = error.details
    return faults.map((fault) => `${name}, ${english(profileFault(fault))}`).join('\n')
  }
  if (isAppError(error, 'TIMED_OUT'))
    return `The broker did not acknowledge the message within ${error.details.milliseconds / 1_000} s.`
  if (error instanceof AppError) return plain[(error as AppError).code] ?? sentenceFor(error)
  return error instanceof Error ? error.message : String(error)
}

const plain: Partial<Record<ErrorCode, string>> = {
  RETAIN_NOT_SUPPORTED: 'The broker does not support retained messages. Leave out --retain.',
  NOT_CONNECTED: 'The connection to the broker was lost.'
}
