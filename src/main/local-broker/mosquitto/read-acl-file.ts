import type { AccessRule, UnreadLine } from '../../../shared/contract/access'
import { filterFault } from '../../../shared/topic'
import { linesOf } from './lines'

type Grant = Pick<AccessRule, 'effect' | 'action'>

const grants: Record<string, Grant> = {
  read: { effect: 'allow', action: 'subscribe' },
  write: { effect: 'allow', action: 'publish' },
  readwrite: { effect: 'allow', action: 'both' },
  deny: { effect: 'deny', action: 'both' }
}

/**
 * The rules of an acl_file of Mosquitto, in the order in which Mosquitto looks at them: those of a user before those for everybody
 * (`pattern`), and of both first those that deny. Mosquitto denies what no line allows. Lines before the first `user` are for clients
 * without a user name. Comments stay with the rule that follows.
 */
export function readAclFile(text: string): { rules: AccessRule[]; unread: UnreadLine[] } {
  const sections = new Map<string, AccessRule[]>()
  const patterns: AccessRule[] = []
  const unread: UnreadLine[] = []
  let user = ''
  let comments: { line: number; text: string }[] = []
  const report = (line: number, shown: string, fault: UnreadLine['fault']): void => {
    unread.push({ file: 'acl_file', line, text: shown, fault })
  }
  for (const [index, line] of linesOf(text).entries()) {
    if (line === '') continue
    if (line.startsWith('#')) {
      comments.push({ line: index + 1, text: line })
      continue
    }
    const [, keyword, rest] = /^(\S+) +(.+)$/.exec(line) ?? []
    if (keyword === 'user') {
      user = rest!
      continue
    }
    const found = keyword === 'topic' || keyword === 'pattern' ? grantOf(rest!) : null
    const fault = found ? faultOf(found.filter, keyword === 'topic') : 'MALFORMED'
    if (!found || fault) {
      report(index + 1, line, fault ?? 'MALFORMED')
      continue
    }
    const comment = comments.map(({ text: each }) => each.replace(/^# ?/, '')).join('\n')
    comments = []
    const rule = { ...found, clientId: null, comment }
    if (keyword === 'pattern') patterns.push({ ...rule, user: null })
    else sections.set(user, [...(sections.get(user) ?? []), { ...rule, user }])
  }
  for (const { line, text: shown } of comments) report(line, shown, 'COMMENT_ALONE')
  const rules = [...sections.values(), patterns].flatMap((each) => [
    ...each.filter(({ effect }) => effect === 'deny'),
    ...each.filter(({ effect }) => effect === 'allow')
  ])
  return { rules, unread: unread.sort((a, b) => a.line - b.line) }
}

/** `[read|write|readwrite|deny] filter`; a filter with a space needs the first word. null: neither. */
function grantOf(text: string): (Grant & { filter: string }) | null {
  const space = text.indexOf(' ')
  if (space < 0) return { ...grants.readwrite!, filter: text }
  const grant = Object.hasOwn(grants, text.slice(0, space)) ? grants[text.slice(0, space)] : undefined
  return grant ? { ...grant, filter: text.slice(space + 1).trimStart() } : null
}

function faultOf(filter: string, isLiteral: boolean): UnreadLine['fault'] | null {
  if (filterFault(filter) !== null || filter.startsWith('$share/')) return 'FILTER'
  return isLiteral && /%[uc]/.test(filter) ? 'LITERAL_PLACEHOLDER' : null
}
