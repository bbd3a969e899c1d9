import type Database from 'better-sqlite3'

/** A history file's own metadata, by key. */
export class Meta {
  private readonly read
  private readonly write

  constructor(database: Database.Database) {
    this.read = database.prepare<[string], string | number>('SELECT value FROM meta WHERE key = ?').pluck()
    this.write = database.prepare(
      'INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value'
    )
  }

  get(key: 'next_id' | 'checkpoint_id' | 'retention_floor'): number | undefined
  get(key: 'clearing' | 'identity' | 'recording'): string | undefined
  get(key: string): string | number | undefined {
    return this.read.get(key)
  }

  set(key: string, value: string | number): void {
    this.write.run(key, value)
  }
}
