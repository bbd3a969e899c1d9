import Database from 'better-sqlite3'
import { keepPrivate } from '../private-file'
import { orClose } from './or-close'

/**
 * The history file of one profile. `migrations[n]` takes a file from `user_version` n to n + 1.
 *
 * `message` is the source of truth. `topic` totals are written periodically, topic by topic: `meta.checkpoint_id` is the last message that
 * all of them include, `last_seq` the last one that a topic's own row includes. The writer catches up when it opens the file.
 * `segment` and `posting` list each topic's messages up to the end of the last segment; messages beyond it are scanned.
 */
const migrations: readonly string[] = [
  `CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;

   CREATE TABLE topic (
     id        INTEGER PRIMARY KEY,
     name      TEXT    NOT NULL UNIQUE,
     messages  INTEGER NOT NULL DEFAULT 0,  -- incoming messages kept
     last_seq  INTEGER NOT NULL DEFAULT 0,  -- topic_seq of the newest message, either direction
     last_id   INTEGER,                     -- newest incoming message
     last_at   INTEGER,                     -- its received_at, µs
     last_qos  INTEGER,
     last_size INTEGER,                     -- its payload length, bytes
     preview   BLOB,                        -- first bytes of its payload
     retained  INTEGER NOT NULL DEFAULT 0
   ) STRICT;

   CREATE TABLE message (
     id          INTEGER PRIMARY KEY,       -- ascends in order of arrival; never given twice (meta.next_id)
     topic_id    INTEGER NOT NULL,
     topic_seq   INTEGER NOT NULL,          -- counts within the topic, from 1
     received_at INTEGER NOT NULL,          -- µs since 1970 UTC, never decreasing
     direction   INTEGER NOT NULL,          -- 0 in, 1 out
     qos         INTEGER NOT NULL,
     retain      INTEGER NOT NULL,
     dup         INTEGER NOT NULL,
     payload     BLOB    NOT NULL,          -- as it came
     properties  TEXT                       -- MQTT 5 properties as JSON
   ) STRICT;
   CREATE INDEX message_by_topic ON message (topic_id, id);

   -- Packet ids of QoS 2 messages that are recorded and whose PUBREL has not come.
   CREATE TABLE pending_qos2 (packet_id INTEGER PRIMARY KEY) STRICT;`,

  // An index over (topic_id, id) dirties a page of its own for nearly every message: at 2,000,000 messages an insert took 26 µs with it
  // and 2 µs without. Instead, a whole segment of messages is indexed at once when it is full.
  `DROP INDEX message_by_topic;

   CREATE TABLE segment (
     id       INTEGER PRIMARY KEY,          -- id of its first message
     last_id  INTEGER NOT NULL,
     messages INTEGER NOT NULL              -- as many as its postings have ids
   ) STRICT;

   CREATE TABLE posting (
     segment  INTEGER NOT NULL,
     topic_id INTEGER NOT NULL,
     ids      BLOB    NOT NULL,             -- the topic's messages in the segment: id - segment, 16 bits each, little-endian, ascending
     PRIMARY KEY (segment, topic_id)
   ) STRICT, WITHOUT ROWID;

   -- The last message itself is in \`message\`: retention leaves it there.
   CREATE TABLE topic_slim (
     id        INTEGER PRIMARY KEY,
     name      TEXT    NOT NULL UNIQUE,
     messages  INTEGER NOT NULL DEFAULT 0,  -- incoming messages kept
     last_seq  INTEGER NOT NULL DEFAULT 0,  -- topic_seq of the newest message, either direction
     newest_id INTEGER NOT NULL DEFAULT 0,  -- newest message, either direction; 0: none
     last_id   INTEGER NOT NULL DEFAULT 0,  -- newest incoming message; 0: none
     retained  INTEGER NOT NULL DEFAULT 0   -- seconds since 1970 UTC when the broker was last known to retain a message; 1: long ago; 0: not
   ) STRICT;
   INSERT INTO topic_slim SELECT id, name, messages, last_seq, coalesce(last_id, 0), coalesce(last_id, 0), retained FROM topic;
   DROP TABLE topic;
   ALTER TABLE topic_slim RENAME TO topic;

   -- Tells this history from any other, so that a search index knows its own.
   INSERT INTO meta VALUES ('identity', lower(hex(randomblob(16))));`
]

/** The format version that this Treetop writes. */
export const SCHEMA_VERSION = migrations.length

/** `application_id` of a recording: "TREE". Histories of connections have none. */
export const RECORDING_ID = 0x54524545

/** One schema object in a file: its type, its name, the table that it belongs to, and the SQL that created it. */
type SchemaRow = [type: string, name: string, table: string, sql: string | null]

/** A history file made by a newer Treetop. */
export class NewerHistoryError extends Error {
  constructor(readonly found: number) {
    super(`history format ${found} is newer than ${SCHEMA_VERSION}`)
  }
}

/** How long another process may hold the file before it counts as locked, in ms. */
const BUSY_TIMEOUT = 1_000
/** Pages of the write-ahead log before it is copied into the file: 16 MB. */
const WAL_PAGES = 4_000

/** Opens a history file for writing, creating or migrating it. Throws NewerHistoryError, or SQLite's own errors. */
export function openForWriting(path: string): Database.Database {
  keepPrivate(path)
  return orClose(new Database(path, { timeout: BUSY_TIMEOUT }), (database) => {
    // Lets clear and retention return free space later (incremental vacuum). SQLite accepts this only for a new file.
    database.pragma('auto_vacuum = INCREMENTAL')
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = NORMAL')
    database.pragma(`wal_autocheckpoint = ${WAL_PAGES}`)
    migrate(database)
    return database
  })
}

/**
 * Opens a history file for reading beside its writer; an older one is migrated first. A recording (see recording-file.ts) is untrusted
 * and never written. Throws NewerHistoryError, or SQLite's own errors.
 */
export function openForReading(path: string): Database.Database {
  return orClose(new Database(path, { readonly: true, fileMustExist: true }), (database) => {
    if (database.pragma('application_id', { simple: true }) === RECORDING_ID) return distrusted(database)
    const found = versionOf(database)
    if (found === SCHEMA_VERSION) return database
    if (found === 0 || found > SCHEMA_VERSION) throw new NewerHistoryError(found)
    database.close()
    openForWriting(path).close()
    return openForReading(path)
  })
}

/** The tables of a history of this version, as SQLite lists them. */
export function schemaOf(database: Database.Database): SchemaRow[] {
  return database
    .prepare<[], SchemaRow>('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name')
    .raw()
    .all()
}

/** The result of `schemaOf` for a newly created history. */
export function ownSchema(): SchemaRow[] {
  const database = new Database(':memory:')
  try {
    migrate(database)
    return schemaOf(database)
  } finally {
    database.close()
  }
}

/** Hardens a connection to an untrusted file, as SQLite advises (sqlite.org/security.html). */
export function distrusted(database: Database.Database): Database.Database {
  database.pragma('trusted_schema = OFF')
  database.pragma('cell_size_check = ON')
  database.pragma('mmap_size = 0')
  return database
}

function migrate(database: Database.Database): void {
  const found = versionOf(database)
  if (found > SCHEMA_VERSION) throw new NewerHistoryError(found)
  for (let version = found; version < SCHEMA_VERSION; version++) {
    database.transaction(() => {
      database.exec(migrations[version]!)
      database.pragma(`user_version = ${version + 1}`)
    })()
  }
}

function versionOf(database: Database.Database): number {
  return database.pragma('user_version', { simple: true }) as number
}
