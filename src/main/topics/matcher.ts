import { createContext, Script } from 'node:vm'
import type { TopicFilterSpec } from '../../shared/contract/topics'
import { compileFilter } from '../../shared/topic'

/** How long a regular expression may take for the texts of one call, in ms. Messages wait meanwhile. */
const REGEX_BUDGET = 60
/** How often it is tried on a machine that is too busy to give this thread that time. */
const ATTEMPTS = 5

/** The regular expression takes too long, because of catastrophic backtracking. */
export class RegexTooSlow extends Error {}

/** Returns the indices of the matching texts. Throws RegexTooSlow. */
export type Matcher = (texts: readonly string[]) => number[]

/** Builds the matcher of a filter. Throws SyntaxError for an invalid regular expression. */
export function matcherOf({ text, mode, matchCase }: TopicFilterSpec): Matcher {
  switch (mode) {
    case 'regex':
      return regexMatcher(new RegExp(text, matchCase ? 'u' : 'iu'))
    case 'wildcard': {
      const matches = compileFilter(matchCase ? text : text.toLowerCase())
      return eachThat((each) => matches(matchCase ? each : each.toLowerCase()))
    }
    case 'text': {
      const needle = matchCase ? text : text.toLowerCase()
      return eachThat((each) => (matchCase ? each : each.toLowerCase()).includes(needle))
    }
  }
}

function eachThat(fits: (text: string) => boolean): Matcher {
  return (texts) => texts.flatMap((text, place) => (fits(text) ? [place] : []))
}

const run = new Script(
  'found = []; for (let i = 0; i < texts.length; i++) if (expression.test(texts[i])) found.push(i)'
)

/** Runs the expression in a script, because a running regular expression can only be stopped by a script timeout. */
function regexMatcher(expression: RegExp): Matcher {
  const sandbox: { expression: RegExp; texts: readonly string[]; found: number[] } = {
    expression,
    texts: [],
    found: []
  }
  const context = createContext(sandbox)
  /** Runs it. Returns false if its time was over before it had the CPU for half of it. Throws RegexTooSlow. */
  const ran = (): boolean => {
    const before = process.threadCpuUsage()
    try {
      run.runInContext(context, { timeout: REGEX_BUDGET })
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
      const { user, system } = process.threadCpuUsage(before)
      if ((user + system) / 1_000 > REGEX_BUDGET / 2) throw new RegexTooSlow()
      return false
    }
  }
  return (texts) => {
    sandbox.texts = texts
    for (let attempt = 1; !ran(); attempt++) if (attempt === ATTEMPTS) throw new RegexTooSlow()
    sandbox.texts = []
    // Convert the other context's array to one of this context.
    return Array.from(sandbox.found)
  }
}
