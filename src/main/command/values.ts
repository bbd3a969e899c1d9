import { readFile } from 'node:fs/promises'
import { filterFault, topicFault, type FilterFault, type TopicFault } from '../../shared/topic'
import { parseTime } from '../transfer/time'
import { Misuse } from './command'

/** The value of an option as a whole number in a range. Throws Misuse. */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new Misuse(`${option} takes a whole number from ${least} to ${most}, not "${text}".`)
}

/** Seconds, perhaps with decimals, as ms. Throws Misuse. */
export function secondsOf(option: string, text: string, least = 0): number {
  const value = Number(text)
  if (/^\d*\.?\d+$/.test(text) && value >= least && value <= 2_000_000) return value * 1_000
  throw new Misuse(`${option} takes seconds, such as 0.5 or 10, not "${text}".`)
}

/** µs since 1970 UTC; null: not given. Throws Misuse. */
export function timeOf(option: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const time = parseTime(text)
  if (time !== null) return time
  throw new Misuse(
    `${option} "${text}" is not a time. Use ISO 8601, such as 2026-11-23T13:05:56Z, or seconds since 1970.`
  )
}

/** A topic filter. Throws Misuse. */
export function checkedFilter(filter: string): string {
  const fault = filterFault(filter)
  if (fault) throw new Misuse(`The topic filter "${filter}" is not valid: ${faults[fault]}.`)
  return filter
}

/** A topic name. Throws Misuse. */
export function checkedTopic(topic: string, what = 'topic'): string {
  const fault = topicFault(topic)
  if (fault) throw new Misuse(`The ${what} "${topic}" is not valid: ${faults[fault]}.`)
  return topic
}

const faults: Record<FilterFault | TopicFault, string> = {
  EMPTY: 'it is empty',
  WILDCARD: '+ and # are for topic filters',
  HASH_NOT_LAST: '# must be its last level',
  WILDCARD_NOT_ALONE: '+ and # must stand alone in their level',
  NULL_CHARACTER: 'it contains a null character',
  LONE_SURROGATE: 'it is not well-formed Unicode',
  TOO_LONG: 'it is longer than 65,535 bytes',
  SHARE_INCOMPLETE: '$share needs a group and a filter, as in $share/group/filter'
}

/** The content of the file that an option names. Throws Misuse. */
export async function bytesOf(option: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    throw new Misuse(
      `${option} names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`
    )
  }
}

/** The same as text. Throws Misuse. */
export async function textOf(option: string, file: string): Promise<string> {
  return (await bytesOf(option, file)).toString()
}
