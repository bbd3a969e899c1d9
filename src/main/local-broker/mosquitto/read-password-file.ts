import type { StoredUser, UnreadLine } from '../../../shared/contract/access'
import { parsePassword } from '../../broker/access/password'
import { linesOf } from './lines'

/** The users of a password_file of Mosquitto; of a name that occurs twice, the last one. */
export function readPasswordFile(text: string): { users: StoredUser[]; unread: UnreadLine[] } {
  const users = new Map<string, StoredUser>()
  const unread: UnreadLine[] = []
  for (const [index, line] of linesOf(text).entries()) {
    const report = (fault: UnreadLine['fault']): void => {
      // What stands behind the name may be a password in plain text.
      const shown = line.startsWith('#') ? line : line.slice(0, line.indexOf(':') + 1)
      unread.push({ file: 'password_file', line: index + 1, text: shown, fault })
    }
    if (line === '') continue
    const [, name, password] = /^([^:]+):(.*)$/.exec(line) ?? []
    if (line.startsWith('#')) report('COMMENT_ALONE')
    else if (name === undefined || name.trim() === '') report('MALFORMED')
    else if (!parsePassword(password!.trim())) report('HASH_UNKNOWN')
    else users.set(name.trim(), { name: name.trim(), password: password!.trim(), scram: null })
  }
  return { users: [...users.values()], unread }
}
