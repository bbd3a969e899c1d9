import type { AccessQuestion, AccessRule } from './contract/access'
import { matchedLevels } from './topic'

/**
 * The rule that allows what was refused: for the user or, without a user name, for the client id. Of `$share/group/filter` it has the
 * filter, since rules are about topics.
 */
export function ruleAllowing({ user, clientId, action, topic }: AccessQuestion): AccessRule {
  const isNamed = user !== null && user !== ''
  return {
    effect: 'allow',
    action,
    user: isNamed ? user : '',
    clientId: isNamed ? null : clientId,
    filter: matchedLevels(topic).join('/'),
    comment: ''
  }
}
