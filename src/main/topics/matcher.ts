import { createContext, Script } from 'node:vm'
import type { TopicFilterSpec } from '../../shared/contract/topics'
import { compileFilter } from '../../shared/topic'

/** How long a regular expression may take for the texts that it is given at once, in ms: messages wait meanwhile. */
const REGEX_BUDGET = 60

/** A regular expression that takes too long: it tries ways upon ways to fit (catastrophic backtracking). */
export class RegexTooSlow extends Error {}

/** Which of some texts fit, by their places. Throws RegexTooSlow. */
export type Matcher = (texts: readonly string[]) => number[]

/** What a filter seeks, as a test of texts. Throws SyntaxError for what is no regular expression. */
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

/** A regular expression cannot be stopped from within; a script that runs it can. */
function regexMatcher(expression: RegExp): Matcher {
  const sandbox: { expression: RegExp; texts: readonly string[]; found: number[] } = {
    expression,
    texts: [],
    found: []
  }
  const context = createContext(sandbox)
  return (texts) => {
    sandbox.texts = texts
    try {
      run.runInContext(context, { timeout: REGEX_BUDGET })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new RegexTooSlow()
      throw error
    }
    sandbox.texts = []
    // An array of the other context is made one of this.
    return Array.from(sandbox.found)
  }
}
