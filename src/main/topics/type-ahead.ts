import type { TopicNode } from './node'
import type { VisibleRows } from './visible-rows'

/** Number of rows read at once. */
const CHUNK = 1_000

/** Returns the next row after `from`, wrapping around, whose name as it is shown starts with the text, ignoring case. */
export function nextNamed(
  rows: VisibleRows,
  text: string,
  from: number,
  shown: (node: TopicNode) => string
): { index: number; path: string } | null {
  const needle = text.toLowerCase()
  const { total } = rows
  for (let passed = 0; passed < total; passed += CHUNK) {
    const start = (from + 1 + passed) % total
    const count = Math.min(CHUNK, total - passed)
    const ahead = rows.slice(start, count)
    if (ahead.length < count) ahead.push(...rows.slice(0, count - ahead.length))
    const hit = ahead.findIndex(({ node }) => shown(node).toLowerCase().startsWith(needle))
    if (hit >= 0) return { index: (start + hit) % total, path: ahead[hit]!.node.path }
  }
  return null
}
