import type { RefusedAttempt } from '../../../../shared/contract/access'
import { m } from '../../../paraglide/messages'
import { ruleSentence } from './rule-words'

export function attemptWord(action: RefusedAttempt['action']): string {
  return { connect: m.access_connect, publish: m.access_publish, subscribe: m.access_subscribe }[action]()
}

/** What a client tried, in one sentence. */
export function attemptSentence({ user, clientId, action, topic }: RefusedAttempt): string {
  const words = { who: user === null ? clientId : m.access_attempt_user({ user, clientId }), topic }
  return action === 'publish' ? m.access_attempt_publish(words) : m.access_attempt_subscribe(words)
}

/** Why it was refused. */
export function causeSentence({ fault, rule }: RefusedAttempt): string {
  switch (fault) {
    case 'ANONYMOUS':
      return m.access_cause_anonymous()
    case 'UNKNOWN_USER':
      return m.access_cause_unknown_user()
    case 'WRONG_PASSWORD':
      return m.access_cause_wrong_password()
    case null:
      return rule === null ? m.access_cause_default() : m.access_cause_rule({ rule: ruleSentence(rule) })
  }
}
