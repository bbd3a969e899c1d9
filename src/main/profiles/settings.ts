import { join } from 'node:path'
import { defaultSettings, Settings } from '../../shared/contract/app'
import { readJson, writeJson } from './json-file'

/** The person's settings, in `settings.json` of the data directory. */
export class SettingsStore {
  private settings = defaultSettings
  private readonly listeners = new Set<(settings: Settings) => void>()
  private readonly path: string

  constructor(directory: string) {
    this.path = join(directory, 'settings.json')
  }

  /** Reads the file. A setting that is missing or out of range is as at first. */
  async load(): Promise<void> {
    const stored = (await readJson(this.path)) ?? {}
    const kept = Object.entries(Settings.shape).flatMap(([name, schema]) => {
      const parsed = schema.safeParse((stored as Record<string, unknown>)[name])
      return parsed.success ? [[name, parsed.data] as const] : []
    })
    this.settings = { ...defaultSettings, ...Object.fromEntries(kept) }
  }

  get(): Settings {
    return this.settings
  }

  /** Changes the given settings and keeps them. */
  async set(patch: { [K in keyof Settings]?: Settings[K] | undefined }): Promise<Settings> {
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
    this.settings = { ...this.settings, ...given }
    await writeJson(this.path, this.settings)
    for (const listener of this.listeners) listener(this.settings)
    return this.settings
  }

  onChange(listener: (settings: Settings) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}
