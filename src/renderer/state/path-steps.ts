import { levelsOf } from '../../shared/topic'

/** Levels that a path may have to be shown whole; of a longer one, the first and the last so many. */
const WHOLE = 60
const FIRST = 20
const LAST = 30

/** A level on the way to a topic. */
export interface PathStep {
  level: string
  /** Its place, 0 for the first level. */
  depth: number
  /** How many levels are left out before it. */
  leftOut: number
}

/** The levels of a path that are shown: a topic may have 65,536 of them. */
export function pathSteps(path: string): PathStep[] {
  const levels = levelsOf(path)
  const steps = levels.map((level, depth) => ({ level, depth, leftOut: 0 }))
  if (levels.length <= WHOLE) return steps
  const [next, ...last] = steps.slice(-LAST)
  return [...steps.slice(0, FIRST), { ...next!, leftOut: levels.length - FIRST - LAST }, ...last]
}

/** The path down to a level. */
export function pathTo(path: string, depth: number): string {
  return levelsOf(path)
    .slice(0, depth + 1)
    .join('/')
}
