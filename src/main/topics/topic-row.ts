import type { TopicRow } from '../../shared/contract/topics'
import type { Preview } from '../decode/preview'
import { rateOf } from './rate'
import type { LastMessage, TopicEntry } from '../history/topics'
import type { PlacedRow } from './visible-rows'
import { TopicNode } from './node'
import { type TopicTree } from './tree'

/** A topic's newest message, with its payload rendered as one line. */
export interface ShownLast extends LastMessage {
  line: Preview
}

/** Returns a topic's newest message, or null. Only called for visible rows. */
export type ReadLast = (entry: TopicEntry) => ShownLast | null

/** A node's row as it was sent. */
export interface SentRow {
  node: TopicNode
  row: TopicRow
}

/** Context for building rows. */
export interface RowMaking {
  tick: number
  readLast: ReadLast
  /** In a list: a row's name is the whole topic, and its counts exclude the topics below it. */
  flat: boolean
}

/** Builds the rows to show; unchanged rows are the same objects as before. */
export function rowsOf(
  placed: readonly PlacedRow[],
  making: RowMaking,
  before: readonly SentRow[]
): SentRow[] {
  const paths = new Map<TopicNode, string>()
  return placed.map((each, index) => {
    const { node } = each
    const sent = before[index]?.node === node ? before[index] : undefined
    // If the parent's row has just been built, append one level to its path instead of building the path from the root.
    const above = node.parent && paths.get(node.parent)
    const path =
      sent?.row.path ?? (above === undefined || above === null ? node.path : `${above}/${node.name}`)
    paths.set(node, path)
    return { node, row: rowOf(each, path, making, sent?.row) }
  })
}

/** Builds the row to show; an unchanged row is the same object as before. */
export function rowOf(
  { node, depth, open, position, siblings }: PlacedRow,
  path: string,
  { tick, readLast, flat }: RowMaking,
  before?: TopicRow
): TopicRow {
  const { entry, topics } = node
  const messages = flat ? (entry?.messages ?? 0) : node.messages
  const branch = node.children !== null && !flat
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
    (before.retainedAt ?? 0) === (entry?.retainedAt ?? 0) &&
    (before.last?.id ?? 0) === (entry?.lastId ?? 0) &&
    before.branch === branch &&
    before.path === path
  if (same) return before
  const last = entry ? readLast(entry) : null
  return {
    path,
    name: flat ? path : node.name,
    depth,
    branch,
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
      ...last.line
    },
    retainedAt: entry && entry.retainedAt > 0 ? entry.retainedAt : null
  }
}

/** Builds the rows of pinned topics, in their order; unchanged rows are the same objects as before. */
export function pinnedRows(
  tree: TopicTree,
  pinned: readonly string[],
  making: RowMaking,
  before: readonly TopicRow[]
): TopicRow[] {
  const known = new Map(before.map((row) => [row.path, row]))
  return pinned.map((path) => {
    // A topic without messages has no node, so only its name is shown.
    const node = tree.find(path) ?? new TopicNode(path, null)
    const placed = { node, depth: 0, open: false, position: 0, siblings: 0 }
    return rowOf(placed, path, { ...making, flat: true }, known.get(path))
  })
}
