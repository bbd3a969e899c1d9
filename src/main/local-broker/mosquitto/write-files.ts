import type { AccessRule, AccessSettings, ExportNote, StoredUser } from '../../../shared/contract/access'
import { canMeet } from '../../broker/access/rules'

type Note = (fault: ExportNote['fault'], about?: { rule?: number; user?: string }) => void

/** Makes a list to which `note` adds. */
export function noteList(): { notes: ExportNote[]; note: Note } {
  const notes: ExportNote[] = []
  const note: Note = (
    fault,
    { rule = null, user = null }: { rule?: number | null; user?: string | null } = {}
  ) => notes.push({ fault, rule, user })
  return { notes, note }
}

/** The content of a password_file. */
export function writePasswordFile(users: StoredUser[]): { text: string; notes: ExportNote[] } {
  const { notes, note } = noteList()
  const lines = users.flatMap(({ name, password }) => {
    if (isLine(name) && !name.includes(':') && !name.startsWith('#')) return `${name}:${password}\n`
    note('NAME', { user: name })
    return []
  })
  return { text: lines.join(''), notes }
}

/** A rule with its line, and its place among those that Mosquitto looks at: the first that matches decides there too. */
interface Written {
  index: number
  rule: AccessRule
  line: string
  rank: number
}

/**
 * The content of an acl_file that says the same, as far as it can. Mosquitto looks at lines that deny before those that allow, and at a
 * user's lines before those for everybody. Where our order is another, what denies is written, and what allows is left out.
 */
export function writeAclFile({ rules, fallback }: AccessSettings): { text: string; notes: ExportNote[] } {
  const { notes, note } = noteList()
  const written: Written[] = []
  for (const [index, rule] of rules.entries()) {
    const filter = filterOf(rule)
    if (rule.clientId !== null) note('CLIENT_ID', { rule: index })
    else if (rule.user !== null && rule.user !== '' && !isLine(rule.user)) note('NAME', { rule: index })
    else if (filter === null) note('FILTER', { rule: index })
    else {
      const rank = (rule.user === null ? 2 : 0) + (rule.effect === 'allow' ? 1 : 0)
      const overruled = written.some(
        (earlier) => earlier.rank > rank && earlier.rule.effect !== rule.effect && canMeet(earlier.rule, rule)
      )
      if (overruled) note(rule.effect === 'allow' ? 'ORDER_ALLOW' : 'ORDER_DENY', { rule: index })
      if (overruled && rule.effect === 'allow') continue
      if (deniesMore(rule, rules, fallback)) note('DENIES_BOTH', { rule: index })
      const keyword = rule.user === null ? 'pattern' : 'topic'
      written.push({ index, rule, rank, line: `${keyword} ${grantOf(rule)} ${filter}\n` })
    }
  }
  const linesFor = (user: string | null): string =>
    written
      .filter(({ rule }) => rule.user === user)
      .map(({ rule, line }) => commentOf(rule) + line)
      .join('')
  const users = new Set(written.flatMap(({ rule }) => rule.user || []))
  const sections = [
    linesFor(''),
    ...[...users].map((user) => `user ${user}\n${linesFor(user)}`),
    linesFor(null) + (fallback === 'allow' ? 'pattern readwrite #\npattern readwrite $SYS/#\n' : '')
  ]
  return { text: sections.filter((section) => section !== '').join('\n'), notes }
}

function grantOf({ effect, action }: AccessRule): string {
  if (effect === 'deny') return 'deny'
  return { publish: 'write', subscribe: 'read', both: 'readwrite' }[action]
}

/** The line of Mosquitto denies both, and the other one is allowed by another rule. */
function deniesMore(rule: AccessRule, rules: AccessRule[], fallback: AccessSettings['fallback']): boolean {
  if (rule.effect === 'allow' || rule.action === 'both') return false
  const other: AccessRule = { ...rule, action: rule.action === 'publish' ? 'subscribe' : 'publish' }
  return fallback === 'allow' || rules.some((each) => each.effect === 'allow' && canMeet(each, other))
}

/** Only `pattern` lines know placeholders. null: the filter cannot stand in a line. */
function filterOf({ filter, user }: AccessRule): string | null {
  if (!isLine(filter)) return null
  if (user === null) return filter
  if (filter.includes('%c') || (filter.includes('%u') && (user === '' || /[+#/]/.test(user)))) return null
  return filter.replaceAll('%u', () => user)
}

/** Mosquitto takes white space around a line for none. */
function isLine(text: string): boolean {
  return text.trim() === text && !/\p{Cc}/u.test(text)
}

function commentOf({ comment }: AccessRule): string {
  return comment === '' ? '' : comment.replace(/^/gm, '# ') + '\n'
}
