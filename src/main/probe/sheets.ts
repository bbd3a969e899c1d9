import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ProbeSheet } from '../../shared/contract/probe'
import { AppError } from '../../shared/errors'
import { JsonFile } from '../profiles/json-file'

/** How many sheets are kept of each profile. */
const KEPT = 12

/** The last sheets of each profile, newest first: one file for each in the data directory's folder `probes`. */
export class SheetStore {
  private readonly files = new Map<string, JsonFile>()
  private readonly folder: string

  constructor(dataDirectory: string) {
    this.folder = join(dataDirectory, 'probes')
  }

  async list(profileId: string): Promise<ProbeSheet[]> {
    return sheetsIn(await this.fileOf(profileId).read())
  }

  /** Throws NOT_FOUND. */
  async get(profileId: string, sheetId: string): Promise<ProbeSheet> {
    const found = (await this.list(profileId)).find(({ id }) => id === sheetId)
    if (!found) throw new AppError('NOT_FOUND', { what: 'sheet', id: sheetId })
    return found
  }

  /** Adds the newest sheet, and drops the oldest beyond `KEPT`. Throws FILE_UNWRITABLE. */
  async add(profileId: string, sheet: ProbeSheet): Promise<void> {
    await this.change(profileId, (sheets) => [sheet, ...sheets].slice(0, KEPT))
  }

  /** Throws NOT_FOUND, FILE_UNWRITABLE. */
  async remove(profileId: string, sheetId: string): Promise<void> {
    await this.get(profileId, sheetId)
    await this.change(profileId, (sheets) => sheets.filter(({ id }) => id !== sheetId))
  }

  /** Removes all sheets of a profile. */
  async removeAll(profileId: string): Promise<void> {
    await this.fileOf(profileId).change(() => rm(this.pathOf(profileId), { force: true }))
    this.files.delete(profileId)
  }

  private change(profileId: string, edit: (sheets: ProbeSheet[]) => ProbeSheet[]): Promise<void> {
    const file = this.fileOf(profileId)
    return file.change(async (write) => {
      const sheets = edit(sheetsIn(await file.read()))
      // If this fails, writing the file says why.
      await mkdir(this.folder, { recursive: true }).catch(() => undefined)
      await write({ sheets })
    })
  }

  private fileOf(profileId: string): JsonFile {
    const known = this.files.get(profileId)
    if (known) return known
    const file = new JsonFile(this.pathOf(profileId))
    this.files.set(profileId, file)
    return file
  }

  private pathOf(profileId: string): string {
    return join(this.folder, `${encodeURIComponent(profileId)}.json`)
  }
}

/** The sheets in a file; malformed ones, and those of a newer Treetop, are ignored. */
function sheetsIn(stored: unknown): ProbeSheet[] {
  const { sheets } = (stored ?? {}) as { sheets?: unknown }
  if (!Array.isArray(sheets)) return []
  return sheets.flatMap((each) => {
    const read = ProbeSheet.safeParse(each)
    return read.success ? [read.data] : []
  })
}
