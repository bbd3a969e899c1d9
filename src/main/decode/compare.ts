import type { Comparison, JsonChange } from '../../shared/contract/compare'
import type { PayloadBody } from '../../shared/contract/decode'
import { inOrderOf, pointerTo, readJson, sameJson, writeJson, type JsonNode } from './json-tree'

/** Changes listed at most; all are counted. */
const MAX_CHANGES = 500
/** Characters listed of a changed value at most. */
const MAX_VALUE = 200
/** Longer texts, in characters, are not shown side by side. */
const MAX_TEXT = 1_000_000
/** Bytes shown side by side at most, starting shortly before the first difference. */
const MAX_BYTES = 32_768
const BYTES_BEFORE = 128
const PER_ROW = 16

type Compared = Pick<Comparison, 'kind' | 'left' | 'right' | 'changes' | 'counts' | 'lines'>

/**
 * Lists what changed from one payload (`before`) to another (`after`), both as displayed (`readable`). JSON is compared by value: the order
 * of members does not matter. Returns texts to show side by side: JSON in the order of the later payload, bytes as lines of hex.
 */
export function compare(
  before: Uint8Array,
  after: Uint8Array,
  readable: (payload: Uint8Array) => PayloadBody
): Compared {
  if (Buffer.compare(before, after) === 0) return { ...nothing, kind: 'same' }
  const [left, right] = [readable(before), readable(after)]
  if (left.format === 'json' && right.format === 'json') return compareJson(left.text, right.text)
  const [leftText, rightText] = [textIn(left), textIn(right)]
  if (leftText !== null && rightText !== null)
    return { ...nothing, kind: 'text', ...sideBySide(leftText, rightText) }
  return { ...nothing, kind: 'bytes', ...compareBytes(before, after) }
}

/** Decoded text; null if there are only bytes, or if the decoded text was cut. */
function textIn(body: PayloadBody): string | null {
  return 'text' in body && !('cut' in body && body.cut) ? body.text : null
}

const nothing: Omit<Compared, 'kind'> = {
  left: null,
  right: null,
  changes: [],
  counts: { changed: 0, added: 0, removed: 0 },
  lines: []
}

function compareJson(left: string, right: string): Compared {
  const [before, after] = [readJson(left), readJson(right)]
  const changes: JsonChange[] = []
  const counts = { changed: 0, added: 0, removed: 0 }
  const lines: number[] = []
  const note = (kind: JsonChange['kind'], path: string, was: JsonNode | null, is: JsonNode | null): void => {
    counts[kind]++
    if (is) lines.push(is.line)
    if (changes.length < MAX_CHANGES) changes.push({ kind, path, before: listed(was), after: listed(is) })
  }
  walk(before, after, '', note)
  const kind = changes.length === 0 ? 'same' : 'json'
  // The later payload keeps its order, as in the value view. The earlier one takes that order, so that a member that only moved
  // is not shown as a change.
  const ordered = writeJson(inOrderOf(before, after), true)
  return { kind, changes, counts, lines, ...sideBySide(ordered, writeJson(after, true)) }
}

function walk(
  before: JsonNode,
  after: JsonNode,
  path: string,
  note: (kind: JsonChange['kind'], path: string, was: JsonNode | null, is: JsonNode | null) => void
): void {
  if (before.kind === 'object' && after.kind === 'object') {
    for (const [name, value] of after.members) {
      const was = before.members.get(name)
      if (was) walk(was, value, pointerTo(path, name), note)
      else note('added', pointerTo(path, name), null, value)
    }
    for (const [name, value] of before.members)
      if (!after.members.has(name)) note('removed', pointerTo(path, name), value, null)
  } else if (before.kind === 'array' && after.kind === 'array') {
    const longest = Math.max(before.items.length, after.items.length)
    for (let index = 0; index < longest; index++) {
      const [was, is] = [before.items[index], after.items[index]]
      const here = pointerTo(path, index)
      if (was && is) walk(was, is, here, note)
      else if (is) note('added', here, null, is)
      else if (was) note('removed', here, was, null)
    }
  } else if (!sameJson(before, after)) note('changed', path, before, after)
}

function listed(node: JsonNode | null): string | null {
  if (!node) return null
  const text = writeJson(node, false)
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text
}

function sideBySide(left: string, right: string): Pick<Compared, 'left' | 'right'> {
  return left.length > MAX_TEXT || right.length > MAX_TEXT ? { left: null, right: null } : { left, right }
}

function compareBytes(before: Uint8Array, after: Uint8Array): Pick<Compared, 'left' | 'right'> {
  let first = 0
  while (before[first] === after[first]) first++
  const start = Math.max(0, first - BYTES_BEFORE)
  const from = start - (start % PER_ROW)
  return { left: hexLines(before, from), right: hexLines(after, from) }
}

function hexLines(bytes: Uint8Array, from: number): string {
  const lines: string[] = []
  for (let at = from; at < Math.min(bytes.length, from + MAX_BYTES); at += PER_ROW) {
    const row = bytes.subarray(at, at + PER_ROW)
    const pairs = Array.from(row, (byte) => byte.toString(16).padStart(2, '0'))
    lines.push(`${at.toString(16).padStart(8, '0')}  ${pairs.join(' ')}`)
  }
  return lines.join('\n')
}
