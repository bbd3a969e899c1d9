import type { TopicSort } from '../../shared/contract/topics'
import type { TopicNode } from './node'

export type NodeOrder = (a: TopicNode, b: TopicNode) => number

/** How siblings are ordered. Ties fall back on the name, so that every order is total. */
export function orderOf(sort: TopicSort): NodeOrder {
  const direction = sort.descending ? -1 : 1
  switch (sort.by) {
    case 'name':
      return (a, b) => direction * byName(a, b)
    case 'messages':
      return (a, b) => direction * (a.messages - b.messages) || byName(a, b)
    case 'changed':
      return (a, b) => direction * (a.lastId - b.lastId) || byName(a, b)
  }
}

/** Names in the order a person expects; `$SYS` and its like after the rest. */
function byName(a: TopicNode, b: TopicNode): number {
  const system = Number(a.name.startsWith('$')) - Number(b.name.startsWith('$'))
  return (a.parent?.parent ? 0 : system) || compareNatural(a.name, b.name)
}

/** Compares runs of digits by their number (`line2` before `line10`) and the rest by code unit. Zero only for equal texts. */
export function compareNatural(a: string, b: string): number {
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(j)
    if (isDigit(x) && isDigit(y)) {
      const endA = digitsEnd(a, i)
      const endB = digitsEnd(b, j)
      const startA = skipZeros(a, i, endA)
      const startB = skipZeros(b, j, endB)
      const byLength = endA - startA - (endB - startB)
      if (byLength !== 0) return byLength
      for (let k = 0; k < endA - startA; k++) {
        const difference = a.charCodeAt(startA + k) - b.charCodeAt(startB + k)
        if (difference !== 0) return difference
      }
      i = endA
      j = endB
    } else {
      if (x !== y) return x - y
      i++
      j++
    }
  }
  return a.length - i - (b.length - j) || (a < b ? -1 : a > b ? 1 : 0)
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function digitsEnd(text: string, from: number): number {
  let end = from
  while (end < text.length && isDigit(text.charCodeAt(end))) end++
  return end
}

function skipZeros(text: string, from: number, end: number): number {
  let start = from
  while (start < end - 1 && text.charCodeAt(start) === 48) start++
  return start
}
