import type { CallsOf } from '../../shared/contract'
import type {
  Access,
  AccessDecision,
  AccessQuestion,
  AccessRule,
  StoredAccess,
  StoredUser
} from '../../shared/contract/access'
import { AppError } from '../../shared/errors'
import { matchedLevels } from '../../shared/topic'
import { hashPassword } from '../broker/access/password'
import { ClientRules } from '../broker/access/rules'
import type { BrokerService } from '../broker/broker-service'
import { scramCredentials } from '../broker/scram'
import type { AccessStore } from './access-store'
import { readAclFile } from './mosquitto/read-acl-file'
import { readPasswordFile } from './mosquitto/read-password-file'
import { writeAclFile, writePasswordFile } from './mosquitto/write-files'

/** The calls about users and rules. A change is stored first and then used by the running broker. */
export function accessCalls(
  store: AccessStore,
  broker: Pick<BrokerService, 'setAccess'>
): CallsOf<'main', 'access'> {
  const change = async (make: (access: StoredAccess) => StoredAccess): Promise<Access> => {
    await store.change(make)
    // A broker whose worker has just ended starts again with what is stored.
    await broker.setAccess().catch(() => undefined)
    return described(store)
  }
  return {
    'access.get': () => described(store),
    'access.set': (settings) => change((access) => ({ ...access, ...settings })),
    'access.setUser': async ({ name, password }) => {
      const user = await userOf(name, password)
      return change((access) => ({ ...access, users: withUsers(access.users, [user]) }))
    },
    'access.removeUser': ({ name }) =>
      change((access) => {
        const users = access.users.filter((user) => user.name !== name)
        if (users.length === access.users.length) throw new AppError('NOT_FOUND', { what: 'user', id: name })
        return { ...access, users }
      }),
    'access.check': (question) => decisionOn(store.get(), question),
    'access.allow': (question) => change((access) => allowing(access, question)),
    'access.import': async ({ passwordFile, aclFile }) => {
      const { users, unread: unreadUsers } = readPasswordFile(passwordFile ?? '')
      const { rules, unread: unreadRules } = readAclFile(aclFile ?? '')
      const access = await change((before) => ({
        ...before,
        users: withUsers(before.users, users),
        ...(aclFile !== null && { rules, fallback: 'deny' })
      }))
      return { access, unread: [...unreadUsers, ...unreadRules] }
    },
    'access.export': () => {
      const access = store.get()
      const passwords = writePasswordFile(access.users)
      const rules = writeAclFile(access)
      return {
        passwordFile: passwords.text,
        aclFile: rules.text,
        notes: [...passwords.notes, ...rules.notes]
      }
    }
  }
}

function decisionOn(access: StoredAccess, { user, clientId, action, topic }: AccessQuestion): AccessDecision {
  const rules = new ClientRules(access, { user: user === '' ? null : user, clientId })
  return action === 'publish' ? rules.decide('publish', topic) : rules.decideSubscribe(topic)
}

/** The settings with the rule that allows what is asked. Throws INVALID_INPUT if the rule would mean something else. */
function allowing(access: StoredAccess, question: AccessQuestion): StoredAccess {
  const { allowed, rule } = decisionOn(access, question)
  if (allowed) return access
  const { user, clientId, action, topic } = question
  const filter = matchedLevels(topic).join('/')
  if (/%[uc]/.test(filter))
    throw new AppError('INVALID_INPUT', { issues: [{ path: 'topic', fault: 'FILTER_PLACEHOLDER' }] })
  const isNamed = user !== null && user !== ''
  const added: AccessRule = {
    effect: 'allow',
    action,
    user: isNamed ? user : '',
    clientId: isNamed ? null : clientId,
    filter,
    comment: ''
  }
  return { ...access, rules: access.rules.toSpliced(rule ?? access.rules.length, 0, added) }
}

async function userOf(name: string, password: string): Promise<StoredUser> {
  return { name, password: await hashPassword(password), scram: scramOf(password) }
}

/** null: SASLprep forbids a character of the password. */
function scramOf(password: string): StoredUser['scram'] {
  try {
    const { salt, iterations, storedKey, serverKey } = scramCredentials(password)
    return {
      salt: salt.toString('base64'),
      iterations,
      storedKey: storedKey.toString('base64'),
      serverKey: serverKey.toString('base64')
    }
  } catch {
    return null
  }
}

/** Users in place of those of the same name; new ones at the end. */
function withUsers(users: StoredUser[], added: StoredUser[]): StoredUser[] {
  const byName = new Map([...users, ...added].map((user) => [user.name, user]))
  return [...byName.values()]
}

function described(store: AccessStore): Access {
  const { anonymous, fallback, rules, users } = store.get()
  return {
    anonymous,
    fallback,
    rules,
    users: users.map(({ name, scram }) => ({ name, scram: scram !== null })),
    damaged: store.damaged
  }
}
