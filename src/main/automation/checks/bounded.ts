import { createContext, Script } from 'node:vm'

/** ms for one regular expression, JSONPath or schema: a hostile one would never end. */
const LIMIT = 1_000

const run = new Script('work()')

/** Returns what the work returns. Throws if it takes too long, even within one regular expression. */
export function bounded<T>(work: () => T): T {
  const context = createContext({ work })
  try {
    return run.runInContext(context, { timeout: LIMIT }) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new Error(`it took longer than ${LIMIT / 1_000} s`, { cause: error })
    throw error
  }
}
