import type { TopicRow } from '../../shared/contract/topics'
import { previewOf } from '../decode/preview'
import { rateOf } from './rate'
import type { PlacedRow } from './rows'

/** The row as it is to be shown; the very object sent before when nothing about it changed. */
export function rowOf(
  { node, depth, open, position, siblings }: PlacedRow,
  tick: number,
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
    (before.last?.id ?? null) === (entry?.last?.id ?? null) &&
    before.branch === (node.children !== null) &&
    before.path === node.path
  if (same) return before
  const last = entry?.last ?? null
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
      id: last.id,
      receivedAt: last.receivedAt,
      qos: last.qos,
      size: last.size,
      ...previewOf(Buffer.from(last.preview, 'latin1'), last.size)
    },
    retained: entry?.retained ?? false
  }
}
