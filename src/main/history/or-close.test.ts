import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { listsHandles, openHandles, temporaryFolder } from './fixture'
import { PastReader } from './past'
import { HistoryScan } from './scan'
import { openForReading, openForWriting, SCHEMA_VERSION } from './schema'
import { HistorySearch } from './search'
import { SearchIndex } from './search-index'

const EVERYTHING = { filter: null, from: null, to: null }

const newFile = (): string => join(temporaryFolder(), 'file.db')

/** A file whose first bytes already show the damage. */
function noDatabase(): string {
  const path = newFile()
  writeFileSync(path, 'no database'.repeat(1_000))
  return path
}

/** A file that says it is a history, but has no tables. */
function noTables(): string {
  const path = newFile()
  const database = new Database(path)
  database.pragma(`user_version = ${SCHEMA_VERSION}`)
  database.close()
  return path
}

describe.runIf(listsHandles)('a damaged file is not left open by', () => {
  it.each([
    ['openForReading', noDatabase, openForReading],
    ['openForWriting', noDatabase, openForWriting],
    ['PastReader.open', noTables, (path: string) => PastReader.open(path)],
    ['HistoryScan.open', noTables, (path: string) => HistoryScan.open(path, EVERYTHING)],
    ['HistorySearch.open', noTables, (path: string) => HistorySearch.open(path)]
  ])('%s', (_, damaged, open) => {
    const path = damaged()
    expect(() => open(path)).toThrow()
    expect(openHandles(path)).toBe(0)
  })

  it.each([
    ['is no database', noDatabase],
    ['has no tables', noTables],
    ['lost a part', withoutShard]
  ])('a search index that %s and is rebuilt', (_, damaged) => {
    const path = damaged()
    const index = new SearchIndex(path, 'history')
    expect(index.watermark).toBe(0)
    expect(index.shards()).toEqual([])
    index.close()
    expect(openHandles(path)).toBe(0)
  })
})

/** A search index of a few messages, part of which is damaged. */
function withoutShard(): string {
  const path = newFile()
  const index = new SearchIndex(path, 'history')
  index.add([{ id: 1, payload: Buffer.from('one') }], 1)
  index.close()
  const database = new Database(path)
  database.unsafeMode()
  database.pragma('writable_schema = ON')
  database.exec("DELETE FROM sqlite_schema WHERE name = 'shard_0_config'")
  database.close()
  return path
}
