import { isoTime } from '../../shared/time-text'
import type { ScannedRow } from '../history/scan'
import type { LineBuffer } from './line-buffer'

/** A text format for messages. */
export interface Format {
  /** Text before the first message. */
  header: string
  /** Quotes a topic for use in a line. */
  quoteTopic(topic: string): Buffer
  /** Writes a message with its line end. The topic is already quoted, because that is done once per topic. */
  line(row: ScannedRow, quotedTopic: Buffer, to: LineBuffer): void
}

/** The fields of an exported message, in order, in every format. */
export const FIELDS = [
  'id',
  'topic',
  'receivedAt',
  'direction',
  'qos',
  'retain',
  'dup',
  'size',
  'encoding',
  'payload',
  'properties'
] as const

let second = -1
let prefix = ''

/** µs since 1970 UTC as ISO 8601 with six decimals, e.g. 2026-11-23T13:05:56.123456Z. */
export function timestamp(microseconds: number): string {
  const whole = Math.floor(microseconds / 1e6)
  // Messages are in time order, so the second is mostly that of the previous one.
  if (whole !== second) {
    second = whole
    prefix = isoTime(whole * 1e6).slice(0, 20)
  }
  return `${prefix}${String(microseconds - whole * 1e6).padStart(6, '0')}Z`
}

/** The texts of all 32 values of the fields from `direction` to `dup`, by `flagsIndex`: built once instead of for each line. */
export function eachFlags(
  text: (direction: 'in' | 'out', qos: number, retain: boolean, dup: boolean) => string
): string[] {
  return Array.from({ length: 32 }, (_, i) =>
    text(i & 16 ? 'out' : 'in', (i >> 2) & 3, (i & 2) !== 0, (i & 1) !== 0)
  )
}

/** The index in `eachFlags` for these values of a row. */
export function flagsIndex(direction: number, qos: number, retain: number, dup: number): number {
  return (direction << 4) | (qos << 2) | (retain << 1) | dup
}
