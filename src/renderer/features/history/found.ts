import type { FoundRow, SearchQuery } from '../../../shared/contract/messages'
import { m } from '../../paraglide/messages'
import { time } from '../../state/format'

/** A text split around the match to mark; `mark` and `after` are empty if there is none. */
export interface Marked {
  before: string
  mark: string
  after: string
}

/** Splits a line around a match, given as UTF-16 offsets. */
export function markedAt(line: string, place: readonly [number, number] | null): Marked {
  if (!place) return { before: line, mark: '', after: '' }
  return { before: line.slice(0, place[0]), mark: line.slice(...place), after: line.slice(place[1]) }
}

/** A topic with its match marked, only if the payload's preview shows none, and never in a search for bytes. */
export function markedTopic(row: FoundRow, query: SearchQuery): Marked {
  const at =
    row.place || query.hex || query.text === ''
      ? -1
      : row.topic.toLowerCase().indexOf(query.text.toLowerCase())
  return markedAt(row.topic, at < 0 ? null : [at, at + query.text.length])
}

/** A readable summary of a search: one part for the text and one for each condition. */
export function summaryOf({ text, hex, filter, from, to, qos, retain, direction }: SearchQuery): string {
  const parts = [
    text === '' ? null : hex ? m.search_summary_hex({ text }) : m.search_summary_text({ text }),
    filter === null ? null : m.search_summary_filter({ filter }),
    from === null ? null : m.search_summary_from({ time: time(from) }),
    to === null ? null : m.search_summary_to({ time: time(to) }),
    qos === null ? null : `QoS ${qos}`,
    retain === null ? null : retain ? m.search_retained() : m.search_not_retained(),
    direction === null ? null : direction === 'in' ? m.history_in() : m.history_out()
  ]
  return parts.filter((part) => part !== null).join(' · ')
}
