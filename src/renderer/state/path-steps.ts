import { levelsOf } from '../../shared/topic'

/** Maximum number of levels shown in full. Of a longer path, only the first and last levels are shown. */
const WHOLE = 60
const FIRST = 20
const LAST = 30

/** A level on the path to a topic. */
export interface PathStep {
  level: string
  /** Depth of the level, from 0. */
  depth: number
  /** Number of levels left out before this one. */
  leftOut: number
}

/** The levels of a path to show, at most `most`, without some in the middle if there are more. A topic may have 65,536 levels. */
export function pathSteps(path: string, most = WHOLE): PathStep[] {
  const levels = levelsOf(path)
  const steps = levels.map((level, depth) => ({ level, depth, leftOut: 0 }))
  if (levels.length <= most) return steps
  const first = most < WHOLE ? Math.floor(most / 2) : FIRST
  const [next, ...last] = steps.slice(most < WHOLE ? first - most : -LAST)
  return [...steps.slice(0, first), { ...next!, leftOut: next!.depth - first }, ...last]
}

/** The path of the branch that a path is in; null at the top. */
export function parentOf(path: string): string | null {
  const cut = path.lastIndexOf('/')
  return cut < 0 ? null : path.slice(0, cut)
}

/** The path down to the level at a depth. */
export function pathTo(path: string, depth: number): string {
  return levelsOf(path)
    .slice(0, depth + 1)
    .join('/')
}
