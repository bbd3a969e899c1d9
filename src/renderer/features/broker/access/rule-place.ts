import type { AccessRule } from '../../../../shared/contract/access'

/** Where a rule is now that another window may have changed the list; -1: it is gone. */
export function placeOf(rule: AccessRule, rules: readonly AccessRule[], before: number): number {
  const text = JSON.stringify(rule)
  if (JSON.stringify(rules[before]) === text) return before
  return rules.findIndex((each) => JSON.stringify(each) === text)
}

/** The rules with one moved to another place. */
export function moved(rules: readonly AccessRule[], from: number, to: number): AccessRule[] {
  const rule = rules[from]
  return rule ? rules.toSpliced(from, 1).toSpliced(to, 0, rule) : [...rules]
}
