// A separate program: better-sqlite3 alone, reading every message of a history and discarding it.
import Database from 'better-sqlite3'

const path = JSON.parse(process.argv[2] ?? '') as string
const database = new Database(path, { readonly: true })
const started = performance.now()
let messages = 0
const rows = database
  .prepare(
    'SELECT id, topic_id, received_at, direction, qos, retain, dup, payload, properties FROM message ORDER BY id'
  )
  .raw()
for (const _row of rows.iterate()) messages++
process.send?.({ kind: 'read', messages, milliseconds: performance.now() - started })
database.close()
process.disconnect()
