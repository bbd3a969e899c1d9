import type {
  AccessAction,
  AccessDecision,
  AccessRule,
  AccessSettings,
  AccessSubject,
  Access
} from '../../../../shared/contract/access'
import { m } from '../../../paraglide/messages'
import { count } from '../../../state/format'

export function effectWord(effect: AccessRule['effect']): string {
  return effect === 'allow' ? m.access_allow() : m.access_deny()
}

export function actionWord(action: AccessRule['action']): string {
  return { publish: m.access_publish, subscribe: m.access_subscribe, both: m.access_both }[action]()
}

/** The user that a rule is for, or that a client has. `null` of a rule means everybody, of a client nobody. */
export function ruleUserWord(user: string | null): string {
  if (user === null) return m.access_everybody()
  return user === '' ? m.access_nameless() : user
}

/** A rule in one sentence. */
export function ruleSentence({ effect, action, user, clientId, filter }: AccessRule): string {
  const who = whoWords(user, clientId)
  const words = { who, filter }
  if (effect === 'allow') {
    if (action === 'publish') return m.access_rule_allow_publish(words)
    return action === 'subscribe' ? m.access_rule_allow_subscribe(words) : m.access_rule_allow_both(words)
  }
  if (action === 'publish') return m.access_rule_deny_publish(words)
  return action === 'subscribe' ? m.access_rule_deny_subscribe(words) : m.access_rule_deny_both(words)
}

function whoWords(user: string | null, clientId: string | null): string {
  if (user === null) return clientId === null ? m.access_who_everybody() : m.access_who_client({ clientId })
  if (user === '')
    return clientId === null ? m.access_who_nameless() : m.access_who_nameless_client({ clientId })
  return clientId === null ? m.access_who_user({ user }) : m.access_who_user_client({ user, clientId })
}

/** The answer to "May X do this?", and which rule decided. */
export function decisionSentence(
  action: AccessAction,
  { allowed, rule, except }: AccessDecision,
  fallback: AccessSettings['fallback']
): string {
  const number = rule === null ? '' : count(rule + 1)
  if (rule === null)
    return fallback === 'allow' ? m.access_answer_default_allows() : m.access_answer_default_denies()
  if (!allowed) return m.access_answer_rule_denies({ number })
  return action === 'subscribe' && except.length > 0
    ? m.access_answer_rule_allows_partly({ number })
    : m.access_answer_rule_allows({ number })
}

/** Why a client cannot connect at all, whatever the rules say; null: nothing is known against it. */
export function admissionSentence(
  { anonymous, users, rules }: Access,
  { user }: AccessSubject
): string | null {
  if (user === null) return anonymous ? null : m.access_answer_anonymous_off()
  const checksNames =
    !anonymous || users.length > 0 || rules.some((rule) => Boolean(rule.user) || rule.filter.includes('%u'))
  return checksNames && !users.some(({ name }) => name === user)
    ? m.access_answer_unknown_user({ user })
    : null
}
