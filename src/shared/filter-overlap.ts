import { levelsOf } from './topic'

/** Whether there is a topic that both filters match [MQTT-4.7.1]. A wildcard at the beginning does not match `$` [MQTT-4.7.2-1]. */
export function filtersOverlap(one: string, other: string): boolean {
  const [a, b] = [levelsOf(one), levelsOf(other)]
  if ((isWildcard(a[0]) && b[0]?.startsWith('$')) || (isWildcard(b[0]) && a[0]?.startsWith('$'))) return false
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    // `a/#` matches `a`, too.
    if (a[i] === '#' || b[i] === '#') return true
    if (i >= a.length || i >= b.length) return false
    if (a[i] !== b[i] && a[i] !== '+' && b[i] !== '+') return false
  }
  return true
}

function isWildcard(level: string | undefined): boolean {
  return level === '#' || level === '+'
}
