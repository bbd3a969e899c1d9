import { z } from 'zod'
import { filterFault, topicFault } from '../topic'
import { call } from './define'

/** What a client asks for. */
export const AccessAction = z.enum(['publish', 'subscribe'])
export type AccessAction = z.infer<typeof AccessAction>

/** Longest user name, client id or password, in characters: MQTT's own limit is 65,535 bytes, and a message to a person should stay readable. */
const MAX_NAME = 1_000

/** A user name or client id that a rule names. */
const Name = z.string().max(MAX_NAME, 'TOO_LONG')

/** The name of a user. A password_file cannot hold a colon, nor a line break. */
const UserName = Name.min(1, 'REQUIRED').regex(/^[^:\p{Cc}]*$/u, 'USER_NAME')

/** The filter of a rule: a topic filter in which `%u` stands for the user name and `%c` for the client id. */
const RuleFilter = z.string().superRefine((filter, context) => {
  const fault = filter.startsWith('$share/') ? 'SHARED_RULE' : filterFault(filter)
  if (fault !== null) context.addIssue({ code: 'custom', message: `FILTER_${fault}` })
})

/** One rule. The first one that matches decides. */
export const AccessRule = z.object({
  effect: z.enum(['allow', 'deny']),
  action: z.enum(['publish', 'subscribe', 'both']),
  /** null: everybody; empty: clients without a user name. */
  user: Name.nullable(),
  /** null: every client. */
  clientId: Name.min(1, 'REQUIRED').nullable(),
  filter: RuleFilter,
  /** For the person; lines of the acl_file that it came from. */
  comment: z.string().max(10_000, 'TOO_LONG').default('')
})
export type AccessRule = z.infer<typeof AccessRule>

/** What the page edits as a whole. */
export const AccessSettings = z.object({
  /** Clients without a user name may connect. */
  anonymous: z.boolean(),
  /** What happens if no rule matches. */
  fallback: z.enum(['allow', 'deny']),
  rules: z.array(AccessRule).max(10_000, 'TOO_LONG')
})
export type AccessSettings = z.infer<typeof AccessSettings>

/** Everybody may do everything: the rules cost nothing. */
export const openAccess: AccessSettings = { anonymous: true, fallback: 'allow', rules: [] }

/** What SCRAM-SHA-256 needs of a password (RFC 5802, 3): base64, and the number of iterations. */
export const ScramKeys = z.object({
  salt: z.base64(),
  iterations: z.int().min(1),
  storedKey: z.base64(),
  serverKey: z.base64()
})

/** A user as it is stored, and given to the broker's worker; never to a page. */
export const StoredUser = z.object({
  name: z.string(),
  /** As in Mosquitto's password_file: `$7$iterations$salt$hash`. */
  password: z.string(),
  /** null: the password was imported. */
  scram: ScramKeys.nullable()
})
export type StoredUser = z.infer<typeof StoredUser>

/** All that is stored. */
export const StoredAccess = AccessSettings.extend({
  users: z.array(StoredUser),
  /** Base64. Makes the salts that SCRAM shows for unknown users, which must not change with a restart. */
  secret: z.base64()
})
export type StoredAccess = z.infer<typeof StoredAccess>

/** What the page shows of a user. */
export const AccessUser = z.object({
  name: z.string(),
  /** MQTT 5 clients can also use SCRAM-SHA-256; false: the password was imported, and has to be set again for that. */
  scram: z.boolean()
})
export type AccessUser = z.infer<typeof AccessUser>

export const Access = AccessSettings.extend({
  users: z.array(AccessUser),
  /** Names this state of the settings; `access.undo` takes back the change that led to it. */
  revision: z.int(),
  /** The file could not be read and was set aside; nobody may connect until the settings are set again. */
  damaged: z.boolean()
})
export type Access = z.infer<typeof Access>

/** Whose right is asked for: as a client gives them in its CONNECT. `user` null: it gives none. */
export const AccessSubject = z.object({ user: z.string().nullable(), clientId: z.string() })
export type AccessSubject = z.infer<typeof AccessSubject>

/** The answer to "May X do this?". Numbers are places in the list of rules, from 0. */
export const AccessDecision = z.object({
  allowed: z.boolean(),
  /** The rule that decided; null: none matched. */
  rule: z.int().nullable(),
  /** Rules that deny a part of an allowed subscription: what they match is not delivered. */
  except: z.array(z.int())
})
export type AccessDecision = z.infer<typeof AccessDecision>

/** Topic of a publish, or filter of a subscribe. */
const Question = AccessSubject.extend({ action: AccessAction, topic: z.string() }).superRefine(
  ({ action, topic }, context) => {
    const fault = action === 'publish' ? topicFault(topic) : filterFault(topic)
    const kind = action === 'publish' ? 'TOPIC' : 'FILTER'
    if (fault !== null) context.addIssue({ code: 'custom', message: `${kind}_${fault}`, path: ['topic'] })
  }
)
export type AccessQuestion = z.infer<typeof Question>

/** Why a client was not let in. */
export const LoginFault = z.enum(['ANONYMOUS', 'UNKNOWN_USER', 'WRONG_PASSWORD'])
export type LoginFault = z.infer<typeof LoginFault>

/** Attempts that were refused for the same reason, counted together. */
export const RefusedAttempt = AccessSubject.extend({
  /** `address:port` of the last one. */
  address: z.string(),
  action: z.enum(['connect', 'publish', 'subscribe']),
  /** Topic or filter; empty for a connect. */
  topic: z.string(),
  /** The rule that refused it, as it was then; null: none matched, or a connect. */
  rule: AccessRule.nullable(),
  /** Of a connect; null otherwise. */
  fault: LoginFault.nullable(),
  /** The present settings would not refuse it any more. */
  resolved: z.boolean(),
  count: z.int(),
  /** Of the first and the last one, in ms since 1970 UTC. */
  firstAt: z.number(),
  lastAt: z.number()
})
export type RefusedAttempt = z.infer<typeof RefusedAttempt>

