import type Database from 'better-sqlite3'
import type { Delivery } from '../core/outgoing'
import { decodeBatch, encodeBatch, sizeInBatch } from './outgoing-batch'

/** A batch gets no further message from this many bytes on. */
const FULL = 1_000_000

/** How far a message is: still to be received by the client, received but without its PUBCOMP, or done. */
const RECEIVED = 1
const DONE = 2

/** Messages of one session with consecutive numbers, which one commit adds: with a row each, SQLite would take more than three times as long. */
interface Batch {
  readonly session: number
  readonly first: number
  count: number
  /** Messages that are not done. */
  left: number
  /** How far each message is; null: no client has received any. */
  states: Uint8Array | null
  /** Until it is written: its messages, and their size in bytes. */
  unwritten: Delivery[] | null
  size: number
}

/** The QoS 1 and 2 messages on their way to clients. Changes are gathered until `write`. */
export class OutgoingTable {
  /** By session, oldest first. */
  private readonly batches = new Map<number, Batch[]>()
  private readonly changed = new Set<Batch>()
  private readonly statements

  constructor(private readonly database: Database.Database) {
    const run = (sql: string): Database.Statement<unknown[]> => database.prepare(sql)
    this.statements = {
      add: run('INSERT INTO outgoing VALUES (?, ?, ?)'),
      note: run('INSERT OR REPLACE INTO progress VALUES (?, ?, ?)'),
      remove: ['outgoing', 'progress'].map((table) =>
        run(`DELETE FROM ${table} WHERE session = ? AND first = ?`)
      ),
      forget: ['outgoing', 'progress'].map((table) => run(`DELETE FROM ${table} WHERE session = ?`))
    }
  }

  /** Calls back with each message that is not done, in the order of sessions and numbers. */
  load(each: (session: number, delivery: Delivery) => void): void {
    const rows = this.database
      .prepare<[], { session: number; first: number; messages: Buffer; states: Buffer | null }>(
        `SELECT session, first, messages, states FROM outgoing LEFT JOIN progress USING (session, first)
         ORDER BY session, first`
      )
      .iterate()
    for (const { session, first, messages, states } of rows) {
      const deliveries = decodeBatch(messages, first)
      const count = deliveries.length
      const batch: Batch = { session, first, count, left: 0, states, unwritten: null, size: 0 }
      this.of(session).push(batch)
      for (const [index, delivery] of deliveries.entries()) {
        if (states?.[index] === DONE) continue
        batch.left++
        if (states?.[index] === RECEIVED) delivery.message = null
        each(session, delivery)
      }
    }
  }

  add(session: number, delivery: Delivery): void {
    const batches = this.of(session)
    let batch = batches.at(-1)
    const takesMore = batch?.unwritten && batch.states === null && batch.size < FULL
    if (!batch || !takesMore || delivery.number !== batch.first + batch.count) {
      batch = { session, first: delivery.number, count: 0, left: 0, states: null, unwritten: [], size: 0 }
      batches.push(batch)
      this.changed.add(batch)
    }
    batch.unwritten!.push(delivery)
    batch.size += sizeInBatch(delivery)
    batch.count++
    batch.left++
  }

  /** The client has received a QoS 2 message, and only its packet identifier is still needed. */
  release(session: number, number: number): void {
    this.change(session, number, RECEIVED)
  }

  remove(session: number, number: number): void {
    this.change(session, number, DONE)
  }

  forget(session: number): void {
    for (const batch of this.batches.get(session) ?? []) this.changed.delete(batch)
    this.batches.delete(session)
    for (const statement of this.statements.forget) statement.run(session)
  }

  /** Writes what has changed since the last time. Throws SQLite's errors. */
  write(): void {
    const { add, note, remove } = this.statements
    for (const batch of this.changed) {
      const { session, first, left, states, unwritten } = batch
      batch.unwritten = null
      if (left === 0) {
        if (!unwritten) for (const statement of remove) statement.run(session, first)
        continue
      }
      if (unwritten) add.run(session, first, encodeBatch(unwritten))
      if (states) note.run(session, first, states)
    }
    this.changed.clear()
  }

  private change(session: number, number: number, state: number): void {
    const batches = this.batches.get(session)
    // Clients acknowledge in order, as a rule.
    const index = batches?.findIndex(({ first, count }) => number < first + count) ?? -1
    const batch = batches?.[index]
    if (!batch || number < batch.first) return
    batch.states ??= new Uint8Array(batch.count)
    if (batch.states[number - batch.first] === DONE) return
    this.changed.add(batch)
    batch.states[number - batch.first] = state
    if (state === DONE && --batch.left === 0) batches.splice(index, 1)
  }

  private of(session: number): Batch[] {
    let batches = this.batches.get(session)
    if (!batches) this.batches.set(session, (batches = []))
    return batches
  }
}
