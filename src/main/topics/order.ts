import type { TopicSort } from '../../shared/contract/topics'
import { compareNatural } from '../../shared/natural-order'
import type { TopicNode } from './node'
import { rateOf, tickAt } from './rate'

export type NodeOrder = (a: TopicNode, b: TopicNode) => number

/** Returns the order of siblings. Ties are broken by name, so that every order is total. */
export function orderOf(sort: TopicSort): NodeOrder {
  const direction = sort.descending ? -1 : 1
  switch (sort.by) {
    case 'name':
      return (a, b) => direction * byName(a, b)
    case 'topics':
      return (a, b) => direction * (a.topics - b.topics) || byName(a, b)
    case 'rate':
      return (a, b) => direction * byRate(a, b) || byName(a, b)
    case 'messages':
      return (a, b) => direction * (a.messages - b.messages) || byName(a, b)
    case 'changed':
      return (a, b) => direction * (a.lastId - b.lastId) || byName(a, b)
  }
}

/** Order of the rates as they are now. */
export function byRate(a: TopicNode, b: TopicNode): number {
  const tick = tickAt(Date.now())
  return rateOf(a, tick) - rateOf(b, tick)
}

/** Natural order of names; `$SYS` and other `$` topics last. */
function byName(a: TopicNode, b: TopicNode): number {
  const system = Number(a.name.startsWith('$')) - Number(b.name.startsWith('$'))
  return (a.parent?.parent ? 0 : system) || compareNatural(a.name, b.name)
}
