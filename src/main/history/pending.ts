import type Database from 'better-sqlite3'

/** Packet ids of recorded QoS 2 messages still waiting for PUBREL (MQTT 5.0, 4.3.3), as stored in the file. */
export class PendingQos2 {
  private ids: Set<number>
  private readonly read
  private readonly insertId
  private readonly deleteId

  /** @param begin opens the transaction that a change is part of */
  constructor(
    database: Database.Database,
    private readonly begin: () => void
  ) {
    this.read = database.prepare<[], number>('SELECT packet_id FROM pending_qos2').pluck()
    this.ids = new Set(this.read.all())
    this.insertId = database.prepare('INSERT OR IGNORE INTO pending_qos2 VALUES (?)')
    this.deleteId = database.prepare('DELETE FROM pending_qos2 WHERE packet_id = ?')
  }

  has(packetId: number): boolean {
    return this.ids.has(packetId)
  }

  add(packetId: number): Set<number> {
    this.begin()
    this.insertId.run(packetId)
    return this.ids.add(packetId)
  }

  /** Returns false when it was not pending. */
  delete(packetId: number): boolean {
    if (!this.ids.has(packetId)) return false
    this.begin()
    this.deleteId.run(packetId)
    return this.ids.delete(packetId)
  }

  clear(): void {
    for (const packetId of [...this.ids]) this.delete(packetId)
  }

  /** Reads the ids from the file again, after a rollback. */
  reload(): void {
    this.ids = new Set(this.read.all())
  }

  [Symbol.iterator](): Iterator<number> {
    return this.ids.values()
  }
}
