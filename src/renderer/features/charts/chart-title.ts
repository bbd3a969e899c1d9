import type { BoardChart } from '../../../shared/contract/boards'
import type { SeriesSource } from '../../../shared/contract/series'
import { m } from '../../paraglide/messages'
import { commonParent, fieldName, sourceName } from './chart-words'

/** A title in two parts. When space is short, the head loses characters first. */
interface ChartTitle {
  head: string
  tail: string
}

/** The tail names as many sources as fit into this length, and counts the others. */
const TAIL_LENGTH = 60

/** Names a chart after all of its sources: `oven/state · temp, on`, or `plant · a/temp + b/temp`. */
export function chartTitle(sources: readonly SeriesSource[]): ChartTitle {
  const topics = [...new Set(sources.map(({ topic }) => topic))]
  const [first] = sources
  if (!first) return { head: '', tail: '' }
  if (sources.length === 1 && first.path === '') {
    const level = first.topic.lastIndexOf('/') + 1
    return { head: first.topic.slice(0, level), tail: first.topic.slice(level) }
  }
  const ordered = topics.flatMap((topic) => sources.filter((source) => source.topic === topic))
  const head = topics.length === 1 ? topics[0]! : commonParent(topics)
  const tail = (count: number): string => {
    const names = namesOf(ordered.slice(0, count), head)
    return `${head === '' ? '' : ' · '}${names}${count < ordered.length ? ` +${ordered.length - count}` : ''}`
  }
  let count = ordered.length
  while (count > 1 && tail(count).length > TAIL_LENGTH) count--
  return { head, tail: tail(count) }
}

/** The title as one text. */
export function titleText(sources: readonly SeriesSource[]): string {
  const { head, tail } = chartTitle(sources)
  return head + tail
}

/** The title of a card: the one that the user gave it or, without one, that of its sources. */
export function cardTitle({ title, sources }: Pick<BoardChart, 'title' | 'sources'>): ChartTitle {
  const [first] = sources
  // Earlier versions named a card after its first source only.
  const own = title !== '' && !(first && title === sourceName(first).slice(0, 200))
  return own ? { head: '', tail: title } : chartTitle(sources)
}

/** The title of a card as one text. */
export function cardName(card: Pick<BoardChart, 'title' | 'sources'>): string {
  const { head, tail } = cardTitle(card)
  return head + tail
}

/** Sources in the order of their topics, named below a head: that is their only topic, or a parent of all topics. */
function namesOf(sources: readonly SeriesSource[], head: string): string {
  const groups = new Map<string, string[]>()
  for (const { topic, path } of sources)
    groups.set(topic, [...(groups.get(topic) ?? []), path === '' ? '' : fieldName(path)])
  return [...groups]
    .map(([topic, fields]) => {
      const name = topic === head ? '' : head === '' ? topic : topic.slice(head.length + 1)
      const listed = fields.map((field) => (field === '' ? m.charts_payload() : field)).join(', ')
      if (name === '') return listed
      return fields.length === 1 && fields[0] === '' ? name : `${name}${head === '' ? ' · ' : ' '}${listed}`
    })
    .join(' + ')
}
