import type { TopicRow } from '../../shared/contract/topics'
import { previewOf } from '../decode/preview'
import { rateOf } from './rate'
import type { LastMessage, TopicEntry } from '../history/topics'
import type { PlacedRow } from './rows'

/** Gives a topic's newest message, or null. It is asked for rows in sight only. */
export type ReadLast = (entry: TopicEntry) => LastMessage | null

/** The row as it is to be shown; the very object sent before when nothing about it changed. */
export function rowOf(
  { node, depth, open, position, siblings }: PlacedRow,
  tick: number,
  readLast: ReadLast,
  before?: TopicRow
): TopicRow {
  const { entry, messages, topics } = node
  const rate = rateOf(node, tick)
  const same =
    before !== undefined &&
    before.messages === messages &&
    before.rate === rate &&
    before.topics === topics &&
    before.expanded === open &&
    before.position === position + 1 &&
    before.siblings === siblings &&
    before.depth === depth &&
    before.retained === (entry?.retained ?? false) &&
    (before.last?.id ?? 0) === (entry?.lastId ?? 0) &&
    before.branch === (node.children !== null) &&
    before.path === node.path
  if (same) return before
  const last = entry ? readLast(entry) : null
  return {
    path: node.path,
    name: node.name,
    depth,
    branch: node.children !== null,
    expanded: open,
    position: position + 1,
    siblings,
    topics,
    messages,
    rate,
    last: last && {
      id: entry?.lastId ?? 0,
      receivedAt: last.receivedAt,
      qos: last.qos,
      size: last.size,
      ...previewOf(last.start, last.size)
    },
    retained: entry?.retained ?? false
  }
}
