import type { TopicFilterSpec, TopicRow } from '../../../shared/contract/topics'
import { levelsOf, matchedLevels } from '../../../shared/topic'
import type { Span } from '../../ui'

/** Finds the parts of a row's name that an applied filter matches. */
export type FindMatches = (row: Pick<TopicRow, 'path' | 'name' | 'depth'>) => readonly Span[]

const NONE: readonly Span[] = []

/** Returns how the matches of an applied filter are found. Of a topic filter, these are the levels that it names. */
export function matchesOf(filter: TopicFilterSpec | null): FindMatches {
  if (!filter || filter.text === '' || filter.scope === 'values') return () => NONE
  switch (filter.mode) {
    case 'text':
      return ofText(filter)
    case 'regex':
      return ofRegex(filter)
    case 'wildcard':
      return ofTopicFilter(filter)
  }
}

function ofText({ text, matchCase }: TopicFilterSpec): FindMatches {
  const sought = matchCase ? text : text.toLowerCase()
  return ({ path, name }) => {
    // A match may begin in the level above.
    const part = path.slice(Math.max(0, path.length - name.length - sought.length + 1))
    const folded = matchCase ? part : part.toLowerCase()
    // Folding may change the length of a text, which would move the marks.
    if (folded.length !== part.length) return NONE
    const spans: Span[] = []
    for (let at = folded.indexOf(sought); at !== -1; at = folded.indexOf(sought, at + sought.length))
      push(spans, at - (part.length - name.length), sought.length, name)
    return spans
  }
}

/** Only the first match: the worker, which can stop an expression, looked for no more than that. */
function ofRegex({ text, matchCase }: TopicFilterSpec): FindMatches {
  const expression = new RegExp(text, matchCase ? 'u' : 'iu')
  return ({ path, name }) => {
    const found = expression.exec(path)
    const spans: Span[] = []
    if (found) push(spans, found.index - (path.length - name.length), found[0].length, name)
    return spans
  }
}

function ofTopicFilter({ text, matchCase }: TopicFilterSpec): FindMatches {
  const fold = (level: string): string => (matchCase ? level : level.toLowerCase())
  const named = matchedLevels(text).map((level) => (level === '+' || level === '#' ? null : fold(level)))
  return ({ name, depth }) => {
    const spans: Span[] = []
    let start = 0
    // A row of a list is named after its whole topic, and has the depth 0.
    for (const [index, level] of levelsOf(name).entries()) {
      if (level !== '' && named[depth + index] === fold(level)) spans.push([start, start + level.length])
      start += level.length + 1
    }
    return spans
  }
}

/** Adds the part of a match that is in the name. */
function push(spans: Span[], from: number, length: number, name: string): void {
  const to = Math.min(from + length, name.length)
  if (to > Math.max(from, 0)) spans.push([Math.max(from, 0), to])
}
