import { join } from 'node:path'
import { defaultSettings, Settings } from '../../shared/contract/app'
import { JsonFile } from './json-file'

/** The user's settings, in `settings.json` of the data directory. */
export class SettingsStore {
  private settings = defaultSettings
  private readonly listeners = new Set<(settings: Settings) => void>()
  private readonly file: JsonFile

  constructor(directory: string) {
    this.file = new JsonFile(join(directory, 'settings.json'))
  }

  /** Reads the file. Missing and invalid settings get their defaults, and so do fields that a setting did not have when it was stored. */
  async load(): Promise<void> {
    const stored = (await this.file.read()) ?? {}
    const kept = Object.entries(Settings.shape).flatMap(([name, schema]) => {
      const value = (stored as Record<string, unknown>)[name]
      const parsed = schema.safeParse(complete(value, defaultSettings[name as keyof Settings]))
      return parsed.success ? [[name, parsed.data] as const] : []
    })
    this.settings = { ...defaultSettings, ...Object.fromEntries(kept) }
  }

  get(): Settings {
    return this.settings
  }

  /** Changes and stores the given settings. Throws FILE_UNWRITABLE and then keeps the previous values. */
  set(patch: { [K in keyof Settings]?: Settings[K] | undefined }): Promise<Settings> {
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
    return this.file.change(async (write) => {
      const next = { ...this.settings, ...given }
      await write(next)
      this.settings = next
      for (const listener of this.listeners) listener(next)
      return next
    })
  }

  /** Resolves when all changes are in the file. */
  written(): Promise<void> {
    return this.file.written()
  }

  onChange(listener: (settings: Settings) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}

function complete(value: unknown, fallback: unknown): unknown {
  return isObject(value) && isObject(fallback) ? { ...fallback, ...value } : value
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
