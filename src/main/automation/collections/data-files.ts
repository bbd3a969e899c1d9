import { readFileSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { TemplateError } from '../template/fault'
import { rowsOf, type Row } from '../template/rows'
import { isInside } from './item-path'

const MAX_BYTES = 4_000_000
const MAX_FILES = 50

/** The rows of CSV and JSON files in a collection's folder. A collection from elsewhere must not send files of this computer. */
export class DataFiles {
  private readonly read = new Map<string, { stamp: string; rows: readonly Row[] }>()

  constructor(private readonly directory: string) {}

  /** Throws ROWS_UNREADABLE. */
  rows(file: string): readonly Row[] {
    const path = file.replace(/^\.\//, '')
    if (!isInside(path)) throw new TemplateError('ROWS_UNREADABLE', file, 'outside of the collection')
    try {
      const full = realpathSync(join(this.directory, path))
      if (!full.startsWith(realpathSync(this.directory) + sep))
        throw new TemplateError('ROWS_UNREADABLE', file, 'outside of the collection')
      const stats = statSync(full)
      // Reading a named pipe would never end.
      if (!stats.isFile()) throw new TemplateError('ROWS_UNREADABLE', file, 'not a file')
      const { mtimeMs, size } = stats
      const stamp = `${mtimeMs} ${size}`
      const before = this.read.get(path)
      if (before?.stamp === stamp) return before.rows
      if (size > MAX_BYTES) throw new TemplateError('ROWS_UNREADABLE', file, `> ${MAX_BYTES} B`)
      const rows = rowsOf(path, readFileSync(full, 'utf8'))
      if (this.read.size >= MAX_FILES) this.read.clear()
      this.read.set(path, { stamp, rows })
      return rows
    } catch (error) {
      if (error instanceof TemplateError) throw error
      throw new TemplateError('ROWS_UNREADABLE', file, (error as NodeJS.ErrnoException).code ?? '')
    }
  }
}
