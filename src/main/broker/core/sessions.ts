import type { Message } from '../codec/message'
import type { Will } from '../codec/packet'
import type { Asker } from './hooks'
import type { Parts } from './parts'
import type { SessionStart } from './hooks'
import { NEVER, Session } from './session'
import type { KeptSession } from './store'

/** The will of a client that is gone. */
export interface LastWill extends Will {
  /** Whose it is, since the connection is over. */
  from: Asker
}

/** What remains to be done for a session whose client is gone. */
interface Absence {
  cancelExpiry: (() => void) | null
  will: LastWill | null
  cancelWill: (() => void) | null
}

/** All sessions by client id, with the ends of those whose clients are gone, and their wills. */
export class Sessions {
  private readonly byId = new Map<string, Session>()
  private readonly absences = new Map<Session, Absence>()

  constructor(
    private readonly parts: Parts,
    /** Publishes a will. */
    private readonly publish: (will: Message, from: Asker) => void
  ) {}

  get count(): number {
    return this.byId.size
  }

  /** Sessions whose client is gone. */
  get absentCount(): number {
    return this.absences.size
  }

  find(clientId: string): Session | undefined {
    return this.byId.get(clientId)
  }

  all(): Iterable<Session> {
    return this.byId.values()
  }

  /**
   * The session for a client that connects: the one that it has, or a new one if it asks for a clean start [MQTT-3.1.2-4] or has none
   * [MQTT-3.1.2-6]. Its former connection is closed already.
   */
  open(clientId: string, cleanStart: boolean, expiry: number): { session: Session; start: SessionStart } {
    const known = this.byId.get(clientId)
    if (known && cleanStart) this.end(known)
    const session = known && !cleanStart ? known : new Session(clientId, this.parts)
    this.byId.set(clientId, session)
    // A client that is back in time prevents its will [MQTT-3.1.3-9].
    this.return(session)
    session.expiry = expiry
    session.disconnectedAt = null
    this.save(session)
    return { session, start: session === known ? 'resumed' : known ? 'cleaned' : 'new' }
  }

  /** The client of a session is gone. `will` null: it has none, or said goodbye. */
  leave(session: Session, will: LastWill | null): void {
    const { clock } = this.parts
    session.client = null
    session.disconnectedAt = clock.now()
    if (!session.isKept) {
      this.end(session)
      if (will) this.publish(will.message, will.from)
      return
    }
    this.save(session)
    const absence: Absence = { cancelExpiry: null, will, cancelWill: null }
    this.absences.set(session, absence)
    if (session.expiry !== NEVER)
      absence.cancelExpiry = clock.after(session.expiry * 1_000, () => this.expire(session))
    if (will?.delay === 0) this.publishWill(session)
    else if (will && will.delay < session.expiry)
      absence.cancelWill = clock.after(will.delay * 1_000, () => this.publishWill(session))
  }

  /** Ends a session, and publishes its will if that is still to come [MQTT-3.1.3-9] (MQTT 5.0, 3.1.3.2.2). */
  end(session: Session): void {
    this.publishWill(session)
    this.return(session)
    this.parts.subscriptions.removeAll(session)
    session.end()
    if (this.byId.get(session.clientId) === session) this.byId.delete(session.clientId)
    if (session.storeId === 0) return
    this.parts.commit.store?.removeSession(session.storeId)
    this.parts.commit.schedule()
    session.storeId = 0
  }

  private expire(session: Session): void {
    this.parts.traffic.sessionsExpired++
    this.parts.hooks.expired?.(session.clientId)
    this.end(session)
  }

  /** Takes up a session that was kept. */
  restore(kept: KeptSession): void {
    const session = new Session(kept.clientId, this.parts)
    this.byId.set(kept.clientId, session)
    session.expiry = kept.expiry
    session.outgoing.nextNumber = kept.nextNumber
    for (const { filter, options } of kept.subscriptions)
      this.parts.subscriptions.add(session, filter, options)
    for (const delivery of kept.outgoing) {
      delivery.message?.detach()
      if (delivery.message === null) session.outgoing.sent(delivery)
      else session.outgoing.add(delivery)
      if (delivery.dup) session.outgoing.sentUpTo = delivery.number + 1
    }
    for (const packetId of kept.incoming) session.addReceived(packetId)
    session.storeId = kept.id
    const now = this.parts.clock.now()
    session.disconnectedAt = kept.disconnectedAt ?? now
    // From now on its absence counts, over further restarts.
    if (kept.disconnectedAt === null) this.save(session)
    const left = kept.expiry * 1_000 - (now - session.disconnectedAt)
    const absence: Absence = { cancelExpiry: null, will: null, cancelWill: null }
    this.absences.set(session, absence)
    if (kept.expiry !== NEVER)
      absence.cancelExpiry = this.parts.clock.after(Math.max(0, left), () => this.expire(session))
  }

  /** Writes a session's record, if it is to be kept; one that is not leaves the store. */
  save(session: Session): void {
    const { store } = this.parts.commit
    if (!store) return
    const { clientId, expiry, disconnectedAt, storeId } = session
    const sentUpTo = disconnectedAt === null ? null : session.outgoing.sentUpTo
    if (session.isKept)
      session.storeId = store.saveSession(storeId, { clientId, expiry, disconnectedAt, sentUpTo })
    else if (storeId !== 0) {
      store.removeSession(storeId)
      session.storeId = 0
    }
    this.parts.commit.schedule()
  }

  /** Stops waiting for the ends of sessions, which stay as they are. */
  close(): void {
    for (const session of this.absences.keys()) this.return(session)
  }

  private return(session: Session): void {
    const absence = this.absences.get(session)
    absence?.cancelExpiry?.()
    absence?.cancelWill?.()
    this.absences.delete(session)
  }

  private publishWill(session: Session): void {
    const absence = this.absences.get(session)
    if (!absence?.will) return
    absence.cancelWill?.()
    const { message, from } = absence.will
    absence.will = null
    this.publish(message, from)
  }
}
