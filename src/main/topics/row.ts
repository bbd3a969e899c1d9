import type { TopicRow } from '../../shared/contract/topics'
import type { Preview } from '../decode/preview'
import { rateOf } from './rate'
import type { LastMessage, TopicEntry } from '../history/topics'
import type { PlacedRow } from './rows'
import { TopicNode } from './node'
import { type TopicTree } from './tree'

/** A topic's newest message, with its payload as one line. */
export interface ShownLast extends LastMessage {
  line: Preview
}

/** Gives a topic's newest message, or null. It is asked for rows in sight only. */
export type ReadLast = (entry: TopicEntry) => ShownLast | null

/** A node's row as it was sent. */
export interface SentRow {
  node: TopicNode
  row: TopicRow
}

/** What rows are made with. */
export interface RowMaking {
  tick: number
  readLast: ReadLast
  /** In a list: the whole topic is a row's name, and what is below it is not its own. */
  flat: boolean
}

/** Rows as they are to be shown; the very objects sent before where nothing changed. */
export function rowsOf(
  placed: readonly PlacedRow[],
  making: RowMaking,
  before: readonly SentRow[]
): SentRow[] {
  const paths = new Map<TopicNode, string>()
  return placed.map((each, index) => {
    const { node } = each
    const sent = before[index]?.node === node ? before[index] : undefined
    // Below a row that was just met, a path takes one more level; from the root it would take each of them.
    const above = node.parent && paths.get(node.parent)
    const path =
      sent?.row.path ?? (above === undefined || above === null ? node.path : `${above}/${node.name}`)
    paths.set(node, path)
    return { node, row: rowOf(each, path, making, sent?.row) }
  })
}

/** The row as it is to be shown; the very object sent before when nothing about it changed. */
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

/** The rows of pinned topics, in their order; the very objects sent before where nothing changed. */
export function pinnedRows(
  tree: TopicTree,
  pinned: readonly string[],
  making: RowMaking,
  before: readonly TopicRow[]
): TopicRow[] {
  const known = new Map(before.map((row) => [row.path, row]))
  return pinned.map((path) => {
    // A topic that never had a message has no node: what is shown of it is its name.
    const node = tree.find(path) ?? new TopicNode(path, null)
    const placed = { node, depth: 0, open: false, position: 0, siblings: 0 }
    return rowOf(placed, path, { ...making, flat: true }, known.get(path))
  })
}
