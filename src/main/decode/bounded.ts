import { createContext, Script } from 'node:vm'

/** ms for one regular expression, JSONPath or schema: a hostile one would never end. */
const LIMIT = 1_000

/** The work took too long. */
export class TookLong extends Error {
  readonly seconds = LIMIT / 1_000
}

const run = new Script('work()')
const nothing = (): unknown => undefined
const context = createContext({ work: nothing })

/** Returns what the work returns. Throws TookLong if it takes longer than a second, even within one regular expression. */
export function bounded<T>(work: () => T): T {
  context['work'] = work
  try {
    return run.runInContext(context, { timeout: LIMIT }) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new TookLong(`it took longer than ${LIMIT / 1_000} s`, { cause: error })
    throw error
  } finally {
    // What it works on may be large.
    context['work'] = nothing
  }
}
