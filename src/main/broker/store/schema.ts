import Database from 'better-sqlite3'
import { keepPrivate } from '../../private-file'

/** What a broker keeps over its restarts. `migrations[n]` takes a file from `user_version` n to n + 1. */
const migrations: readonly string[] = [
  `CREATE TABLE session (
     id              INTEGER PRIMARY KEY,
     client_id       TEXT    NOT NULL UNIQUE,
     expiry          INTEGER NOT NULL,     -- seconds; 4294967295: never
     disconnected_at INTEGER,              -- ms since 1970 UTC; NULL: connected
     sent_up_to      INTEGER               -- outgoing messages before this number have been sent; NULL: not known, it is connected
   ) STRICT;

   CREATE TABLE subscription (
     session    INTEGER NOT NULL,
     filter     TEXT    NOT NULL,
     options    INTEGER NOT NULL,          -- as in SUBSCRIBE (MQTT 5.0, 3.8.3.1)
     identifier INTEGER NOT NULL,          -- 0: none
     PRIMARY KEY (session, filter)
   ) STRICT, WITHOUT ROWID;

   -- QoS 1 and 2 messages on their way to a client, with consecutive numbers. The packet identifier follows from the number.
   CREATE TABLE outgoing (
     session  INTEGER NOT NULL,
     first    INTEGER NOT NULL,            -- number of the first message
     messages BLOB    NOT NULL,            -- see outgoing-batch.ts
     PRIMARY KEY (session, first)
   ) STRICT, WITHOUT ROWID;

   -- A byte for each message of an outgoing row: 0: not received, 1: received, and its PUBCOMP is missing, 2: done.
   CREATE TABLE progress (
     session INTEGER NOT NULL,
     first   INTEGER NOT NULL,
     states  BLOB    NOT NULL,
     PRIMARY KEY (session, first)
   ) STRICT, WITHOUT ROWID;

   -- Packet identifiers of QoS 2 messages from a client that it has not released.
   CREATE TABLE incoming (
     session   INTEGER NOT NULL,
     packet_id INTEGER NOT NULL,
     PRIMARY KEY (session, packet_id)
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE retained (
     topic       TEXT    NOT NULL UNIQUE,
     payload     BLOB    NOT NULL,
     qos         INTEGER NOT NULL,
     properties  BLOB    NOT NULL,
     expiry      INTEGER,
     received_at INTEGER NOT NULL,
     publisher   TEXT    NOT NULL          -- client id
   ) STRICT;`
]

/** The file was written by a newer Treetop. */
export class NewerBrokerFileError extends Error {
  constructor(readonly found: number) {
    super(`The broker's file has format ${found}, newer than ${migrations.length}.`)
  }
}

/** Pages of the write-ahead log before it is copied into the file: 16 MB. */
const WAL_PAGES = 4_000

/** Opens or creates a broker's file. Throws NewerBrokerFileError, or SQLite's own errors. */
export function openBrokerFile(path: string): Database.Database {
  keepPrivate(path)
  const database = new Database(path)
  try {
    database.pragma('journal_mode = WAL')
    // What is committed survives a killed process, as with histories.
    database.pragma('synchronous = NORMAL')
    database.pragma(`wal_autocheckpoint = ${WAL_PAGES}`)
    const found = database.pragma('user_version', { simple: true }) as number
    if (found > migrations.length) throw new NewerBrokerFileError(found)
    for (const [index, migration] of migrations.slice(found).entries())
      database.transaction(() => {
        database.exec(migration)
        database.pragma(`user_version = ${found + index + 1}`)
      })()
    return database
  } catch (error) {
    database.close()
    throw error
  }
}