/** A line of a file that could not be taken over, from 1. */
export const UnreadLine = z.object({
  file: z.enum(['password_file', 'acl_file']),
  line: z.int(),
  text: z.string(),
  fault: z.enum([
    /** Not a line of this file. */
    'MALFORMED',
    /** A hash other than PBKDF2-SHA512 (`$7$`); a plain text password. */
    'HASH_UNKNOWN',
    /** The filter is not valid. */
    'FILTER',
    /** `%u` or `%c` in a line that takes them literally, which a rule cannot. */
    'LITERAL_PLACEHOLDER',
    /** A comment that no rule follows. */
    'COMMENT_ALONE'
  ])
})
export type UnreadLine = z.infer<typeof UnreadLine>

/** What a server's files cannot say, or say differently. */
export const ExportNote = z.object({
  /** The place of the rule; null: not about a rule. */
  rule: z.int().nullable(),
  /** The user; null: not about one user. */
  user: z.string().nullable(),
  fault: z.enum([
    /** Left out: no rules by client id. */
    'CLIENT_ID',
    /** Left out: it would overrule an earlier rule that denies. */
    'ORDER_ALLOW',
    /** Written, but it also overrules an earlier rule that allows. */
    'ORDER_DENY',
    /** Written, but denies publishing and subscribing. */
    'DENIES_BOTH',
    /** Left out: the name cannot stand in the file. */
    'NAME',
    /** Left out: the filter cannot stand in the file. */
    'FILTER',
    /** Left out: no rules for clients without a user name. */
    'ANONYMOUS_RULE',
    /** Clients without a user name cannot connect as soon as there are users. */
    'ANONYMOUS_WITH_USERS',
    /** Left out: the hash of the password cannot be taken along; set the password there. */
    'PASSWORD',
    /** Written, but the server does not check it at delivery: a wider subscription receives what the rule denies. */
    'NOT_AT_DELIVERY'
  ])
})
export type ExportNote = z.infer<typeof ExportNote>

/** The content of Mosquitto's files; null: leave that part as it is. */
const MosquittoFiles = z.object({ passwordFile: z.string().nullable(), aclFile: z.string().nullable() })

/** A change that a person is about to make. */
export const AccessChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('settings'), settings: AccessSettings }),
  z.object({ kind: z.literal('addUser'), name: UserName }),
  z.object({ kind: z.literal('removeUser'), name: z.string() }),
  z.object({ kind: z.literal('import'), files: MosquittoFiles }),
  z.object({ kind: z.literal('undo') })
])
export type AccessChange = z.infer<typeof AccessChange>

/** Clients that a change would disconnect: how many, and the ids of some. */
export const Disconnected = z.object({ count: z.int(), clientIds: z.array(z.string()) })
export type Disconnected = z.infer<typeof Disconnected>

export const accessCalls = {
  'access.get': call('main', z.void(), Access),
  /**
   * Replaces everything but the users, in the file and in the running broker. Throws INVALID_INPUT, whose paths are like
   * `rules.3.filter`, and FILE_UNWRITABLE; nothing has changed then.
   */
  'access.set': call('main', AccessSettings, Access),
  /** Adds a user or changes the password. Throws INVALID_INPUT, FILE_UNWRITABLE. */
  'access.setUser': call('main', z.object({ name: UserName, password: Name.min(1, 'REQUIRED') }), Access),
  /** Removes a user, who is disconnected. Throws NOT_FOUND, FILE_UNWRITABLE. */
  'access.removeUser': call('main', z.object({ name: z.string() }), Access),
  /**
   * Takes back the change that led to a revision, unless there was another since; the settings then have their earlier revision. The last
   * ten changes of this run can be taken back. Throws NOT_FOUND, FILE_UNWRITABLE.
   */
  'access.undo': call('main', z.object({ revision: z.int() }), Access),
  /** Whom a change would disconnect; nobody while the broker is stopped. Throws INVALID_INPUT. */
  'access.disconnects': call('main', AccessChange, Disconnected),
  /** Whether a client may publish to a topic or subscribe to a filter, and which rule says so. Needs no running broker. */
  'access.check': call('main', Question, AccessDecision),
  /** The refused attempts, the most recent last. */
  'access.refused': call('broker', z.void(), z.array(RefusedAttempt)),
  /**
   * Adds the rule that allows what was refused: before the rule that denies it, otherwise at the end; nothing if it is allowed. The rule is
   * for the user, or for the client id if it has no user name. Throws INVALID_INPUT, FILE_UNWRITABLE.
   */
  'access.allow': call('main', Question, Access),
  /**
   * Takes over the content of Mosquitto's files; null: leave that part as it is. Users are added or get the file's password; rules are
   * replaced, and what no rule matches is denied, as in Mosquitto. Throws FILE_UNWRITABLE.
   */
  'access.import': call('main', MosquittoFiles, z.object({ access: Access, unread: z.array(UnreadLine) })),
  /** The content of Mosquitto's files. */
  'access.export': call(
    'main',
    z.void(),
    z.object({ passwordFile: z.string(), aclFile: z.string(), notes: z.array(ExportNote) })
  )
}

export const accessEvents = {
  /** Sent when settings or users change. */
  'access.changed': Access
}
