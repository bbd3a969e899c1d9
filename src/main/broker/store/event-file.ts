import Database from 'better-sqlite3'
import type { ClientEvent, EventDetails } from '../../../shared/contract/broker-clients'
import { keepPrivate } from '../../private-file'

/** Events that are kept of one client id, and of all. */
const KEPT_OF_ONE = 200
const KEPT = 100_000

/** `migrations[n]` takes a file from `user_version` n to n + 1. */
const migrations: readonly string[] = [
  `CREATE TABLE event (
     id        INTEGER PRIMARY KEY AUTOINCREMENT,
     client_id TEXT    NOT NULL,
     at        INTEGER NOT NULL,           -- ms since 1970 UTC
     details   TEXT    NOT NULL            -- EventDetails as JSON
   ) STRICT;
   CREATE INDEX event_of_client ON event (client_id, id);`
]

/** An event that has no id yet. */
export interface NewEvent {
  clientId: string
  /** ms since 1970 UTC. */
  at: number
  details: EventDetails
}

interface EventRow {
  id: number
  client_id: string
  at: number
  details: string
}

/**
 * What happened to clients, in an SQLite file of its own: writing it never lengthens the commit that an acknowledgement waits for, and it
 * outlives the broker also if sessions do not. Holds a bounded number of events. All methods throw SQLite's errors.
 */
export class EventFile {
  private readonly database: Database.Database
  private readonly statements

  /** `:memory:` keeps the events in memory. */
  constructor(path: string) {
    if (path !== ':memory:') keepPrivate(path)
    const database = (this.database = new Database(path))
    try {
      database.pragma('journal_mode = WAL')
      database.pragma('synchronous = NORMAL')
      const found = database.pragma('user_version', { simple: true }) as number
      if (found > migrations.length) throw new Error(`The event file has format ${found}, a newer one.`)
      for (const [index, migration] of migrations.slice(found).entries())
        database.transaction(() => {
          database.exec(migration)
          database.pragma(`user_version = ${found + index + 1}`)
        })()
    } catch (error) {
      database.close()
      throw error
    }
    const rows = (where: string): Database.Statement<unknown[], EventRow> =>
      database.prepare(`SELECT * FROM event WHERE ${where} ORDER BY id DESC LIMIT ?`)
    this.statements = {
      add: database.prepare<[string, number, string]>(
        'INSERT INTO event (client_id, at, details) VALUES (?, ?, ?)'
      ),
      forgetOfOne: database.prepare<[{ id: string; kept: number }]>(
        `DELETE FROM event WHERE client_id = $id AND id <=
           (SELECT id FROM event WHERE client_id = $id ORDER BY id DESC LIMIT 1 OFFSET $kept)`
      ),
      forget: database.prepare<[number]>('DELETE FROM event WHERE id <= (SELECT max(id) FROM event) - ?'),
      all: rows('id < ?'),
      ofOne: rows('client_id = ? AND id < ?'),
      connected: rows(`client_id = ? AND details ->> 'kind' = 'connected'`)
    }
  }

  /** Adds events, the oldest first, and forgets those beyond the limits. */
  add(events: readonly NewEvent[]): void {
    const { add, forgetOfOne, forget } = this.statements
    this.database.transaction(() => {
      for (const { clientId, at, details } of events) add.run(clientId, at, JSON.stringify(details))
      for (const id of new Set(events.map(({ clientId }) => clientId)))
        forgetOfOne.run({ id, kept: KEPT_OF_ONE })
      forget.run(KEPT)
    })()
  }

  /** The last `limit` events before the one with the id `before`, of one client id or (null) of all, newest first. */
  read(clientId: string | null, before: number | null, limit: number): ClientEvent[] {
    const { all, ofOne } = this.statements
    const end = before ?? Number.MAX_SAFE_INTEGER
    return (clientId === null ? all.all(end, limit) : ofOne.all(clientId, end, limit)).map(eventOf)
  }

  /** The last time that a client id connected. */
  lastConnected(clientId: string): ClientEvent | undefined {
    const row = this.statements.connected.get(clientId, 1)
    return row && eventOf(row)
  }

  close(): void {
    this.database.close()
  }
}

function eventOf({ id, client_id: clientId, at, details }: EventRow): ClientEvent {
  return { id, clientId, at, ...(JSON.parse(details) as EventDetails) }
}
