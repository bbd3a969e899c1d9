import type { RefusedAttempt } from '../../../../shared/contract/access'
import { m } from '../../../paraglide/messages'
import { ruleSentence } from './rule-words'

/** What a client tried: `ada (esp32): publish to plant/x`. */
export function attemptSentence({ user, clientId, action, topic }: RefusedAttempt): string {
  const who =
    user === null ? m.access_attempt_nameless({ clientId }) : m.access_attempt_user({ user, clientId })
  if (action === 'connect') return m.access_attempt_connect({ who })
  return action === 'publish'
    ? m.access_attempt_publish({ who, topic })
    : m.access_attempt_subscribe({ who, topic })
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
