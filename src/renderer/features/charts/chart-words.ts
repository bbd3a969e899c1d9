import type { SeriesSource } from '../../../shared/contract/series'
import { levelsOf } from '../../../shared/json-pointer'
import { m } from '../../paraglide/messages'
import { format, momentWithoutYear } from '../../state/format'

/** Display name of a path in a payload, such as `zones[0].t`; '' is the whole payload. */
export function fieldName(path: string): string {
  return levelsOf(path).reduce((written, level) => {
    const name = nameIn(level)
    if (name !== null) return `${written}[${name}]`
    if (/^\d+$/.test(level)) return `${written}[${level}]`
    return written === '' ? level : `${written}.${level}`
  }, '')
}

/** The names of the levels of a path: `zones`, `0`, `t`. */
export function fieldLevels(path: string): string[] {
  return levelsOf(path).map((level) => nameIn(level) ?? level)
}

/** The name of an array's item that is addressed by its name. */
function nameIn(level: string): string | null {
  return /^\[name=(.*)\]$/s.exec(level)?.[1] ?? null
}

/** Display name of a source: its topic, and the field in the payload. */
export function sourceName({ topic, path }: SeriesSource): string {
  return path === '' ? topic : `${topic} · ${fieldName(path)}`
}

/** Display names of the sources of one chart, without what the names of all have in common: a topic, or its first levels. */
export function sourceNames(sources: readonly SeriesSource[]): string[] {
  const topics = [...new Set(sources.map(({ topic }) => topic))]
  const parent = commonParent(topics)
  return sources.map(({ topic, path }) => {
    if (topics.length > 1)
      return sourceName({ topic: parent === '' ? topic : topic.slice(parent.length + 1), path })
    return sources.length > 1 && path !== '' ? fieldName(path) : sourceName({ topic, path })
  })
}

/** The levels that all topics begin with, at most the parent of the shortest; '' if there are none. */
export function commonParent(topics: readonly string[]): string {
  const [first = [], ...others] = topics.map((topic) => topic.split('/').slice(0, -1))
  let depth = 0
  while (depth < first.length && others.every((levels) => levels[depth] === first[depth])) depth++
  return first.slice(0, depth).join('/')
}

/** Short name of a time range in µs. */
export function lengthName(length: number | null): string {
  if (length === null) return m.charts_all()
  const minutes = length / 60e6
  if (minutes < 60) return m.charts_minutes({ count: minutes })
  return minutes < 1_440 ? m.charts_hours({ count: minutes / 60 }) : m.charts_days({ count: minutes / 1_440 })
}

/** Formats a time in µs since 1970 UTC, with full precision. */
export function chartTime(at: number): string {
  const whole = momentWithoutYear(at)
  const beyond = Math.floor(at % 1_000)
  return beyond === 0 ? whole : `${whole}\u2009${String(beyond).padStart(3, '0')}`
}

/** Formats a number with all of its digits. */
export function chartNumber(value: number): string {
  return format(
    'chart number',
    (locale) => new Intl.NumberFormat(locale, { maximumSignificantDigits: 17 })
  ).format(value)
}
