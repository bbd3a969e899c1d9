import type {
  AccessDecision,
  AccessSubject,
  LoginFault,
  RefusedAttempt,
  StoredAccess
} from '../../../shared/contract/access'
import { REASON_CODE } from '../../../shared/mqtt-codes'
import type { Message } from '../codec/message'
import type { Connect, SubscriptionOptions } from '../codec/packet'
import { Refusal } from '../codec/refusal'
import type { Authenticator } from '../core/authenticator'
import type { Broker } from '../core/broker'
import type { Applicant, Asker, Hooks } from '../core/hooks'
import { scram } from '../scram'
import { Logins } from './logins'
import { OwnClients } from './own-clients'
import { RefusedAttempts } from './refused-attempts'
import { ClientRules } from './rules'

const SCRAM = 'SCRAM-SHA-256'

const loginRefusals: Record<LoginFault, [reason: string, reasonCode: number]> = {
  ANONYMOUS: ['Clients without a user name may not connect.', REASON_CODE.NOT_AUTHORIZED],
  // Whether the user exists is nobody's business.
  UNKNOWN_USER: ['The user name or the password is wrong.', REASON_CODE.BAD_USER_NAME_OR_PASSWORD],
  WRONG_PASSWORD: ['The user name or the password is wrong.', REASON_CODE.BAD_USER_NAME_OR_PASSWORD]
}

/** Who may connect. */
interface Admission {
  anonymous: boolean
  checksNames: boolean
  /** Of the users. */
  names: Set<string>
}

/**
 * Who may connect, publish and subscribe. Its hooks are set only while not everybody may do everything, and never apply to Treetop's own
 * connection and clients. Messages are checked again when they are delivered, so that a rule also holds for what a wider subscription would receive,
 * for subscriptions that are older than it, and for what waits in a session.
 */
export class AccessControl implements Hooks {
  /** For the broker: what MQTT 5 clients may use instead of a plain password. */
  readonly authenticators = new Map<string, () => Authenticator>()
  private readonly attempts = new RefusedAttempts()
  private readonly logins = new Logins()
  private access: StoredAccess = { anonymous: true, fallback: 'allow', rules: [], users: [], secret: '' }
  private admission: Admission = { anonymous: true, checksNames: false, names: new Set() }
  private rules = new WeakMap<Asker, ClientRules>()
  /** Clients that have proven their user name. */
  private readonly proven = new WeakSet<Asker>()
  private broker: Broker | null = null
  private remove: (() => void) | null = null

  constructor(
    private readonly ownClients = new OwnClients(null),
    private readonly now: () => number = Date.now
  ) {}

  /** Guards a broker that has these authenticators. */
  guard(broker: Broker, access: StoredAccess): void {
    this.broker = broker
    this.set(access)
  }

  /** Uses other rules and users at once. Clients that could not connect now are disconnected (MQTT 5: 0x87). */
  set(access: StoredAccess): void {
    this.access = access
    this.admission = admissionOf(access)
    this.rules = new WeakMap()
    this.attempts.settingsChanged()
    this.logins.setUsers(access.users)
    this.remove?.()
    this.remove = this.isOpen ? null : this.broker!.hooks.add(this)
    this.offerScram()
    if (this.isOpen) return
    for (const { connection } of [...this.broker!.clients()])
      if (!this.mayStay(connection, this.admission))
        connection.close(REASON_CODE.NOT_AUTHORIZED, 'The access settings no longer let this client connect.')
  }

  /** Ids of the clients that `set` would disconnect. */
  leaving(access: StoredAccess): string[] {
    const admission = admissionOf(access)
    return [...this.broker!.clients()]
      .filter(({ connection }) => !this.mayStay(connection, admission))
      .map(({ session }) => session.clientId)
  }

  refused(): RefusedAttempt[] {
    return this.attempts.list((attempt) => this.isResolved(attempt))
  }

  authenticate(applicant: Applicant, { password }: Connect): Promise<Refusal | null> | null {
    const user = claimed(applicant)
    if (this.isOwn(applicant) || user === null || !this.admission.checksNames) return null
    return this.logins
      .check(user, password, () => applicant.closed)
      .then((fault) => {
        if (fault) return this.refuseLogin(applicant, fault)
        this.proven.add(applicant)
        return null
      })
  }

  connect(asker: Asker, { authenticationMethod }: Connect): Refusal | null {
    if (authenticationMethod !== null) this.proven.add(asker)
    if (this.mayStay(asker, this.admission)) return null
    return this.refuseLogin(asker, claimed(asker) === null ? 'ANONYMOUS' : 'UNKNOWN_USER')
  }

