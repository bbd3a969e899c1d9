import type { TopicFilterSpec } from '../../../shared/contract/topics'

/** A filter after a change. A topic filter applies to names only. */
export function changedFilter(before: TopicFilterSpec, change: Partial<TopicFilterSpec>): TopicFilterSpec {
  const filter = { ...before, ...change }
  return filter.mode === 'wildcard' ? { ...filter, scope: 'names' } : filter
}

export function isSameFilter(a: TopicFilterSpec | null, b: TopicFilterSpec | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
