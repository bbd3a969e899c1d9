import type Database from 'better-sqlite3'
import type { Qos } from '../../../shared/message'
import { Message } from '../codec/message'
import type { SubscriptionOptions } from '../codec/packet'
import type { Delivery } from '../core/outgoing'
import type { KeptSession, SessionRecord, Store } from '../core/store'
import { OutgoingTable } from './outgoing-table'
import { openBrokerFile } from './schema'

/**
 * A client that was connected when the broker was killed may have got this many of the messages that wait for it: no more are sent
 * without an acknowledgement.
 */
const MAYBE_SENT = 65_535

interface RetainedRow {
  topic: string
  payload: Buffer
  qos: Qos
  properties: Buffer
  expiry: number | null
  received_at: number
  publisher: string
}

/** Sessions and retained messages in an SQLite file. */
export class SqliteStore implements Store {
  private isOpen = false
  /** The first error since the last commit, which reports it. */
  private fault: Error | null = null
  private readonly outgoing: OutgoingTable
  private readonly database: Database.Database
  private readonly statements

  /** Throws NewerBrokerFileError, or SQLite's own errors. */
  constructor(path: string) {
    const database = (this.database = openBrokerFile(path))
    this.outgoing = new OutgoingTable(database)
    const run = (sql: string): Database.Statement<unknown[]> => database.prepare(sql)
    this.statements = {
      begin: run('BEGIN IMMEDIATE'),
      commit: run('COMMIT'),
      addSession: run(
        'INSERT INTO session (client_id, expiry, disconnected_at, sent_up_to) VALUES (?, ?, ?, ?)'
      ),
      changeSession: run('UPDATE session SET expiry = ?, disconnected_at = ?, sent_up_to = ? WHERE id = ?'),
      removeSession: ['session WHERE id', 'subscription WHERE session', 'incoming WHERE session'].map(
        (where) => run(`DELETE FROM ${where} = ?`)
      ),
      subscribe: run('INSERT OR REPLACE INTO subscription VALUES (?, ?, ?, ?)'),
      unsubscribe: run('DELETE FROM subscription WHERE session = ? AND filter = ?'),
      receive: run('INSERT OR IGNORE INTO incoming VALUES (?, ?)'),
      forgetReceived: run('DELETE FROM incoming WHERE session = ? AND packet_id = ?'),
      retain: run('INSERT OR REPLACE INTO retained VALUES (?, ?, ?, ?, ?, ?, ?)'),
      forgetRetained: run('DELETE FROM retained WHERE topic = ?')
    }
  }

  get hasChanges(): boolean {
    return this.isOpen
  }

  load(): { sessions: KeptSession[]; retained: Message[] } {
    const all = <Row>(sql: string): Row[] => this.database.prepare<[], Row>(sql).all()
    const sessions = new Map<number, KeptSession>()
    const sentUpTo = new Map<number, number | null>()
    for (const row of all<{
      id: number
      client_id: string
      expiry: number
      disconnected_at: number | null
      sent_up_to: number | null
    }>('SELECT * FROM session')) {
      sessions.set(row.id, {
        id: row.id,
        clientId: row.client_id,
        expiry: row.expiry,
        disconnectedAt: row.disconnected_at,
        subscriptions: [],
        outgoing: [],
        incoming: [],
        nextNumber: row.sent_up_to ?? 0
      })
      sentUpTo.set(row.id, row.sent_up_to)
    }
    for (const row of all<{ session: number; filter: string; options: number; identifier: number }>(
      'SELECT * FROM subscription'
    ))
      sessions.get(row.session)?.subscriptions.push({ filter: row.filter, options: optionsOf(row) })
    this.outgoing.load((id, delivery) => {
      const session = sessions.get(id)
      if (!session) return
      const sent = sentUpTo.get(id) ?? null
      delivery.dup = sent === null ? session.outgoing.length < MAYBE_SENT : delivery.number < sent
      session.outgoing.push(delivery)
      session.nextNumber = Math.max(session.nextNumber, delivery.number + 1)
    })
    for (const row of all<{ session: number; packet_id: number }>('SELECT * FROM incoming'))
      sessions.get(row.session)?.incoming.push(row.packet_id)
    return {
      sessions: [...sessions.values()],
      retained: all<RetainedRow>('SELECT * FROM retained').map(retainedOf)
    }
  }

  saveSession(id: number, { clientId, expiry, disconnectedAt, sentUpTo }: SessionRecord): number {
    let saved = id
    this.change(({ addSession, changeSession }) => {
      if (id !== 0) changeSession.run(expiry, disconnectedAt, sentUpTo, id)
      else saved = Number(addSession.run(clientId, expiry, disconnectedAt, sentUpTo).lastInsertRowid)
    })
    return saved
  }

  removeSession(id: number): void {
    this.change(({ removeSession }) => {
      this.outgoing.forget(id)
      for (const each of removeSession) each.run(id)
    })
  }

  saveSubscription(session: number, filter: string, options: SubscriptionOptions): void {
    this.change(({ subscribe }) => subscribe.run(session, filter, optionsByte(options), options.identifier))
  }

  removeSubscription(session: number, filter: string): void {
    this.change(({ unsubscribe }) => unsubscribe.run(session, filter))
  }

  addOutgoing(session: number, delivery: Delivery): void {
    this.change(() => this.outgoing.add(session, delivery))
  }

  releaseOutgoing(session: number, number: number): void {
    this.change(() => this.outgoing.release(session, number))
  }

  removeOutgoing(session: number, number: number): void {
    this.change(() => this.outgoing.remove(session, number))
  }

  addIncoming(session: number, packetId: number): void {
    this.change(({ receive }) => receive.run(session, packetId))
  }

  removeIncoming(session: number, packetId: number): void {
    this.change(({ forgetReceived }) => forgetReceived.run(session, packetId))
  }

  setRetained({ topic, payload, qos, properties, expiry, receivedAt, publisher }: Message): void {
    this.change(({ retain }) => retain.run(topic, payload, qos, properties, expiry, receivedAt, publisher))
  }

  removeRetained(topic: string): void {
    this.change(({ forgetRetained }) => forgetRetained.run(topic))
  }

  commit(): void {
    if (this.fault) throw this.fault
    this.outgoing.write()
    this.statements.commit.run()
    this.isOpen = false
  }

  close(): void {
    this.database.close()
  }

  private change(work: (statements: SqliteStore['statements']) => unknown): void {
    if (this.fault) return
    try {
      if (!this.isOpen) this.statements.begin.run()
      this.isOpen = true
      work(this.statements)
    } catch (error) {
      this.isOpen = true
      this.fault = error as Error
    }
  }
}

function retainedOf({
  topic,
  payload,
  qos,
  properties,
  expiry,
  received_at,
  publisher
}: RetainedRow): Message {
  const message = Message.of(topic, payload, { qos, retain: true, properties, expiry })
  message.receivedAt = received_at
  message.publisher = publisher
  return message
}

/** The options byte of SUBSCRIBE (MQTT 5.0, 3.8.3.1). */
function optionsByte({ qos, noLocal, retainAsPublished, retainHandling }: SubscriptionOptions): number {
  return qos | (noLocal ? 4 : 0) | (retainAsPublished ? 8 : 0) | (retainHandling << 4)
}

function optionsOf({ options, identifier }: { options: number; identifier: number }): SubscriptionOptions {
  return {
    qos: (options & 3) as Qos,
    noLocal: (options & 4) !== 0,
    retainAsPublished: (options & 8) !== 0,
    retainHandling: (options >> 4) as 0 | 1 | 2,
    identifier
  }
}
