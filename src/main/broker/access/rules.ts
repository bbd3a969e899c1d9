import type {
  AccessAction,
  AccessDecision,
  AccessRule,
  AccessSettings,
  AccessSubject
} from '../../../shared/contract/access'
import { levelsOf, matchedLevels } from '../../../shared/topic'

/** A rule's filter for one client. */
type Pattern = ({ any: 'one' | 'rest' } | { name: string })[]

interface Applied {
  /** The place in the list of all rules. */
  index: number
  allows: boolean
  publish: boolean
  subscribe: boolean
  pattern: Pattern
}

/**
 * The rules that apply to one client: those for everybody, its user name and its client id, in their order. The first that matches decides;
 * if none does, the fallback.
 */
export class ClientRules {
  private readonly applied: Applied[]
  private readonly fallback: boolean

  constructor({ rules, fallback }: Pick<AccessSettings, 'rules' | 'fallback'>, subject: AccessSubject) {
    this.fallback = fallback === 'allow'
    this.applied = rules.flatMap((rule, index) => {
      const pattern = concerns(rule, subject) ? patternOf(rule.filter, subject) : null
      if (pattern === null) return []
      const { action, effect } = rule
      return {
        index,
        allows: effect === 'allow',
        publish: action !== 'subscribe',
        subscribe: action !== 'publish',
        pattern
      }
    })
  }

  /** Whether the client may publish to a topic, or receive what is published to it. */
  decide(action: AccessAction, topic: string): AccessDecision {
    const levels = levelsOf(topic)
    for (const rule of this.applied)
      if (rule[action] && matches(rule.pattern, levels))
        return { allowed: rule.allows, rule: rule.index, except: [] }
    return { allowed: this.fallback, rule: null, except: [] }
  }

  /**
   * Whether the client may subscribe to a filter; of `$share/group/filter`, the filter counts. The first rule that matches everything that
   * the filter does decides, so an allowed `a/+` does not allow `a/#`. A rule that denies only a part of it leaves the subscription as it is,
   * and is one of `except`: what it denies is not delivered. So each message has to be checked with `decide` as well.
   */
  decideSubscribe(filter: string): AccessDecision {
    const levels = matchedLevels(filter)
    const except: number[] = []
    for (const { index, allows, subscribe, pattern } of this.applied) {
      if (!subscribe) continue
      if (covers(pattern, levels)) return { allowed: allows, rule: index, except: allows ? except : [] }
      if (!allows && overlaps(pattern, levels)) except.push(index)
    }
    return { allowed: this.fallback, rule: null, except: this.fallback ? except : [] }
  }
}

/** Whether two rules can match the same topic for the same client and action. */
export function canMeet(a: AccessRule, b: AccessRule): boolean {
  const sameAction = a.action === 'both' || b.action === 'both' || a.action === b.action
  const sameUser = a.user === null || b.user === null || a.user === b.user
  const sameClient = a.clientId === null || b.clientId === null || a.clientId === b.clientId
  // Placeholders can stand for any name.
  const open = (filter: string): string[] =>
    levelsOf(filter).map((level) => (/%[uc]/.test(level) ? '+' : level))
  return sameAction && sameUser && sameClient && overlaps(literal(open(a.filter)), open(b.filter))
}

function concerns({ user, clientId }: AccessRule, subject: AccessSubject): boolean {
  return (
    (user === null || user === (subject.user ?? '')) && (clientId === null || clientId === subject.clientId)
  )
}

/** null: it can match nothing, because the client has no user name, or a name that is no level of a topic. */
function patternOf(filter: string, { user, clientId }: AccessSubject): Pattern | null {
  const isUnfit = (name: string | null): boolean => name === null || /[+#/]/.test(name)
  if ((filter.includes('%u') && isUnfit(user)) || (filter.includes('%c') && isUnfit(clientId))) return null
  const named = (level: string): string =>
    level.replace(/%[uc]/g, (found) => (found === '%u' ? user! : clientId))
  const pattern = levelsOf(filter).map((level) => wildcard(level) ?? { name: named(level) })
  // No client gets at `$SYS` by its name.
  const [first] = pattern
  return first && 'name' in first && first.name.startsWith('$') && !filter.startsWith('$') ? null : pattern
}

function literal(levels: string[]): Pattern {
  return levels.map((level) => wildcard(level) ?? { name: level })
}

function wildcard(level: string): { any: 'one' | 'rest' } | null {
  if (level === '+') return { any: 'one' }
  return level === '#' ? { any: 'rest' } : null
}

/** A wildcard at the beginning does not match topics that begin with $ [MQTT-4.7.2-1]. */
function skips(first: Pattern[number] | undefined, level: string | undefined): boolean {
  return first !== undefined && 'any' in first && level !== undefined && level.startsWith('$')
}

function matches(pattern: Pattern, topic: string[]): boolean {
  if (skips(pattern[0], topic[0])) return false
  for (const [i, each] of pattern.entries()) {
    if ('any' in each && each.any === 'rest') return true
    if (i >= topic.length || ('name' in each && each.name !== topic[i])) return false
  }
  return pattern.length === topic.length
}

/** Whether every topic that matches the filter matches the pattern. */
function covers(pattern: Pattern, filter: string[]): boolean {
  if (skips(pattern[0], filter[0])) return false
  for (const [i, each] of pattern.entries()) {
    const level = filter[i]
    if ('any' in each && each.any === 'rest') return true
    if (level === undefined || level === '#') return false
    if ('name' in each && (level === '+' || each.name !== level)) return false
  }
  return pattern.length === filter.length
}

/** Whether some topic matches both. */
function overlaps(pattern: Pattern, filter: string[]): boolean {
  const first = pattern[0]
  if (skips(first, filter[0])) return false
  if (first && 'name' in first && first.name.startsWith('$') && /^[+#]$/.test(filter[0]!)) return false
  for (let i = 0; ; i++) {
    const [each, level] = [pattern[i], filter[i]]
    // `a/#` also matches `a` (4.7.1.2).
    if (level === '#') return i <= pattern.length
    if (each && 'any' in each && each.any === 'rest') return i <= filter.length
    if (each === undefined || level === undefined) return each === undefined && level === undefined
    if ('name' in each && level !== '+' && each.name !== level) return false
  }
}
