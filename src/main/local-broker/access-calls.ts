import type { CallInput, CallsOf } from '../../shared/contract'
import type {
  Access,
  AccessChange,
  AccessDecision,
  AccessQuestion,
  AccessRule,
  StoredAccess,
  StoredUser,
  UnreadLine
} from '../../shared/contract/access'
import { ruleAllowing } from '../../shared/access-rule'
import { AppError } from '../../shared/errors'
import { hashPassword } from '../broker/access/password'
import { ClientRules } from '../broker/access/rules'
import type { BrokerService } from '../broker/broker-service'
import { scramCredentials } from '../broker/scram'
import type { AccessStore } from './access-store'
import { readAclFile } from './mosquitto/read-acl-file'
import { readPasswordFile } from './mosquitto/read-password-file'
import { writeAclFile, writePasswordFile } from './mosquitto/write-files'

/** Clients that are named of those that a change would disconnect. */
const NAMED = 20

/** The calls about users and rules. A change is stored first and then used by the running broker. */
export function accessCalls(
  store: AccessStore,
  broker: Pick<BrokerService, 'setAccess' | 'peer'>
): CallsOf<'main', 'access'> {
  const applied = async (stored: Promise<void>): Promise<Access> => {
    await stored
    // A broker whose worker has just ended starts again with what is stored.
    await broker.setAccess().catch(() => undefined)
    return describeAccess(store)
  }
  const change = (make: (access: StoredAccess) => StoredAccess): Promise<Access> =>
    applied(store.change(make))
  return {
    'access.get': () => describeAccess(store),
    'access.set': (settings) => change((access) => ({ ...access, ...settings })),
    'access.setUser': async ({ name, password }) => {
      const user = await userOf(name, password)
      return change((access) => ({ ...access, users: withUsers(access.users, [user]) }))
    },
    'access.removeUser': ({ name }) =>
      change((access) => {
        if (!access.users.some((user) => user.name === name))
          throw new AppError('NOT_FOUND', { what: 'user', id: name })
        return withoutUser(access, name)
      }),
    'access.undo': ({ revision }) => applied(store.undo(revision)),
    'access.disconnects': async (wanted) => {
      const next = changed(store, wanted)
      const leaving = async (): Promise<string[]> => broker.peer().call('leaving', next)
      const ids = await leaving().catch((): string[] => [])
      return { count: ids.length, clientIds: ids.slice(0, NAMED) }
    },
    'access.check': (question) => decisionOn(store.get(), question),
    'access.allow': (question) => change((access) => allowing(access, question)),
    'access.import': async (files) => {
      const read = readFiles(files)
      return { access: await change((access) => imported(access, read)), unread: read.unread }
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

interface Imported {
  users: StoredUser[]
  /** null: the rules stay. */
  rules: AccessRule[] | null
  unread: UnreadLine[]
}

function readFiles({ passwordFile, aclFile }: CallInput<'access.import'>): Imported {
  const passwords = readPasswordFile(passwordFile ?? '')
  const acl = readAclFile(aclFile ?? '')
  return {
    users: passwords.users,
    rules: aclFile === null ? null : acl.rules,
    unread: [...passwords.unread, ...acl.unread]
  }
}

function imported(access: StoredAccess, { users, rules }: Imported): StoredAccess {
  return {
    ...access,
    users: withUsers(access.users, users),
    ...(rules !== null && { rules, fallback: 'deny' })
  }
}

/** What the settings would be after a change. Who may connect depends on the names of users only. */
function changed(store: AccessStore, change: AccessChange): StoredAccess {
  const access = store.get()
  switch (change.kind) {
    case 'settings':
      return { ...access, ...change.settings }
    case 'addUser':
      return {
        ...access,
        users: withUsers(access.users, [{ name: change.name, password: '', scram: null }])
      }
    case 'removeUser':
      return withoutUser(access, change.name)
    case 'import':
      return imported(access, readFiles(change.files))
    case 'undo':
      return store.before() ?? access
  }
}

function withoutUser(access: StoredAccess, name: string): StoredAccess {
  return { ...access, users: access.users.filter((user) => user.name !== name) }
}

function decisionOn(access: StoredAccess, { user, clientId, action, topic }: AccessQuestion): AccessDecision {
  const rules = new ClientRules(access, { user: user === '' ? null : user, clientId })
  return action === 'publish' ? rules.decide('publish', topic) : rules.decideSubscribe(topic)
}

/** The settings with the rule that allows what is asked. Throws INVALID_INPUT if the rule would mean something else. */
function allowing(access: StoredAccess, question: AccessQuestion): StoredAccess {
  const { allowed, rule } = decisionOn(access, question)
  if (allowed) return access
  const added = ruleAllowing(question)
  if (/%[uc]/.test(added.filter))
    throw new AppError('INVALID_INPUT', { issues: [{ path: 'topic', fault: 'FILTER_PLACEHOLDER' }] })
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

/** What a page shows of the settings. */
export function describeAccess(store: AccessStore): Access {
  const { anonymous, fallback, rules, users } = store.get()
  return {
    anonymous,
    fallback,
    rules,
    users: users.map(({ name, scram }) => ({ name, scram: scram !== null })),
    revision: store.revision,
    damaged: store.damaged
  }
}
