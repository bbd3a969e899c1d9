import type { AccessRule, ExportNote, UnreadLine } from '../../../../shared/contract/access'
import { m } from '../../../paraglide/messages'
import { count } from '../../../state/format'
import { ruleSentence } from './rule-words'

/** Why a line of an imported file could not be taken over. */
export function unreadSentence({ fault }: UnreadLine): string {
  switch (fault) {
    case 'MALFORMED':
      return m.access_unread_malformed()
    case 'HASH_UNKNOWN':
      return m.access_unread_hash()
    case 'FILTER':
      return m.access_unread_filter()
    case 'LITERAL_PLACEHOLDER':
      return m.access_unread_literal()
    case 'COMMENT_ALONE':
      return m.access_unread_comment()
  }
}

const notes: Record<ExportNote['fault'], () => string> = {
  CLIENT_ID: m.access_note_client_id,
  ORDER_ALLOW: m.access_note_order_allow,
  ORDER_DENY: m.access_note_order_deny,
  DENIES_BOTH: m.access_note_denies_both,
  NAME: m.access_note_name,
  FILTER: m.access_note_filter,
  ANONYMOUS_RULE: m.access_note_anonymous_rule,
  ANONYMOUS_WITH_USERS: m.access_note_anonymous_with_users,
  PASSWORD: m.access_note_password,
  NOT_AT_DELIVERY: m.access_note_not_at_delivery
}

/** What a server's files cannot say, and of which rule or user. */
export function noteSentence({ rule, user, fault }: ExportNote, rules: readonly AccessRule[]): string {
  const what = notes[fault]()
  if (rule !== null) {
    const [number, about] = [count(rule + 1), rules[rule]]
    return about
      ? m.access_note_rule({ number, rule: ruleSentence(about), what })
      : m.access_note_rule_number({ number, what })
  }
  return user === null ? what : m.access_note_user({ user, what })
}
