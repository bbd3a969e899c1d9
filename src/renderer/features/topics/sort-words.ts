import type { TopicSort } from '../../../shared/contract/topics'
import { m } from '../../paraglide/messages'

export const sortKeys = ['name', 'topics', 'messages', 'rate', 'changed'] as const satisfies TopicSort['by'][]

export function sortName(by: TopicSort['by']): string {
  return {
    name: m.topics_sort_name,
    topics: m.topics_sort_topics,
    messages: m.topics_sort_messages,
    rate: m.topics_sort_rate,
    changed: m.topics_sort_changed
  }[by]()
}

/** Whether an order begins with the largest: all but names. */
export function startsDescending(by: TopicSort['by']): boolean {
  return by !== 'name'
}
