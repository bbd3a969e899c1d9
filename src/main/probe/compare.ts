import {
  ProbeItemId,
  type ProbeDifference,
  type ProbeItem,
  type ProbeSheet
} from '../../shared/contract/probe'

/** The items in which two sheets differ, in the order of a sheet. Times always differ, so they do not count. */
export function differences(before: ProbeSheet, after: ProbeSheet): ProbeDifference[] {
  const of = ({ items }: ProbeSheet, id: ProbeItemId): ProbeItem | null =>
    items.find((item) => item.id === id) ?? null
  return ProbeItemId.options
    .map((id) => ({ id, before: of(before, id), after: of(after, id) }))
    .filter((pair) => resultOf(pair.before) !== resultOf(pair.after))
}

function resultOf(item: ProbeItem | null): string {
  if (item === null) return ''
  const { verdict, finding, value, asked, answer } = item
  return JSON.stringify([verdict, finding, value, asked, answer?.packet, answer?.code])
}
