import Database from 'better-sqlite3'

/**
 * The history file of one profile. `migrations[n]` takes a file from `user_version` n to n + 1.
 *
 * `topic` totals are checkpointed about once a second, not with every message: `message` is the truth, and
 * `meta.checkpoint_id` is the last message that the totals count. The writer makes up the difference when it opens the file.
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
   CREATE TABLE pending_qos2 (packet_id INTEGER PRIMARY KEY) STRICT;`
]

/** The format that this version writes. */
export const SCHEMA_VERSION = migrations.length

/** A history file made by a newer Treetop. */
export class NewerHistoryError extends Error {
  constructor(readonly found: number) {
    super(`history format ${found} is newer than ${SCHEMA_VERSION}`)
  }
}

/** Opens a history file for writing, creating or migrating it. Throws NewerHistoryError, or SQLite's own errors. */
export function openForWriting(path: string): Database.Database {
  const database = new Database(path)
  try {
    // Space that clear and retention free can be given back later (incremental vacuum); only a new file takes this.
    database.pragma('auto_vacuum = INCREMENTAL')
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = NORMAL')
    migrate(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Opens a history file for reading beside its writer. Throws NewerHistoryError, or SQLite's own errors. */
export function openForReading(path: string): Database.Database {
  const database = new Database(path, { readonly: true, fileMustExist: true })
  const found = versionOf(database)
  if (found !== SCHEMA_VERSION) {
    database.close()
    throw new NewerHistoryError(found)
  }
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