  publish(asker: Asker, { topic }: Message): number {
    if (this.isOwn(asker)) return REASON_CODE.SUCCESS
    const decision = this.rulesOf(asker).decide('publish', topic)
    if (decision.allowed) return REASON_CODE.SUCCESS
    this.refuse(asker, 'publish', topic, decision)
    return REASON_CODE.NOT_AUTHORIZED
  }

  subscribe(asker: Asker, filter: string, { qos }: SubscriptionOptions): number {
    if (this.isOwn(asker)) return qos
    const decision = this.rulesOf(asker).decideSubscribe(filter)
    if (decision.allowed) return qos
    this.refuse(asker, 'subscribe', filter, decision)
    return REASON_CODE.NOT_AUTHORIZED
  }

  /** What is queued for an absent client is decided on when it is back, since only then its user name is known. */
  deliver(clientId: string, { topic }: Message): boolean {
    const connection = this.broker!.client(clientId)?.connection
    return (
      !connection || this.isOwn(connection) || this.rulesOf(connection).decide('subscribe', topic).allowed
    )
  }

  dequeue(clientId: string, message: Message): boolean {
    return this.deliver(clientId, message)
  }

  private get isOpen(): boolean {
    const { anonymous, fallback, rules, users } = this.access
    return anonymous && fallback === 'allow' && rules.length === 0 && users.length === 0
  }

  private isOwn(asker: Asker): boolean {
    return asker.isObserver === true || this.ownClients.has(asker)
  }

  private mayStay(asker: Asker, { anonymous, checksNames, names }: Admission): boolean {
    if (this.isOwn(asker)) return true
    const user = claimed(asker)
    if (user === null) return anonymous
    return !checksNames || (names.has(user) && this.proven.has(asker))
  }

  /** Whether what was refused would not be any more. A wrong password stays wrong. */
  private isResolved({ action, fault, topic, ...subject }: Omit<RefusedAttempt, 'resolved'>): boolean {
    const { anonymous, checksNames, names } = this.admission
    if (fault === 'ANONYMOUS') return anonymous
    if (fault === 'UNKNOWN_USER') return !checksNames || names.has(subject.user!)
    if (action === 'connect') return !checksNames
    const rules = new ClientRules(this.access, subject)
    return (action === 'publish' ? rules.decide('publish', topic) : rules.decideSubscribe(topic)).allowed
  }

  private offerScram(): void {
    const { users, secret } = this.access
    const keys = new Map(
      users.flatMap(({ name, scram: stored }) =>
        stored
          ? [
              [
                name,
                {
                  salt: Buffer.from(stored.salt, 'base64'),
                  iterations: stored.iterations,
                  storedKey: Buffer.from(stored.storedKey, 'base64'),
                  serverKey: Buffer.from(stored.serverKey, 'base64')
                }
              ] as const
            ]
          : []
      )
    )
    if (keys.size === 0) this.authenticators.delete(SCRAM)
    else
      this.authenticators.set(
        SCRAM,
        scram((name) => keys.get(name) ?? null, undefined, Buffer.from(secret, 'base64'))
      )
  }

  /** The will of a client that connected before names were checked has no rights of the user that it claimed to be. */
  private subjectOf(asker: Asker): AccessSubject {
    const isProven = this.proven.has(asker) || !this.admission.checksNames
    return { user: isProven ? claimed(asker) : null, clientId: asker.clientId }
  }

  private rulesOf(asker: Asker): ClientRules {
    let rules = this.rules.get(asker)
    if (rules) return rules
    rules = new ClientRules(this.access, this.subjectOf(asker))
    this.rules.set(asker, rules)
    return rules
  }

  private refuse(
    asker: Asker,
    action: 'publish' | 'subscribe',
    topic: string,
    { rule }: AccessDecision
  ): void {
    const decided = rule === null ? null : this.access.rules[rule]!
    const { address } = asker
    this.attempts.add(
      { ...this.subjectOf(asker), address, action, topic, rule: decided, fault: null },
      this.now()
    )
  }

  private refuseLogin(asker: Asker, fault: LoginFault): Refusal {
    const { clientId, address } = asker
    const about = { user: claimed(asker), clientId, address, topic: '', rule: null, fault }
    this.attempts.add({ action: 'connect', ...about }, this.now())
    return new Refusal(...loginRefusals[fault])
  }
}

/** The user name that a client gave; an empty one is none. */
function claimed({ username }: Asker): string | null {
  return username === '' ? null : username
}

/** Without users, and without rules that need them, a user name is not checked and means nothing. */
function admissionOf({ anonymous, users, rules }: StoredAccess): Admission {
  const names = new Set(users.map(({ name }) => name))
  const isNeeded = rules.some(({ user, filter }) => Boolean(user) || filter.includes('%u'))
  return { anonymous, names, checksNames: !anonymous || names.size > 0 || isNeeded }
}
